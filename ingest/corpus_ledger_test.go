package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
)

// TestCorpusLedger takes every file of the corpus in and compares every row's fate with the account beside it (<file>.ledger).
func TestCorpusLedger(t *testing.T) {
	o := newOffice(t)
	o.runner.Limits.RatioFrom, o.runner.Limits.Ratio = 1<<20, 100
	for _, path := range corpusFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			o.T = t
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			o.forget()
			var out strings.Builder
			err = o.runner.Ingest(context.Background(), sheettest.Input(filepath.Base(path), data), func(r Result) { o.account(&out, r) })
			if err != nil {
				t.Fatal(err)
			}
			compareFile(t, path+".ledger", out.String())
		})
	}
}

// forget empties the memory of files received before: the same table comes in many wrappings.
func (o *office) forget() { clear(o.runner.known) }

var nearestHeader = regexp.MustCompile(`, the nearest header is "[^"]*"`)

// account writes down what became of one file.
func (o *office) account(out *strings.Builder, r Result) {
	o.Helper()
	if r.Err != nil {
		var refusal *sheet.Refusal
		if !errors.As(r.Err, &refusal) {
			o.Errorf("%s: neither read nor refused: %v", r.Path, r.Err)
		}
		text := nearestHeader.ReplaceAllString(r.Err.Error(), "") // its guess is tested where it is made
		fmt.Fprintf(out, "%s: refused: %s\n", r.Path, text)
		return
	}
	if r.Known {
		fmt.Fprintf(out, "%s: received before\n", r.Path)
		return
	}
	if r.Read != r.Loaded+r.Rejected+r.Duplicate+r.Ignored {
		o.Errorf("%s: does not add up: %+v", r.Path, r)
	}
	fmt.Fprintf(out, "%s\n%s %s %s\n", r, r.Format, r.Encoding, r.Region)
	for _, note := range r.Notes {
		fmt.Fprintf(out, "note: %s\n", note)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Datasets)) {
		dataset := o.set.Dataset(name)
		var columns []string
		for i := range dataset.Columns {
			columns = append(columns, fmt.Sprintf("coalesce('%[1]s=' || cast(%[1]s as varchar), '')", dataset.Columns[i].Name))
		}
		o.list(out, fmt.Sprintf("select '%s ' || case when sheet = '' then '' else sheet || ' ' end || row_number || ': ' || list_aggregate(list_filter([%s], lambda x: x <> ''), 'string_agg', ' ') || coalesce(' received ' || received, '') || coalesce(' extra ' || extra, '') from raw.%[1]s where file_id = %[3]d order by sheet, row_number",
			name, strings.Join(columns, ", "), r.FileID))
	}
	rejected := o.rows(fmt.Sprintf("select sheet, cast(row_number as varchar), reasons from raw.rejected where file_id = %d order by sheet, row_number", r.FileID))
	for _, row := range rejected {
		var reasons []Reason
		if err := json.Unmarshal([]byte(row[2]), &reasons); err != nil {
			o.Fatal(err)
		}
		fmt.Fprintf(out, "rejected %s:", strings.TrimSpace(row[0]+" "+row[1]))
		for _, reason := range reasons {
			fmt.Fprintf(out, " 【%s】%q %s（%s）", reason.Header, clipTo(reason.Value, 60), reason.Reason, reason.Suggestion)
		}
		out.WriteByte('\n')
	}
	o.list(out, fmt.Sprintf("select 'duplicate ' || trim(sheet || ' ' || row_number) || ' of ' || first_row from raw.duplicate where file_id = %d order by sheet, row_number", r.FileID))
	o.list(out, fmt.Sprintf("select 'ignored ' || trim(sheet || ' ' || row_number) || ': ' || reason from raw.ignored where file_id = %d order by sheet, row_number", r.FileID))
}

func clipTo(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// list writes the lines a query gives; very long ones are cut.
func (o *office) list(out *strings.Builder, query string) {
	o.Helper()
	for i, row := range o.rows(query) {
		if i == 40 {
			out.WriteString("…\n")
			return
		}
		out.WriteString(clipTo(strings.ReplaceAll(row[0], "\n", "⏎"), 600) + "\n")
	}
}

// rows returns a query's rows as texts.
func (o *office) rows(query string) [][]string {
	o.Helper()
	found, err := o.db.QueryContext(o.Context(), query)
	if err != nil {
		o.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		o.Fatal(err)
	}
	var all [][]string
	for found.Next() {
		row := make([]string, len(columns))
		targets := make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := found.Scan(targets...); err != nil {
			o.Fatal(err)
		}
		all = append(all, row)
	}
	if err := found.Err(); err != nil {
		o.Fatal(err)
	}
	return all
}
