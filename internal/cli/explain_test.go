package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// lateOffice is the small province built and then changed by late rows: a visit nobody knew, a plan visit that did not end after all, a
// hazard that is open again. A command may be run in between. It returns the version from before.
func lateOffice(t *testing.T, between ...string) (o *office, before string) {
	t.Helper()
	o = newOffice(t)
	o.run(exitDone, "build", "--as-of", "2020-04-05")
	before = o.version(t)
	if len(between) > 0 {
		o.run(exitDone, between...)
	}
	o.add(
		transformtest.File{Dataset: "inspection", Received: time.Date(2020, 4, 6, 9, 0, 0, 0, time.UTC), Text: "inspection_id,uscc,agency_code,plan_item_id,kind,started_on,ended_on\n" +
			"J1,91230102017280774B,YJ2,P1,planned,2020-03-02,\nJ2,91230102017280774B,YJ1,,special,2020-03-20,2020-03-20\n"},
		transformtest.File{Dataset: "hazard", Text: "hazard_id,inspection_id,item_code,category,severity,found_on,due_on,closed_on\nH1,J1,AQ1,安全设施,general,2020-03-02,2020-03-10,\n"},
		transformtest.File{Dataset: "plan_item", Text: "plan_item_id,plan_year,agency_code,uscc,class,approved_on\nP1,2020,YJ2,91230102017280774B,key,2020-01-10\n"},
	)
	return o, before
}

func (o *office) version(t *testing.T) string {
	t.Helper()
	published, err := Project{Dir: o.dir}.findVersion("")
	if err != nil {
		t.Fatal(err)
	}
	return published.Version
}

// explained is what `explain --json` says of one change.
type explained struct {
	SubjectID string  `json:"subject_id"`
	Then      string  `json:"then"`
	Now       string  `json:"now"`
	Why       string  `json:"why"`
	Dataset   string  `json:"dataset"`
	Key       string  `json:"row_key"`
	What      string  `json:"what"`
	Column    string  `json:"column"`
	Old       string  `json:"old"`
	New       string  `json:"new"`
	File      string  `json:"file"`
	Row       int     `json:"row"`
	OldFile   string  `json:"old_file"`
	OldRow    int     `json:"old_row"`
	By        string  `json:"by"`
	Part      string  `json:"part"`
	Total     float64 `json:"total"`
	AddsUp    bool    `json:"adds_up"`
}

func (o *office) explain(t *testing.T, args ...string) (parts, rows []explained) {
	t.Helper()
	out, _ := o.run(exitDone, append([]string{"explain", "--json"}, args...)...)
	for line := range strings.Lines(out) {
		var e explained
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if e.By != "" {
			parts = append(parts, e)
		} else {
			rows = append(rows, e)
		}
	}
	return parts, rows
}

