package analysis_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tongbao/analysis"
	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

const conformance = "../internal/cli/testdata/conformance"

// TestConformance holds every figure of three made-up provinces against the answers of two independent programs: num and den
// exactly, value and bounds within 1e-9, none missing, none more.
func TestConformance(t *testing.T) {
	for _, name := range []string{"plain", "nasty", "leap"} {
		t.Run(name, func(t *testing.T) {
			dir := unzip(t, filepath.Join(conformance, name+".zip"))
			db := province(t, dir)
			got := figuresOf(t, db)
			wrong := 0
			complain := func(format string, args ...any) {
				if wrong++; wrong <= 20 {
					t.Errorf(format, args...)
				}
			}
			for _, want := range answers(t, filepath.Join(dir, "figures.csv")) {
				key := want.key()
				have, ok := got[key]
				delete(got, key)
				switch {
				case !ok:
					complain("%s is missing", key)
				case have.num != want.num || have.den != want.den:
					complain("%s: %s/%s, want %s/%s", key, have.num, have.den, want.num, want.den)
				case !near(have.value, want.value):
					complain("%s: %s, want %s", key, have.value, want.value)
				case want.metric == "B9" && (!near(have.lower, want.lower) || !near(have.upper, want.upper)):
					complain("%s: %s to %s, want %s to %s", key, have.lower, have.upper, want.lower, want.upper)
				}
			}
			for key := range got {
				complain("%s should not be there", key)
			}
			if wrong > 20 {
				t.Errorf("and %d more", wrong-20)
			}
			burntDown(t, db)
			madeAgain(t, db, name == "plain")
			if name == "nasty" {
				enteredAlike(t, db)
			}
		})
	}
}

