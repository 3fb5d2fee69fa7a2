package cli

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// contentOf is the content of every table of a version, as a count and sums over hashes of its rows, its comments, and the manifest.
func (o *office) contentOf(version string) map[string]string {
	o.t.Helper()
	dir := filepath.Join(o.dir, "data", "published", version)
	db, err := warehouse.OpenReadOnly(o.t.Context(), filepath.Join(dir, warehouse.DatabaseName), warehouse.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	tables, err := warehouse.Select[string](o.t.Context(), db, "select schema_name || '.' || table_name from duckdb_tables() where not internal order by 1")
	if err != nil {
		o.t.Fatal(err)
	}
	content := map[string]string{}
	for _, table := range tables {
		schema, name, _ := strings.Cut(table, ".")
		text, err := warehouse.One[string](o.t.Context(), db, fmt.Sprintf(`select concat_ws(' ', count(*), bit_xor(hash(t)), sum(cast(hash(t) as hugeint)),
			(select md5(string_agg(concat_ws('|', column_name, data_type, comment), chr(10) order by column_index)) from duckdb_columns() where schema_name = '%[1]s' and table_name = '%[2]s'),
			(select md5(coalesce(comment, '')) from duckdb_tables() where schema_name = '%[1]s' and table_name = '%[2]s'))
			from %[3]s.%[4]s as t`, schema, name, warehouse.Ident(schema), warehouse.Ident(name)))
		if err != nil {
			o.t.Fatal(err)
		}
		content[table] = text
	}
	manifest, err := os.ReadFile(filepath.Join(dir, warehouse.ManifestName))
	if err != nil {
		o.t.Fatal(err)
	}
	content["manifest"] = string(manifest)
	return content
}

// mustEqual names what differs between two maps.
func mustEqual(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s: %s is another one: %.200s, in full %.200s", what, name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d, in full %d", what, len(got), len(want))
	}
}

func newLateOffice(t *testing.T, l *lateProvince) *office {
	t.Helper()
	o := &office{t: t, dir: filepath.Join(t.TempDir(), "p"), now: time.Date(2020, 7, 6, 4, 0, 0, 0, time.UTC)}
	o.run(exitDone, "init", o.dir)
	o.snapshots("credit_event", "penalty")
	set, err := contract.Load(ingest.Contracts(), os.DirFS(filepath.Join(o.dir, "contracts")))
	if err != nil {
		t.Fatal(err)
	}
	o.contracts = set
	o.add(l.base()...)
	return o
}

