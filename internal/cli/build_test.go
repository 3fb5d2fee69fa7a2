package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// office is a project with a small province in raw, and a clock that stands still.
type office struct {
	t         *testing.T
	dir       string
	now       time.Time
	contracts *contract.Set
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, dir: filepath.Join(t.TempDir(), "p"), now: time.Date(2020, 7, 6, 4, 0, 0, 0, time.UTC)}
	o.run(exitDone, "init", o.dir)
	set, err := contract.Load(ingest.Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	o.contracts = set
	o.add(
		transformtest.File{Dataset: "agency", Received: time.Date(2020, 4, 1, 9, 0, 0, 0, time.UTC), Text: "agency_code,agency_name,level,region_code\nYJ1,哈尔滨局,city,230100\nYJ2,道里局,county,230102\n"},
		transformtest.File{Dataset: "enterprise", Text: "uscc,regulator_code,enterprise_name,region_code,sector\n91230102017280774B,YJ2,铸造厂,230102,metallurgy\n"},
		transformtest.File{Dataset: "plan_item", Text: "plan_item_id,plan_year,agency_code,uscc,class,approved_on\nP1,2020,YJ2,91230102017280774B,key,2020-01-10\n"},
		transformtest.File{Dataset: "inspection", Text: "inspection_id,uscc,agency_code,plan_item_id,kind,started_on,ended_on\nJ1,91230102017280774B,YJ2,P1,planned,2020-03-02,2020-03-02\n"},
		transformtest.File{Dataset: "hazard", Text: "hazard_id,inspection_id,item_code,category,severity,found_on,due_on,closed_on\nH1,J1,AQ1,安全设施,general,2020-03-02,2020-03-10,2020-03-09\n"},
	)
	return o
}

func (o *office) add(files ...transformtest.File) {
	o.t.Helper()
	path := Project{Dir: o.dir}.Warehouse()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		o.t.Fatal(err)
	}
	var db *warehouse.DB
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		db = transformtest.OpenAt(o.t, o.contracts, path)
	} else if db, err = warehouse.Open(o.t.Context(), path, warehouse.Options{}); err != nil {
		o.t.Fatal(err)
	}
	transformtest.Add(o.t, db, o.contracts, files...)
	if err := db.Close(); err != nil {
		o.t.Fatal(err)
	}
}

// run executes a command line in the project and returns its output, both streams.
func (o *office) run(want int, args ...string) (stdout, stderr string) {
	o.t.Helper()
	var out, log bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Now: o.clock, Getenv: func(string) string { return "" }, Dir: filepath.Dir(o.dir)}
	if len(args) > 0 && args[0] != "init" {
		args = append([]string{"--project", o.dir}, args...)
	}
	if got := Run(context.Background(), args, env); got != want {
		o.t.Fatalf("tongbao %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, out.String(), log.String())
	}
	return out.String(), log.String()
}

func (o *office) clock() time.Time { return o.now }

func (o *office) build(args ...string) buildResult {
	o.t.Helper()
	out, _ := o.run(exitDone, append([]string{"build", "--json"}, args...)...)
	var result buildResult
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		o.t.Fatalf("%v: %s", err, out)
	}
	return result
}

func (o *office) current() string {
	o.t.Helper()
	version, err := Project{Dir: o.dir}.Store().Current()
	if err != nil {
		o.t.Fatal(err)
	}
	return version
}

// TestOffice builds a few versions of a small province once and then uses them as people do.
func TestOffice(t *testing.T) {
	o := newOffice(t)
	first := o.build()
	if !first.Built || !strings.HasPrefix(first.Version, "2020-07-06-") || o.current() != first.Version || first.Files != 5 || first.Periods != 3 {
		t.Fatalf("%+v, current %s", first, o.current())
	}
	firstHash := o.manifest(first.Version).FigureHash
	t.Run("nothing changed", func(t *testing.T) {
		o.now = o.now.Add(3 * time.Hour)
		if again := o.build(); again.Built || again.Version != first.Version {
			t.Errorf("later the same day: %+v", again)
		}
	})
	t.Run("same inputs, same content", func(t *testing.T) {
		o.configure("engine: {threads: 1}\n")
		defer o.configure("engine: {threads: 2}\n")
		if forced := o.build("--force"); !forced.Built || forced.Version != first.Version || o.manifest(first.Version).FigureHash != firstHash {
			t.Errorf("with one thread: %+v", forced)
		}
	})
	o.add(transformtest.File{Dataset: "hazard", Received: time.Date(2020, 7, 6, 15, 0, 0, 0, time.UTC),
		Text: "hazard_id,inspection_id,item_code,category,severity,found_on\nH2,J1,AQ2,=cmd(),major,2020-03-02\n"})
	second := o.build()
	if second.Files != 6 || !second.Built || o.current() != second.Version {
		t.Fatalf("a new file: %+v", second)
	}
	if early := o.build("--as-of", "2020-07-06T14:59:59"); early.Files != 5 {
		t.Errorf("a moment before the new file: %+v", early)
	}
	o.run(exitDone, "rollback", second.Version, "--by", "张三", "--reason", "试")
	t.Run("versions", func(t *testing.T) { testVersions(t, o, first.Version, second.Version) })
	t.Run("sql", func(t *testing.T) { testSQL(t, o) })
	t.Run("closed", func(t *testing.T) { testClosed(t, o) })
	t.Run("docs and doctor", func(t *testing.T) { testDocsAndDoctor(t, o) })
	t.Run("backup", func(t *testing.T) { testBackup(t, o, second.Version) })
	t.Run("damage", func(t *testing.T) { testDamage(t, o) })
	t.Run("migration", func(t *testing.T) { testMigration(t, o) })
}