// TestExplainNamesTheRows: against a version, every subject that counts differently stands beside the rows that did it.
func TestExplainNamesTheRows(t *testing.T) {
	o, before := lateOffice(t)
	o.run(exitDone, "build", "--as-of", "2020-04-08", "--force")
	for _, c := range []struct {
		figure string
		want   explained
	}{
		{"E1.2020Q1q.230000", explained{SubjectID: "J2", Then: "—", Now: "num", Why: "counted", Dataset: "inspection", Key: "J2", What: "new",
			New: "inspection_id J2; uscc 91230102017280774B; agency_code YJ1; kind special; started_on 2020-03-20; ended_on 2020-03-20", File: "inspection.csv", Row: 3}},
		{"B3.2020Q1q.230102", explained{SubjectID: "H1", Then: "num, den", Now: "den", Why: "counted", Dataset: "hazard", Key: "H1", What: "changed", Column: "closed_on", Old: "2020-03-09", File: "hazard.csv", Row: 2, OldFile: "hazard.csv", OldRow: 2}},
		{"A1.2020Q1.230000", explained{SubjectID: "P1", Then: "num, den", Now: "den", Why: "fills the item", Dataset: "inspection", Key: "J1", What: "changed", Column: "ended_on", Old: "2020-03-02", File: "inspection.csv", Row: 2, OldFile: "inspection.csv", OldRow: 2}},
		{"C1.2020Q1q.230102", explained{SubjectID: "91230102017280774B", Then: "den", Now: "num, den", Why: "of the enterprise", Dataset: "inspection", Key: "J2", What: "new",
			New: "inspection_id J2; uscc 91230102017280774B; agency_code YJ1; kind special; started_on 2020-03-20; ended_on 2020-03-20", File: "inspection.csv", Row: 3}},
	} {
		parts, rows := o.explain(t, c.figure, "--since", before)
		found := false
		for _, row := range rows {
			found = found || row == c.want
			if row.Dataset == "plan_item" {
				t.Errorf("%s: a row exported again as it was is no cause: %+v", c.figure, row)
			}
		}
		if !found {
			t.Errorf("%s: %+v\nwant %+v", c.figure, rows, c.want)
		}
		for _, part := range parts {
			if part.Part == "" && !part.AddsUp {
				t.Errorf("%s: the parts do not add up", c.figure)
			}
		}
	}
	out, _ := o.run(exitDone, "explain", "A1.2020Q1.230000", "--since", before)
	for _, want := range []string{"now   0 = 0 / 1 (0.00 %)", "by region: change -100.0000 percentage points (个百分点)", "within: the part's own rate changed", "1 subjects count differently: numerator -1, denominator 0 together, as the figure says.", "add up to the change exactly"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	// A count has parts without rates, in whole numbers.
	if out, _ := o.run(exitDone, "explain", "E1.2020Q1q.230000", "--since", before); !strings.Contains(out, "by region: change +1\n") || !regexp.MustCompile(`230100 哈尔滨市\s+1\s+2\s+1`).MatchString(out) {
		t.Error(out)
	}
	if _, log := o.run(exitUsage, "explain", "A1.2020Q1.230000", "--since", "2020Q1"); !strings.Contains(log, "of 2020Q1 itself") {
		t.Error(log)
	}
	if _, log := o.run(exitUsage, "explain", "A1.2019Q1.230000", "--since", before); !strings.Contains(log, "no such figure") {
		t.Error(log)
	}
}

// TestTraceBothWays: from figures to their rows by part, from a row to every region, scope and slice it enters.
func TestTraceBothWays(t *testing.T) {
	o, _ := lateOffice(t)
	o.add(
		transformtest.File{Dataset: "plan_item", Received: time.Date(2020, 4, 7, 9, 0, 0, 0, time.UTC), Text: "plan_item_id,plan_year,agency_code,uscc,class,approved_on\nP2,2020,YJ2,91230102017280774B,key,2020-01-10\n"},
		transformtest.File{Dataset: "plan_change", Text: "plan_change_id,plan_item_id,action,reason,decided_on,reapproved_on\nC1,P2,remove,suspended,2020-02-01,2020-02-10\n"})
	o.run(exitDone, "build", "--as-of", "2020-04-08")
	lines := func(want int, args ...string) []string {
		out, _ := o.run(want, args...)
		return strings.Split(strings.TrimSpace(out), "\n")
	}
	removed := lines(exitDone, "trace", "A1.2020Q1.230102", "--part", "removed", "--format", "csv")
	if len(removed) != 3 || !strings.Contains(removed[1], "P2,230102,removed,suspended,original,key,metallurgy,counted,plan_item,P2,plan_item.csv") ||
		!strings.Contains(removed[2], "removes the item,plan_change,C1,plan_change.csv,,2") {
		t.Errorf("removed: %s", strings.Join(removed, "\n"))
	}
	for part, want := range map[string]int{"num": 1, "den": 2, "rest": 2} { // a header, and the rows
		if got := lines(exitDone, "trace", "B3.2020Q1q.230102", "--part", part, "--format", "csv"); len(got) != want {
			t.Errorf("--part %s: %q", part, got)
		}
	}
	out, _ := o.run(exitDone, "trace", "A1.2020Q1.230102")
	for _, want := range []string{"waterfall: original 2, removed 1 (suspended 1), in_force 1, incomplete 1", "recurrence_days 365"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	pair := strings.Join(lines(exitDone, "trace", "C3.2020Q1q.230000", "--part", "num", "--format", "csv"), "\n")
	if !strings.Contains(pair, "the earlier visit,inspection,J1") {
		t.Errorf("a duplicate does not show the earlier visit:\n%s", pair)
	}
	entered := strings.Join(lines(exitDone, "trace", "--row", "inspection.csv:3", "--slices"), "\n")
	for _, want := range []string{"E1.2020Q1q.230100o ", "E1.2020Q1y.230100 ", "E1.2020Q1q.230000 ", "E1.2020Q1q.230000:kind=special", "E2.2020Q1q.230102 ", "C1.2020Q1q.230102 "} {
		if !strings.Contains(entered, want) {
			t.Errorf("the row does not enter %s:\n%s", want, entered)
		}
	}
	if strings.Contains(entered, "C6.") || strings.Contains(entered, "E1.2020Q1q.230102") {
		t.Errorf("the row enters what it does not decide:\n%s", entered)
	}
	if hazard := strings.Join(lines(exitDone, "trace", "--row", "hazard.csv:2"), "\n"); !strings.Contains(hazard, "B3.2020Q1q.230102") || !strings.Contains(hazard, "B6z.2020Q1q.230102") {
		t.Errorf("the hazard's figures: %s", hazard)
	}
	if _, log := o.run(exitFailed, "trace", "--row", "inspection.csv:77"); !strings.Contains(log, "enters no figure") {
		t.Error(log)
	}
	if _, log := o.run(exitUsage, "trace", "E1.2020Q1q.230000", "--part", "removed"); !strings.Contains(log, "does not count plan items") {
		t.Error(log)
	}
	if _, log := o.run(exitUsage, "trace", "全省计划完成率"); !strings.Contains(log, "no notice in") {
		t.Error(log)
	}
}

// TestRestatementHasItsOwnCause: each figure of a signed-off quarter that later data change says why and by which rows, by its own
// metric and region, not by whatever else came late.
func TestRestatementHasItsOwnCause(t *testing.T) {
	o, before := lateOffice(t, "close", "2020Q1", "--by", "王某", "--reason", "通报已印发")
	o.run(exitDone, "build", "--as-of", "2020-04-08")
	out, _ := o.run(exitDone, "sql", "--format", "csv", "--limit", "0", "select figure_id, cast(old_value as varchar), coalesce(cast(new_value as varchar), ''), cause, late_rows, changed_rows, source_rows from mart.restatement order by figure_id")
	for _, want := range []string{
		"E1.2020Q1q.230100o,", // the city's own had none before: no old value
		"E1.2020Q1q.230000,1.0,2.0,late_rows,1,0,inspection.csv:3\n",
		"B3.2020Q1q.230102,1.0,0.0,changed_rows,0,1,hazard.csv:2\n",
		"A1.2020Q1.230102,1.0,0.0,changed_rows,0,1,inspection.csv:2\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	for line := range strings.Lines(out) {
		if metric, _, _ := strings.Cut(line, "."); metric == "C6" || metric == "E5" || metric == "D8" {
			t.Errorf("restated without a reason: %s", line)
		}
	}
	out, _ = o.run(exitDone, "sql", "--format", "csv", "--limit", "0", "select dataset, row_key, what, column_name, old_value, new_value, file, row_number, old_file, old_row, uscc from mart.restatement_row where what = 'changed' order by all")
	if want := "dataset,row_key,what,column_name,old_value,new_value,file,row_number,old_file,old_row,uscc\n" +
		"hazard,H1,changed,closed_on,2020-03-09,,hazard.csv,2,hazard.csv,2,91230102017280774B\n" +
		"inspection,J1,changed,ended_on,2020-03-02,,inspection.csv,2,inspection.csv,2,91230102017280774B\n"; out != want {
		t.Errorf("rows:\n%s\nwant\n%s", out, want)
	}
	// The version signed off is gone: counts, no rows.
	if err := os.RemoveAll(filepath.Dir(Project{Dir: o.dir}.Store().Database(before))); err != nil {
		t.Fatal(err)
	}
	o.run(exitDone, "build", "--as-of", "2020-04-08", "--force")
	out, _ = o.run(exitDone, "sql", "--format", "csv", "select cause, late_rows, source_rows from mart.restatement where figure_id = 'E1.2020Q1q.230000'")
	if out != "cause,late_rows,source_rows\nlate_rows,4,\n" {
		t.Errorf("without the version: %s", out)
	}
}

// TestRestatementOfFewEnterprises: what late rows did is the same whether their enterprises are looked at alone, or the whole province is read, as
// beside a version that does not say which tables go by enterprise.
func TestRestatementOfFewEnterprises(t *testing.T) {
	o := newOffice(t)
	var register, visits, hazards strings.Builder
	register.WriteString("uscc,regulator_code,enterprise_name,region_code,sector\n91230102017280774B,YJ2,铸造厂,230102,metallurgy\n")
	visits.WriteString("inspection_id,uscc,agency_code,kind,started_on,ended_on,items\n")
	hazards.WriteString("hazard_id,inspection_id,item_code,category,severity,found_on,due_on,closed_on\n")
	for n := range 24 {
		fmt.Fprintf(&register, "E%d,YJ2,%[1]d厂,230102,coal_mine\n", n)
		fmt.Fprintf(&visits, "V%d,E%[1]d,YJ2,special,2020-02-%02d,2020-02-%[2]d,AQ1\n", n, 1+n)
		fmt.Fprintf(&hazards, "G%d,V%[1]d,AQ1,安全设施,general,2020-02-%02d,2020-03-10,2020-03-09\n", n, 1+n)
	}
	o.add(transformtest.File{Dataset: "enterprise", Received: time.Date(2020, 4, 2, 9, 0, 0, 0, time.UTC), Text: register.String()},
		transformtest.File{Dataset: "inspection", Text: visits.String()}, transformtest.File{Dataset: "hazard", Text: hazards.String()})
	o.run(exitDone, "build", "--as-of", "2020-04-05")
	signed := o.version(t)
	o.run(exitDone, "close", "2020Q1", "--by", "王某", "--reason", "通报已印发")
	o.add(transformtest.File{Dataset: "inspection", Received: time.Date(2020, 4, 6, 9, 0, 0, 0, time.UTC), Text: "inspection_id,uscc,agency_code,kind,started_on,ended_on,items\nV99,E3,YJ1,special,2020-03-20,2020-03-20,AQ1\n"},
		transformtest.File{Dataset: "hazard", Text: "hazard_id,inspection_id,item_code,category,severity,found_on,due_on,closed_on\nG5,V5,AQ1,安全设施,major,2020-02-06,2020-03-10,\nG99,V99,AQ1,安全设施,general,2020-03-20,2020-03-30,\n"})
	restated := func() string {
		all := ""
		for _, table := range []string{"restatement", "restatement_subject", "restatement_row"} {
			out, _ := o.run(exitDone, "sql", "--format", "csv", "--limit", "0", "select * from mart."+table+" order by all")
			all += out
		}
		return all
	}
	o.run(exitDone, "build", "--as-of", "2020-04-08")
	alone := restated()
	for _, want := range []string{"C3.2020Q1q.230000", "B14.2020Q1", "visit,V99,—,\"num, den\"", "hazard,G5,\"num, den\",den"} {
		if !strings.Contains(alone, want) {
			t.Errorf("lacks %s", want)
		}
	}
	db, err := warehouse.Open(t.Context(), Project{Dir: o.dir}.Store().Database(signed), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	transformtest.Exec(t, db, "drop table run.owner")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	o.run(exitDone, "build", "--as-of", "2020-04-08", "--force")
	if whole := restated(); whole != alone {
		t.Errorf("read whole, the restatement is\n%s\nnot\n%s", whole, alone)
	}
}
