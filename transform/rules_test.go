package transform_test

import (
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
	"tongbao/transform/transformtest"
)

var update = flag.Bool("update", false, "write the want files of testdata/rules anew; then read the diff")

// TestRules runs testdata/rules/*.txtar: the first lines say the rule; `raw.<dataset>.csv` are exports in order of receipt (a suffix such
// as raw.hazard.2.csv makes another one; a first line "# 2020-01-02 03:04:05 230100 of 1" gives its time, sender and origin); `cut_off`
// is a day, by default 2020-12-31; `want core.<table>.csv` names the columns that matter and the rows that come out, sorted.
// One case: go test -tags duckdb_arrow ./transform -run TestRules/visit_joint
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(strings.TrimSpace(string(archive.Comment))) == 0 {
				t.Error("the case does not say its rule")
			}
			db := buildCase(t, archive)
			changed := false
			for i, part := range archive.Files {
				table, ok := strings.CutPrefix(part.Name, "want ")
				if !ok {
					continue
				}
				got := tableAs(t, db, strings.TrimSuffix(table, ".csv"), string(part.Data))
				if diff := cmp.Diff(string(part.Data), got); diff != "" && !*update {
					t.Errorf("%s\n%s", table, diff)
				} else if diff != "" {
					archive.Files[i].Data, changed = []byte(got), true
				}
			}
			if changed {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// buildCase builds core from the raw files of a case and holds every check.
func buildCase(t *testing.T, archive *txtar.Archive) *warehouse.DB {
	t.Helper()
	set := contracts(t)
	for _, dataset := range set.Datasets {
		if slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "snapshot" && strings.Contains(string(f.Data), dataset.Name) }) {
			dataset.Export = "snapshot"
		}
	}
	db := transformtest.Open(t, set)
	cutOff := time.Date(2020, 12, 31, 23, 59, 59, 0, time.UTC)
	var files []transformtest.File
	for _, part := range archive.Files {
		switch name, isRaw := strings.CutPrefix(part.Name, "raw."); {
		case isRaw:
			files = append(files, exportOf(t, name, string(part.Data)))
		case part.Name == "cut_off":
			day, err := time.Parse("2006-01-02", strings.TrimSpace(string(part.Data)))
			if err != nil {
				t.Fatal(err)
			}
			cutOff = day.Add(24*time.Hour - time.Second)
		case part.Name != "snapshot" && !strings.HasPrefix(part.Name, "want "):
			t.Fatalf("%s is no part of a case", part.Name)
		}
	}
	transformtest.Add(t, db, set, files...)
	models, err := transform.Build(t.Context(), db, transformtest.Inputs(t, set, cutOff, 0), sqlmodel.Runner{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (sqlmodel.Runner{}).Verify(t.Context(), db, models); err != nil {
		t.Fatal(err)
	}
	return db
}

func exportOf(t *testing.T, name, text string) transformtest.File {
	t.Helper()
	dataset, _, _ := strings.Cut(name, ".")
	file := transformtest.File{Dataset: dataset, Text: text}
	note, rest, ok := strings.Cut(text, "\n")
	if !ok || !strings.HasPrefix(note, "# ") {
		return file
	}
	file.Text = rest
	fields := strings.Fields(note[2:])
	at, err := time.Parse("2006-01-02 15:04:05", strings.Join(fields[:2], " "))
	if err != nil {
		t.Fatal(err)
	}
	file.Received = at
	for i, field := range fields[2:] {
		switch {
		case len(field) == 6:
			file.Region = field
		case field == "of":
			file.Origin = int(fields[2:][i+1][0] - '0')
		}
	}
	return file
}

// tableAs renders the columns that a want file's header names, sorted by all of them.
func tableAs(t *testing.T, db *warehouse.DB, table, want string) string {
	t.Helper()
	header, _, _ := strings.Cut(want, "\n")
	rows, err := db.QueryContext(t.Context(), "select "+header+" from "+table+" order by all nulls first")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	writer := csv.NewWriter(&out)
	columns := strings.Split(header, ",")
	err = writer.Write(columns)
	for rows.Next() && err == nil {
		values, cells, line := make([]any, len(columns)), make([]any, len(columns)), make([]string, len(columns))
		for i := range values {
			cells[i] = &values[i]
		}
		if err = rows.Scan(cells...); err == nil {
			for i, value := range values {
				line[i] = warehouse.Text(value)
			}
			err = writer.Write(line)
		}
	}
	writer.Flush()
	if err := errors.Join(err, rows.Err(), writer.Error()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