// TestCutOffWithinTheDay: a return says itself when it was submitted, and counts by the moment of the cut-off whenever its file came.
func TestCutOffWithinTheDay(t *testing.T) {
	o := newOffice(t)
	o.add(transformtest.File{Dataset: "quarterly_return", Received: time.Date(2020, 7, 6, 1, 0, 0, 0, time.UTC),
		Text: "region_code,period,submitted_at,completed\n230100,2020Q2,2020-07-06 15:00:00,1\n"})
	onTime := "select num from mart.figure where figure_id = 'D10r.2020Q2.230100'"
	for _, c := range []struct{ asOf, want string }{{"2020-07-06T14:00:00", "0.00"}, {"2020-07-06T15:00:00", "1.00"}} {
		o.build("--as-of", c.asOf)
		if got, _ := o.run(exitDone, "sql", onTime, "--format", "csv"); got != "num\n"+c.want+"\n" {
			t.Errorf("as of %s: %q, want %s", c.asOf, got, c.want)
		}
	}
}

func (o *office) manifest(version string) warehouse.Manifest {
	o.t.Helper()
	manifest, err := warehouse.LoadManifest(filepath.Join(o.dir, "data", "published", version))
	if err != nil {
		o.t.Fatal(err)
	}
	return manifest
}

// configure replaces tongbao.yaml.
func (o *office) configure(text string) { write(o.t, filepath.Join(o.dir, "tongbao.yaml"), text) }

// TestFailedCheckLeavesTheOldVersion: the error names the model, the check and the rows, and nobody sees the new version.
func TestFailedCheckLeavesTheOldVersion(t *testing.T) {
	o := newOffice(t)
	first := o.build()
	write(t, filepath.Join(o.dir, "models", "core", "odd.sql"), "-- One row per hazard.\n-- @grain hazard_id\n-- @column hazard_id  the hazard\n-- @check hazard_id <> 'H1': no first hazard\nselect hazard_id from core.hazard\n")
	_, log := o.run(exitFailed, "build")
	for _, want := range []string{"models/core/odd.sql:4: check of core.odd failed for 1 rows: hazard_id <> 'H1' (no first hazard)", "hazard_id=H1", "Next: "} {
		if !strings.Contains(log, want) {
			t.Errorf("stderr lacks %q:\n%s", want, log)
		}
	}
	if o.current() != first.Version {
		t.Errorf("current moved to %s", o.current())
	}
	entries, err := os.ReadDir(filepath.Join(o.dir, "data", "published"))
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	write(t, filepath.Join(o.dir, "models", "core", "odd.sql"), "-- One row per hazard.\n-- @grain hazard_id\n-- @column hazard_id  the hazard\nselect hazard_id from core.hasard\n")
	if _, log := o.run(exitFailed, "build"); !strings.Contains(log, "(is it core.hazard?)") {
		t.Errorf("an unknown table: %s", log)
	}
}

func TestBuildWithoutWarehouse(t *testing.T) {
	o := &office{t: t, dir: filepath.Join(t.TempDir(), "p"), now: time.Date(2020, 7, 6, 4, 0, 0, 0, time.UTC)}
	o.run(exitDone, "init", o.dir)
	if _, log := o.run(exitFailed, "build"); !strings.Contains(log, "Next: run `tongbao ingest`") {
		t.Error(log)
	}
	for _, wrong := range [][]string{{"--as-of", "yesterday"}, {"--from", "1066"}, {"--as-of", "2020-07-06", "--from", "2021"}} {
		o.run(exitUsage, append([]string{"build"}, wrong...)...)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