// madeAgain makes the figures of every period again from their evidence; planted faults, one for each way in which a figure comes from it, are
// found and named.
func madeAgain(t *testing.T, db *warehouse.DB, faults bool) {
	t.Helper()
	periods, err := warehouse.Select[string](t.Context(), db, "select period from mart.period order by period_index")
	if err != nil {
		t.Fatal(err)
	}
	for _, period := range periods {
		again, err := analysis.Rederive(t.Context(), db, period)
		if err != nil || again.Figures == 0 || len(again.Broken) > 0 {
			t.Errorf("%s: %d figures made again, others: %v, %v", period, again.Figures, again.Broken, err)
		}
	}
	if !faults {
		return
	}
	for _, fault := range []string{
		"set num = num + 1 where metric = 'B1'", "set den = den + 1 where metric = 'C5'", "set value = value + 1e-6 where metric = 'B3'", // ratios
		"set value = value * 1.001 where metric = 'B6'",                                         // a ratio with a formula
		"set num = num + 1 where metric = 'E1'", "set value = value + 0.01 where metric = 'E6'", // counts
		"set value = value + 0.5 where metric = 'C10'", "set den = den + 1 where metric = 'C10'", // medians
		"set value = value + 0.1 where metric = 'C10p'", "set value = value + 1 where metric = 'C10m'", // other quantiles
		"set value = value + 0.01 where metric = 'D4'",                                          // a median of money
		"set value = value + 1e-6 where metric = 'B9'", "set num = num - 1 where metric = 'B9'", // survival
		"set value = value + 1e-6 where metric = 'A7'", "set value = value + 1e-6 where metric = 'A14'", // value only
		"set num = num + 1 where metric = 'D11'", // a province's alone
		"set metric = 'gone' where metric = 'C1'", "set metric = 'gone' where metric = 'B9'", "set metric = 'gone' where metric = 'C10'",
	} {
		_, metric, _ := strings.Cut(fault, "where metric = ")
		metric = strings.Trim(metric, "'")
		last, err := warehouse.One[string](t.Context(), db, "select max(period) from mart.figure where metric = ?", metric)
		if err != nil {
			t.Fatal(err)
		}
		err = db.InTx(t.Context(), func(tx *warehouse.Tx) error {
			if _, err := tx.ExecContext(t.Context(), "update mart.figure "+fault); err != nil {
				t.Fatal(err)
			}
			again, err := analysis.Rederive(t.Context(), tx, last)
			if err != nil {
				t.Fatal(err)
			}
			if len(again.Broken) == 0 || slices.ContainsFunc(again.Broken, func(id string) bool { return !strings.HasPrefix(id, metric+".") }) {
				t.Errorf("%s: found %v", fault, again.Broken)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	}
}

// burntDown holds caps burning down by month to the use of caps, which is counted another way: in the last month they are the same.
func burntDown(t *testing.T, db *warehouse.DB) {
	t.Helper()
	got, err := warehouse.One[struct {
		Lines int64 `db:"lines"`
		Wrong int64 `db:"wrong"`
	}](t.Context(), db, `
		with used as (
			select period, region_code, level, max_visits, sum(least(used, max_visits) * enterprises) as used
			from mart.cap_use where used > 0 and max_visits > 0 group by all
		), burnt as (
			select period, region_code, level, max_visits, arg_max(used, month) as used, bool_and(rises) as rises
			from (select *, used >= lag(used, 1, 0) over (partition by period, region_code, level, max_visits order by month) as rises from mart.cap_month)
			group by all
		)
		select count(*) as lines, count(*) filter (where u.used is distinct from b.used or not b.rises) as wrong
		from used as u full join burnt as b using (period, region_code, level, max_visits)`)
	if err != nil {
		t.Fatal(err)
	}
	if got.Lines == 0 || got.Wrong > 0 {
		t.Errorf("of %d lines of caps, %d do not burn down to what is left of them", got.Lines, got.Wrong)
	}
}

// unzip unpacks an archive's files, without their folders, and returns where.
func unzip(t testing.TB, path string) string {
	t.Helper()
	dir := t.TempDir()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		text, err := fs.ReadFile(archive, entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(entry.Name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// province builds core and mart of a conformance folder in memory.
func province(t testing.TB, dir string) *warehouse.DB {
	t.Helper()
	var c struct {
		CutOff string `json:"cutoff"`
		Years  []int  `json:"years"`
	}
	text, err := os.ReadFile(filepath.Join(dir, "case.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse("2006-01-02", c.CutOff)
	if err != nil {
		t.Fatal(err)
	}
	db := transformtest.Conformance(t, contracts(t), dir, day.Add(24*time.Hour-time.Second), c.Years[0])
	build(t, db)
	return db
}

// build makes mart.* and holds every check.
func build(t testing.TB, db *warehouse.DB) {
	t.Helper()
	models, err := analysis.Build(t.Context(), db, sqlmodel.Runner{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (sqlmodel.Runner{}).Verify(t.Context(), db, models); err != nil {
		t.Fatal(err)
	}
}

func contracts(t testing.TB) *contract.Set {
	t.Helper()
	set, err := contract.Load(ingest.Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// line is one row of figures.csv, as text.
type line struct {
	metric, period, span, region, scope string
	num, den, value, lower, upper       string
}

func (l line) key() string {
	return fmt.Sprint(l.metric, " ", l.period, " ", l.span, " ", l.region, " ", l.scope)
}

func answers(t testing.TB, path string) []line {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for _, r := range records[1:] {
		lines = append(lines, line{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9]})
	}
	return lines
}

func figuresOf(t testing.TB, db *warehouse.DB) map[string]line {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select metric, period, span, region_code, scope,
		coalesce(case when metric = 'E6' then cast(num as varchar) else cast(cast(num as bigint) as varchar) end, ''), coalesce(cast(den as varchar), ''), value, lower, upper
		from mart.figure where slice = ''`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]line{}
	for rows.Next() {
		var l line
		var value float64
		var lower, upper *float64
		if err := rows.Scan(&l.metric, &l.period, &l.span, &l.region, &l.scope, &l.num, &l.den, &value, &lower, &upper); err != nil {
			t.Fatal(err)
		}
		l.value, l.lower, l.upper = shown(&value), shown(lower), shown(upper)
		if _, twice := got[l.key()]; twice {
			t.Fatalf("%s is there twice", l.key())
		}
		got[l.key()] = l
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return got
}

func shown(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'g', -1, 64)
}

func near(have, want string) bool {
	if have == "" || want == "" {
		return have == want
	}
	a, errA := strconv.ParseFloat(have, 64)
	b, errB := strconv.ParseFloat(want, 64)
	return errA == nil && errB == nil && math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b))
}