// TestLateFiles: a version made from the published one and late files is the same as one made from nothing, table by table and, at the
// end, byte by byte of what is printed from it.
func TestLateFiles(t *testing.T) {
	rounds, seed := 3, uint64(7)
	if os.Getenv("TONGBAO_SOAK") != "" {
		rounds, seed = 200, uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
	}
	if testing.Short() {
		rounds = 2
	}
	l := &lateProvince{Rand: rand.New(rand.NewPCG(seed, 2))}
	o := newLateOffice(t, l)
	args := []string{"--as-of", "2020-07-06", "--from", "2019"}
	if first := o.build(args...); first.Base != "" {
		t.Fatalf("nothing was published before: %+v", first)
	}
	var last buildResult
	for round := range rounds {
		if round == 1 {
			o.run(exitDone, "close", "2020Q1", "--by", "张三", "--reason", "办公会同意")
		}
		files := l.late()
		o.add(files...)
		last = o.build(args...)
		if last.Base == "" {
			_, log := o.run(exitDone, append([]string{"build"}, args...)...)
			t.Fatalf("round %d was built in full: %s", round, log)
		}
		if round%2 == 0 && round < rounds-1 {
			continue // the next one goes on from this
		}
		got := o.contentOf(last.Version)
		var late map[string]string
		if round == rounds-1 {
			late = o.printed()
		}
		if full := o.build(append(args, "--force")...); full.Base != "" || full.Version != last.Version {
			t.Fatalf("%+v after %+v", full, last)
		}
		mustEqual(t, fmt.Sprintf("round %d, %s", round, describe(files)), got, o.contentOf(last.Version))
		if late != nil {
			mustEqual(t, "printed", late, o.printed())
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if n, _ := o.run(exitDone, "sql", "select count(*) > 0 as restated from mart.restatement", "--format", "csv"); n != "restated\ntrue\n" {
		t.Errorf("the closed quarter was not restated: %s", n)
	}
	// The subjects named are the whole change: what they bring and take is what the figure says.
	if odd, _ := o.run(exitDone, "sql", "--format", "csv", `with
region as (select region_code, level from mart.region),
moved as (
    select f.figure_id, coalesce(sum(s.num_change), 0) as num, coalesce(sum(s.den_change), 0) as den
    from mart.restatement as f
    join region as g on g.region_code = f.region_code
    left join mart.restatement_subject as s on s.period = f.period and s.metric = f.metric and s.span = f.span and case
        when f.scope = 'own' or g.level = 'county' then s.region_code = f.region_code
        when g.level = 'city' then substr(s.region_code, 1, 4) = substr(f.region_code, 1, 4)
        else true
    end
    group by f.figure_id
)
select f.figure_id, f.old_num, f.new_num, m.num, f.old_den, f.new_den, m.den
from mart.restatement as f join moved as m on m.figure_id = f.figure_id join mart.metric as d on d.metric = f.metric
where d.aggregate in ('count', 'ratio') and f.old_value is not null and f.new_value is not null and f.cause in ('late_rows', 'changed_rows')
    and (f.new_num - f.old_num <> m.num or d.aggregate = 'ratio' and f.new_den - f.old_den <> m.den)`); strings.Count(odd, "\n") != 1 {
		t.Errorf("figures whose change is not that of the subjects named:\n%s", odd)
	}
	if n, _ := o.run(exitDone, "sql", "select count(*) > 20 as many from mart.restatement_subject where rows_behind > 0", "--format", "csv"); n != "many\ntrue\n" {
		t.Errorf("hardly any subject has a row behind it: %s", n)
	}
}

func describe(files []transformtest.File) string {
	var names []string
	for _, f := range files {
		names = append(names, fmt.Sprintf("%s of %s\n%s", f.Dataset, f.Region, f.Text))
	}
	return strings.Join(names, "\n")
}

// printed renders all outputs of a quarter and returns every file of them.
func (o *office) printed() map[string]string {
	o.t.Helper()
	out := filepath.Join(o.dir, "out")
	if err := os.RemoveAll(out); err != nil {
		o.t.Fatal(err)
	}
	o.run(exitDone, "render", "--period", "2020Q2", "--only", "notice,annex,returns,site")
	return contentsBelow(o, out)
}

// TestBuiltInFull: where going on from the published version is not certain to give the same, every table is made anew and a line says
// why.
func TestBuiltInFull(t *testing.T) {
	o := newOffice(t)
	o.build()
	late := func(want string, args ...string) {
		t.Helper()
		_, log := o.run(exitDone, append([]string{"build"}, args...)...)
		if want == "" && log != "" || !strings.Contains(log, want) {
			t.Errorf("build %v says %q, want %q", args, log, want)
		}
	}
	hazard := 0
	add := func() {
		hazard++
		o.add(transformtest.File{Dataset: "hazard", Received: o.now.Add(time.Duration(hazard) * time.Minute), Text: fmt.Sprintf("hazard_id,inspection_id,item_code,category,severity,found_on\nN%d,J1,AQ2,用电,general,2020-03-02\n", hazard)})
	}
	add()
	if result := o.build(); result.Base == "" {
		t.Errorf("a late file: %+v", result)
	}
	add()
	if result := o.build("--full"); !result.Built || result.Base != "" {
		t.Errorf("--full: %+v", result)
	}
	o.add(transformtest.File{Dataset: "agency", Received: o.now.Add(time.Hour), Text: "agency_code,agency_name,level,region_code\nYJ1,哈尔滨市局,city,230100\n"})
	late("note: every table is made anew: core.agency has changed, and all rows of core.inspection depend on it\n")
	add()
	late("note: every table is made anew: the published version has another cut-off, 2020-07-06 23:59:59\n", "--as-of", "2020-07-07")
	late("note: every table is made anew: the published version has another cut-off, 2020-07-07 23:59:59\n")
	write(t, filepath.Join(o.dir, "models", "mart", "odd.sql"), "-- One row per visit.\n-- @by visit_id\n-- @column visit_id  the visit\n-- @column visits    all visits\nselect v.visit_id, w.visits from core.visit as v cross join mart.visits as w\n")
	write(t, filepath.Join(o.dir, "models", "mart", "visits.sql"), "-- How many visits there are.\n-- @column visits  how many\nselect count(*) as visits from core.visit\n")
	late("note: every table is made anew: models or metrics have changed\n")
	add()
	late("")
	o.add(transformtest.File{Dataset: "inspection", Received: o.now.Add(2 * time.Hour), Text: "inspection_id,uscc,agency_code,kind,started_on\nJ2,91230102017280774B,YJ1,special,2020-04-02\n"})
	late("note: every table is made anew: mart.visits has changed, and all rows of mart.odd depend on it\n")
	if n, _ := o.run(exitDone, "sql", "select visits, count(*) as n from mart.odd group by visits", "--format", "csv"); n != "visits,n\n2,2\n" {
		t.Errorf("mart.odd: %s", n)
	}
	o.add(transformtest.File{Dataset: "enterprise", Received: o.now.Add(3 * time.Hour), Text: "uscc,regulator_code,enterprise_name,region_code,sector\n91230102017280774B,YJ2,某厂,110101,other\n"})
	if result := o.build(); result.Base == "" {
		t.Errorf("a region nobody knew: %+v", result)
	}
}
