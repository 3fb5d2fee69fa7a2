package cli

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// exports are datasets as rows of CSV, the header first.
type exports map[string][][]string

func readExports(t *testing.T, dir string) exports {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	all := exports{}
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(file).ReadAll()
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".csv")] = rows
	}
	return all
}

// column is the place of a header in a dataset.
func (e exports) column(t *testing.T, dataset, header string) int {
	t.Helper()
	at := slices.Index(e[dataset][0], header)
	if at < 0 {
		t.Fatalf("%s has no %s", dataset, header)
	}
	return at
}

// figures takes the exports, each in so many files, through the command line.
func (e exports) figures(t *testing.T, files int) string {
	t.Helper()
	root := t.TempDir()
	in := filepath.Join(root, "in")
	if err := os.Mkdir(in, 0o755); err != nil {
		t.Fatal(err)
	}
	for dataset, rows := range e {
		body := rows[1:]
		for i := range files {
			part := body[i*len(body)/files : (i+1)*len(body)/files]
			if len(part) == 0 {
				continue
			}
			var text strings.Builder
			if err := csv.NewWriter(&text).WriteAll(append([][]string{rows[0]}, part...)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(in, fmt.Sprintf("%d %s.csv", (i*7+3)%files, dataset)), []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	project := filepath.Join(root, "p")
	command(t, root, "init", project)
	command(t, root, "ingest", "--project", project, "--received", "2021-01-04T08:00:00", in)
	command(t, root, "build", "--project", project, "--as-of", "2021-01-04", "--from", "2019")
	return command(t, root, "figures", "--project", project, "--format", "csv", "--slices")
}

// TestFiguresDependOnRowsAlone: rows turned about and every export split into ten give the same figures, byte for byte, slices too; visits of an
// exempt kind never raise a rate of duplicates; closing hazards never lowers the rate of closed ones.
func TestFiguresDependOnRowsAlone(t *testing.T) {
	root := t.TempDir()
	command(t, root, "demo", "exports", "clean", "--clean", "--enterprises", "60")
	plain := readExports(t, filepath.Join(root, "clean"))
	want := plain.figures(t, 1)
	if strings.Count(want, "\n") < 2000 {
		t.Fatalf("only %d figures", strings.Count(want, "\n"))
	}
	dice := rand.New(rand.NewPCG(3, 5))
	turned := exports{}
	for dataset, rows := range plain {
		turned[dataset] = slices.Clone(rows)
		body := turned[dataset][1:]
		dice.Shuffle(len(body), func(i, k int) { body[i], body[k] = body[k], body[i] })
	}
	if got := turned.figures(t, 10); got != want {
		t.Error("rows turned about and files split into ten change figures")
	}

	more := exports{}
	for dataset, rows := range plain {
		for _, row := range rows {
			more[dataset] = append(more[dataset], slices.Clone(row))
		}
	}
	visits := more["inspection"]
	id, kind, joint, planned := more.column(t, "inspection", "检查编号"), more.column(t, "inspection", "检查类型"), more.column(t, "inspection", "联合检查编号"), more.column(t, "inspection", "计划编号")
	agency, started := more.column(t, "inspection", "检查机构代码"), more.column(t, "inspection", "检查开始日期")
	for n, row := range visits[1:] {
		if n%3 == 0 { // another agency looks into a complaint some time before or after
			other, day := slices.Clone(row), visits[1+dice.IntN(len(visits)-1)]
			other[id], other[kind], other[joint], other[planned], other[agency], other[started] = fmt.Sprintf("ZZ%05d", n), "举报核查", "", "", day[agency], day[started]
			other[started+1] = other[started] // it ended the same day
			more["inspection"] = append(more["inspection"], other)
		}
	}
	found, closed := more.column(t, "hazard", "发现日期"), more.column(t, "hazard", "销号日期")
	opened := 0
	for _, row := range more["hazard"][1:] {
		if row[closed] == "" && dice.IntN(2) == 0 {
			row[closed] = row[found]
			opened++
		}
	}
	if opened < 10 {
		t.Fatalf("only %d open hazards to close", opened)
	}
	values := func(text string) map[string]float64 {
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]float64{}
		for _, row := range rows[1:] {
			if value, err := strconv.ParseFloat(row[slices.Index(rows[0], "value")], 64); err == nil {
				all[row[0]] = value
			}
		}
		return all
	}
	before, after := values(want), values(more.figures(t, 1))
	rose, held := 0, 0
	for figure, was := range before {
		metric, _, _ := strings.Cut(figure, ".")
		is, there := after[figure]
		switch metric {
		case "C3", "C3l", "C3h":
			if held++; there && is > was {
				t.Errorf("%s rose from %v to %v with exempt visits", figure, was, is)
			}
		case "B1", "B3", "B4":
			if held++; !there || is < was {
				t.Errorf("%s fell from %v to %v when hazards were closed", figure, was, is)
			}
			if is > was {
				rose++
			}
		}
	}
	if held < 200 || rose < 10 {
		t.Errorf("%d figures held, %d rose: too few to tell", held, rose)
	}
}
