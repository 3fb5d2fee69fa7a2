package analysis_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tongbao/analysis"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// small is a province of one enterprise with two visits: a joint one of city and county, and one of the county alone.
func small(t testing.TB, extra ...transformtest.File) *warehouse.DB {
	t.Helper()
	set := contracts(t)
	db := transformtest.Open(t, set)
	transformtest.Add(t, db, set, append([]transformtest.File{
		{Dataset: "agency", Text: "agency_code,agency_name,level,region_code\nC1,市局,city,230100\nD1,县局,county,230102\n"},
		{Dataset: "enterprise", Text: "uscc,regulator_code,enterprise_name,region_code,sector\nE1,D1,一厂,230102,coal_mine\n"},
		{Dataset: "inspection", Text: "inspection_id,uscc,agency_code,kind,joint_task_id,started_on,ended_on\n" +
			"I1,E1,C1,planned,J1,2020-02-03,2020-02-03\nI2,E1,D1,planned,J1,2020-02-03,2020-02-03\nI3,E1,D1,special,,2020-03-03,2020-03-04\n"},
	}, extra...)...)
	return db
}

func buildSmall(t testing.TB, db *warehouse.DB, cutOff string, metrics ...sqlmodel.Layer) error {
	t.Helper()
	day, err := time.Parse("2006-01-02", cutOff)
	if err != nil {
		t.Fatal(err)
	}
	transformtest.Build(t, db, transformtest.Inputs(t, contracts(t), day.Add(24*time.Hour-time.Second), 2020))
	_, err = analysis.Build(t.Context(), db, sqlmodel.Runner{}, nil, metrics)
	return err
}

// value is a figure as num/den, or — where there is none.
func value(t testing.TB, db *warehouse.DB, id string) string {
	t.Helper()
	rows, err := warehouse.Select[string](t.Context(), db, "select coalesce(cast(cast(num as bigint) as varchar), '') || '/' || coalesce(cast(den as varchar), '') from mart.figure where figure_id = ?", id)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		return "—"
	}
	return rows[0]
}

// TestAddingAMetric runs the example of docs/adding-a-metric.md as a project's file: it is in the figures, the catalogue and trace.
func TestAddingAMetric(t *testing.T) {
	text, err := os.ReadFile("../docs/adding-a-metric.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)`metrics/(\\S+\\.sql)`:\n\n```sql\n(.*?)```").FindStringSubmatch(string(text))
	if found == nil {
		t.Fatal("docs/adding-a-metric.md has lost its example")
	}
	project := sqlmodel.Layer{Title: "metrics", FS: fstest.MapFS{found[1]: {Data: []byte(found[2])}}}
	db := small(t)
	if err := buildSmall(t, db, "2020-06-30", project); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"X1.2020Q1q.230000": "1/2", "X1.2020Q1q.230100": "1/2", "X1.2020Q1q.230100o": "1/1", "X1.2020Q1q.230102": "0/1", "X1.2020Q2q.230000": "—", "X1.2020Q2y.230000": "1/2",
		"X1.2020Q1q.230000:sector=coal_mine": "1/2", "E1.2020Q1q.230000": "2/", "E7.2020Q1q.230100o": "1/",
	} {
		if got := value(t, db, id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	traced, err := analysis.Trace(t.Context(), db, "X1.2020Q2y.230000")
	if err != nil {
		t.Fatal(err)
	}
	var derived analysis.Derived
	var files []string
	err = db.InTx(t.Context(), func(tx *warehouse.Tx) (err error) {
		if derived, err = traced.Narrow(t.Context(), tx, analysis.PartAll, 0); err != nil {
			return err
		}
		files, err = warehouse.Select[string](t.Context(), tx, "select file || ' ' || row from ("+traced.RowsSQL(analysis.PartAll, 0)+") as r order by 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if derived.Num == nil || *derived.Num != "1.00" || derived.Den == nil || *derived.Den != 2 || derived.Rows != 2 {
		t.Errorf("traced to %+v", derived)
	}
	if got := strings.Join(files, ", "); got != "inspection.csv 2, inspection.csv 3, inspection.csv 4" {
		t.Errorf("rows behind it: %s", got)
	}
}

// TestMetricMistakes: each mistake in a metric's file is an error that names it.
func TestMetricMistakes(t *testing.T) {
	header := "-- @metric X1\n-- @title_zh 某\n-- @title_en Some\n-- @definition_zh 某\n-- @definition_en Some\n-- @theme X\n-- @unit ratio\n-- @better none\n-- @aggregate ratio\n-- @span at\n-- @subject visit\n"
	for name, c := range map[string]struct{ text, want string }{
		"an unknown word":          {header + "-- @colour red\nselect 1 as subject_id", "unknown word @colour"},
		"a wrong aggregate":        {strings.Replace(header, "@aggregate ratio", "@aggregate average", 1) + "select 1 as subject_id", "@aggregate average"},
		"a lacking word":           {strings.Replace(header, "-- @unit ratio\n", "", 1) + "select 1 as subject_id", "lacks @unit"},
		"a lacking column":         {header + "select v.visit_id as subject_id, v.code, 0 as den_from from mart.visit_index as v", "needs a column num_from"},
		"an unknown table":         {header + "select v.visit_id as subject_id, v.code, 0 as den_from, 0 as num_from from mart.no_such as v", "no_such"},
		"two statements":           {header + "select 1 as subject_id; select 2", "exactly one SELECT"},
		"a share over one":         {header + "select v.visit_id as subject_id, v.code, 0 as den_from, 0 as num_from, 2 as num from mart.visit_index as v where v.code is not null", "value = num ÷ den"},
		"an id with strange signs": {strings.Replace(header, "@metric X1", "@metric X-1'", 1) + "select 1 as subject_id", "an id is letters and digits"},
	} {
		t.Run(name, func(t *testing.T) {
			err := buildSmall(t, small(t), "2020-03-31", sqlmodel.Layer{Title: "metrics", FS: fstest.MapFS{"x.sql": {Data: []byte(c.text)}}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q in it", err, c.want)
			}
		})
	}
}
