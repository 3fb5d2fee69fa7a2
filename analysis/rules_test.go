package analysis_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"tongbao/analysis"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// TestMetricRules runs testdata/rules/*.txtar: exports in, figures out, worked out by hand from the definitions. A case is several small
// stories at once, each in a county of its own, so that a county's figures are one story's. `raw.<dataset>.csv` are the exports, `cut_off`
// a day, `want` the figures: a line is `FIGURE num/den`, then where they matter `value v` and `bounds lower upper`; a figure that must not
// exist is `FIGURE —`. What follows # says why. `sql NAME` is a query whose rows are `want NAME`. Every shipped metric has a story.
func TestMetricRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	told, run := map[string]bool{}, 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			run++
			runRules(t, archive, told)
		})
	}
	if t.Failed() || run < len(files) {
		return
	}
	metrics, err := analysis.LoadMetrics()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metrics {
		if !told[m.ID] {
			t.Errorf("no case tells what %s (%s) is", m.ID, m.TitleZH)
		}
	}
}

func runRules(t *testing.T, archive *txtar.Archive, told map[string]bool) {
	t.Helper()
	db := transformtest.Open(t, contracts(t))
	cutOff, parts := "2020-03-31", map[string]string{}
	var files []transformtest.File
	for _, part := range archive.Files {
		name, isRaw := strings.CutPrefix(part.Name, "raw.")
		switch {
		case isRaw:
			dataset, _, _ := strings.Cut(name, ".")
			files = append(files, transformtest.File{Dataset: dataset, Text: string(part.Data)})
		case part.Name == "cut_off":
			cutOff = strings.TrimSpace(string(part.Data))
		default:
			parts[part.Name] = string(part.Data)
		}
	}
	transformtest.Add(t, db, contracts(t), files...)
	if err := buildSmall(t, db, cutOff); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(parts["want"]) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			checkRule(t, db, line, told)
		}
	}
	for name, query := range parts {
		if name, ok := strings.CutPrefix(name, "sql "); ok {
			rows, err := warehouse.Select[string](t.Context(), db, "select concat_ws(',', columns(*)::varchar) from ("+query+") as q")
			if err != nil {
				rows, err = warehouse.Select[string](t.Context(), db, query)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(rows, "\n"); got != strings.TrimSpace(parts["want "+name]) {
				t.Errorf("%s:\n%s\nwant\n%s", name, got, parts["want "+name])
			}
		}
	}
}

// ruled is a figure as a case writes it.
type ruled struct {
	Num   *string  `db:"num"`
	Den   *int64   `db:"den"`
	Value float64  `db:"value"`
	Lower *float64 `db:"lower"`
	Upper *float64 `db:"upper"`
}

func checkRule(t *testing.T, db *warehouse.DB, line string, told map[string]bool) {
	t.Helper()
	rule, why, _ := strings.Cut(line, "#")
	fields := strings.Fields(rule)
	if len(fields) < 2 {
		t.Fatalf("%s: a figure and what it is", line)
	}
	id := fields[0]
	metric, _, _ := strings.Cut(id, ".")
	rows, err := warehouse.Select[ruled](t.Context(), db, "select cast(num as varchar) as num, den, value, lower, upper from mart.figure where figure_id = ?", id)
	if err != nil {
		t.Fatal(err)
	}
	if fields[1] == "—" {
		if len(rows) > 0 {
			t.Errorf("%s is %s, want none:%s", id, written(rows[0]), why)
		}
		return
	}
	told[metric] = true
	if len(rows) == 0 {
		t.Errorf("%s is not there, want %s:%s", id, fields[1], why)
		return
	}
	if got := written(rows[0]); got != fields[1] {
		t.Errorf("%s is %s, want %s:%s", id, got, fields[1], why)
	}
	near := func(what string, got *float64, want string) {
		w, err := strconv.ParseFloat(want, 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		decimals := len(want) - strings.IndexByte(want+".", '.') - 1
		if got == nil || math.Abs(*got-w) > 0.6*math.Pow10(-max(decimals, 0)) {
			t.Errorf("%s: %s is %v, want %s:%s", id, what, bound(got), want, why)
		}
	}
	for i := 2; i < len(fields); i++ {
		switch {
		case fields[i] == "value" && i+1 < len(fields):
			near("its value", &rows[0].Value, fields[i+1])
			i++
		case fields[i] == "bounds" && i+2 < len(fields):
			near("its lower bound", rows[0].Lower, fields[i+1])
			near("its upper bound", rows[0].Upper, fields[i+2])
			i += 2
		default:
			t.Fatalf("%s: %s?", line, fields[i])
		}
	}
}

func written(r ruled) string {
	num, den := "", ""
	if r.Num != nil {
		num = strings.TrimSuffix(*r.Num, ".00")
	}
	if r.Den != nil {
		den = fmt.Sprint(*r.Den)
	}
	return num + "/" + den
}

func bound(v *float64) string {
	if v == nil {
		return "none"
	}
	return fmt.Sprint(*v)
}
