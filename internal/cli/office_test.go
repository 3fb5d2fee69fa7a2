package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/warehouse"
)

func testVersions(t *testing.T, o *office, first, second string) {
	out, _ := o.run(exitDone, "versions", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d versions:\n%s", len(lines), out)
	}
	found := map[string]versionLine{}
	for _, text := range lines {
		var line versionLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		found[line.Version] = line
	}
	late := found[second]
	if !late.IsCurrent || late.Changed == nil || late.Changed.Changed == 0 || strings.Join(late.Differs, "; ") != "raw (5 → 6 files)" {
		t.Errorf("%+v", late)
	}
	if out, _ := o.run(exitDone, "versions"); strings.Count(out, " CST ") != 3 {
		t.Errorf("moments are not in the project's time zone:\n%s", out)
	}
	out, log := o.run(exitDone, "diff", first, second, "--metric", "E3", "--region", "230000", "--format", "csv")
	if !strings.Contains(out, "E3.2020Q1q.230000,changed,1.00,,1,2.00,,2") || !strings.Contains(log, "differs: raw (5 → 6 files)") {
		t.Errorf("diff:\n%s%s", out, log)
	}
	o.run(exitUsage, "rollback")
	o.run(exitUsage, "rollback", "2019-01-01-0000000000", "--by", "张三", "--reason", "试")
	o.run(exitDone, "rollback", first, "--by", "张三", "--reason", "漏报")
	if o.current() != first {
		t.Errorf("current is %s", o.current())
	}
	if out, _ := o.run(exitDone, "sql", "select count(*) as n from core.hazard", "--format", "csv"); out != "n\n1\n" {
		t.Errorf("after the rollback: %q", out)
	}
	if out, _ := o.run(exitDone, "sql", "select count(*) as n from core.hazard", "--format", "csv", "--version", second); out != "n\n2\n" {
		t.Errorf("another version: %q", out)
	}
	o.run(exitDone, "rollback", second, "--by", "张三", "--reason", "恢复")
	text, err := os.ReadFile(filepath.Join(o.dir, "data", "audit.jsonl"))
	if err != nil || !strings.Contains(string(text), `"reason":"漏报"`) {
		t.Errorf("the audit log does not know the rollback: %v", err)
	}
}

func testSQL(t *testing.T, o *office) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{`select hazard_id, category, found_on, closed_on from core.hazard order by 1`, "--format", "csv"}, "hazard_id,category,found_on,closed_on\nH1,安全设施,2020-03-02,2020-03-09\nH2,=cmd(),2020-03-02,\n"},
		{[]string{`select "级别", count(*) as n from "隐患" group by 1 order by 1`, "--format", "json"}, `{"级别":"一般","n":1}` + "\n" + `{"级别":"重大","n":1}` + "\n"},
		{[]string{`select cast(1.50 as decimal(18,2)) as fine, null as none, true as yes, timestamp '2020-01-01 10:00:00' as at`, "--json"}, `{"fine":1.50,"none":null,"yes":true,"at":"2020-01-01 10:00:00"}` + "\n"},
		{[]string{`from core.agency select agency_code order by 1;`, "--limit", "1", "--format", "csv"}, "agency_code\nYJ1\n"},
		{[]string{`describe core.agency`, "--format", "csv", "--limit", "1"}, "column_name,column_type,null,key,default,extra\nagency_code,VARCHAR,YES,,,\n"},
		{[]string{"@closed", "--format", "csv"}, "closed\n1\n"},
	} {
		write(t, filepath.Join(o.dir, "queries", "closed.sql"), "-- Hazards closed.\nselect count(closed_on) as closed from core.hazard\n")
		if got, _ := o.run(exitDone, append([]string{"sql"}, c.args...)...); got != c.want {
			t.Errorf("%s:\n%q, want\n%q", c.args[0], got, c.want)
		}
	}
	if _, log := o.run(exitDone, "sql", "from core.agency", "--limit", "1"); !strings.Contains(log, "more than these 1 rows") {
		t.Errorf("a cut result does not say so: %s", log)
	}
	if out, _ := o.run(exitDone, "sql", "--list"); !strings.Contains(out, "@closed") || !strings.Contains(out, "Hazards closed.") {
		t.Errorf("saved queries: %s", out)
	}
	if _, log := o.run(exitUsage, "sql", "@none"); !strings.Contains(log, "closed") {
		t.Errorf("an unknown query does not name the known: %s", log)
	}
	if _, log := o.run(exitFailed, "sql", "select count(*) from range(100000000000)", "--timeout", "300ms"); !strings.Contains(log, "longer than 300ms") {
		t.Errorf("timeout: %s", log)
	}
	if _, log := o.run(exitFailed, "sql", "select count(distinct md5(cast(range as varchar))) from range(50000000)", "--memory", "50"); !strings.Contains(log, "--memory") {
		t.Errorf("memory: %s", log)
	}
	book := filepath.Join(t.TempDir(), "r.xlsx")
	o.run(exitDone, "sql", "select hazard_id, category, file_id from core.hazard order by 1", "--format", "xlsx", "--output", book)
	file, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	formula, _ := file.GetCellFormula("Sheet1", "B3")
	text, _ := file.GetCellValue("Sheet1", "B3")
	if kind, _ := file.GetCellType("Sheet1", "C3"); formula != "" || text != "=cmd()" || kind == excelize.CellTypeInlineString {
		t.Errorf("B3 %q, formula %q, C3 %v", text, formula, kind)
	}
	parquet := filepath.Join(t.TempDir(), "r.parquet")
	o.run(exitDone, "sql", "from core.hazard", "--format", "parquet", "--output", parquet)
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kinds, err := warehouse.One[string](t.Context(), db, "select string_agg(distinct column_type, ' ' order by column_type) from (describe from read_parquet("+warehouse.Literal(parquet)+"))")
	if err != nil || kinds != "BIGINT BOOLEAN DATE INTEGER VARCHAR" {
		t.Errorf("parquet holds %q, %v", kinds, err)
	}
	if out, _ := o.run(exitDone, "sql", "from core.hazard", "--format", "parquet"); !strings.HasPrefix(out, "PAR1") {
		t.Error("parquet to standard output")
	}
}

// testClosed tries every way out of a query.
func testClosed(t *testing.T, o *office) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	write(t, secret, "a\nsecret\n")
	out := filepath.Join(t.TempDir(), "out.csv")
	for _, query := range []string{
		"select * from read_csv('" + secret + "')", "select * from '" + secret + "'", "select * from read_text('" + secret + "')", "select * from read_blob('" + secret + "')",
		"select * from glob('" + filepath.Dir(secret) + "/*')", "select * from sniff_csv('" + secret + "')", "select * from read_parquet('" + secret + "')", "select * from parquet_metadata('" + secret + "')",
		"select * from read_json('" + secret + "')", "select * from read_csv('https://example.com/a.csv')", "select * from query('copy (select 1) to ''" + out + "''')",
		"copy (select 1) to '" + out + "'", "copy core.hazard from '" + secret + "'", "export database '" + out + "'", "import database '" + out + "'",
		"attach '" + out + ".db'", "attach ':memory:' as m", "detach tongbao", "use core", "install httpfs", "load httpfs", "force install spatial", "update extensions",
		"set memory_limit = '100GB'", "set enable_external_access = true", "set lock_configuration = false", "set threads = 64", "reset threads", "pragma memory_limit='1GB'", "pragma enable_profiling",
		"create table t as select 1", "create temp table t as select 1", "create secret (type s3)", "insert into core.hazard select * from core.hazard", "update core.hazard set part = ''", "delete from core.hazard",
		"drop table core.hazard", "alter table core.hazard rename to h", "comment on table core.hazard is ''", "begin", "checkpoint", "vacuum", "call enable_logging()", "prepare a as select 1",
		"select 1; drop table core.hazard", "explain analyze insert into core.hazard select * from core.hazard", "select getenv('HOME')",
		".read " + secret, ".open " + out, ".shell ls", "\\copy core.hazard to '" + out + "'",
		"select * from 'file://" + secret + "'", "select * from read_text('file://" + secret + "')", "select * from read_csv('s3://bucket/a.csv')", "select * from 'http://localhost/a.parquet'",
		"select * from read_duckdb('" + secret + "')", "select * from sqlite_scan('" + secret + "', 't')", "select * from postgres_scan('', '', '')", "from st_read('" + secret + "')",
		"describe '" + secret + "'", "summarize '" + secret + "'", "select * from query_table('" + secret + "')", "select * from read_ndjson_objects('" + secret + "')",
		"select (select content from read_text('" + secret + "'))", "with a as materialized (from read_csv('" + secret + "')) from a", "pivot '" + secret + "' on a", "explain analyze copy (select 1) to '" + out + "'",
		"create or replace persistent secret s (type http, bearer_token 'x')", "drop secret s", "set secret_directory = '/tmp'", "set home_directory = '/tmp'", "set temp_directory = '/tmp'", "set variable a = 1",
		"pragma database_list; attach '" + out + "'", "load '" + out + "'", "install sqlite from community", "install httpfs from 'http://localhost'", "execute a", "deallocate a", "create macro m() as 1", "create view v as select 1",
		"from enable_logging(storage = 'stdout')", "select * from main.Enable_Logging('QueryLog', storage = 'file', storage_config = {'path': '" + out + "'})",
		"from enable_profiling(format = 'json', save_location = '" + out + "')", "from disable_logging()", "with a as (from truncate_duckdb_logs()) from a", "select (select count(*) from checkpoint())",
		"describe from force_checkpoint()", "explain from enable_peg_parser()", "select write_log('x')", "from query('from enable_logging()')",
		"from json_execute_serialized_sql(json_serialize_sql('from enable_logging()'))", "from core.hazard, lateral (from arrow_scan_dumb(1, 2, 3))",
		"merge into core.hazard using core.hazard as h on false when not matched then insert", "truncate core.hazard", "analyze", "use tongbao", "rollback",
	} {
		if _, log := o.runAny(query); log == "" {
			t.Errorf("%s: ran", query)
		} else if strings.Contains(log, "secret\n") {
			t.Errorf("%s: leaks: %s", query, log)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%s: wrote a file", query)
		}
	}
	if out, _ := o.run(exitDone, "sql", "select count(*) as n from core.hazard", "--format", "csv"); out != "n\n2\n" {
		t.Errorf("afterwards: %q", out)
	}
}

// runAny runs a query that must not succeed; an empty log means that it did.
func (o *office) runAny(query string) (stdout, stderr string) {
	o.t.Helper()
	var out, log bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Now: o.clock, Getenv: func(string) string { return "" }, Dir: filepath.Dir(o.dir)}
	if Run(o.t.Context(), []string{"--project", o.dir, "sql", query}, env) == exitDone {
		return out.String(), ""
	}
	return out.String(), log.String()
}

func testDocsAndDoctor(t *testing.T, o *office) {
	bare, _ := o.run(exitDone, "sql", `select schema_name || '.' || table_name || '.' || column_name as bare from duckdb_columns()
		where database_name = current_database() and not internal and comment is null union all
		select schema_name || '.' || table_name from duckdb_tables() where comment is null order by 1`, "--format", "csv")
	if bare != "bare\n" {
		t.Errorf("without a comment: %s", bare)
	}
	text, _ := o.run(exitDone, "docs")
	for _, want := range []string{"### core.visit", "| `lead_agency` |", "### raw.hazard", "### mart.figure", "### B7 "} {
		if !strings.Contains(text, want) {
			t.Errorf("docs lack %q", want)
		}
	}
	page, _ := o.run(exitDone, "docs", "--format", "html")
	if strings.Contains(page, "<script") || strings.Contains(page, "http") && strings.Contains(page, "src=") || !strings.Contains(page, `id="core.visit"`) {
		t.Error("the HTML page asks for something")
	}
	var out strings.Builder
	code := Run(t.Context(), []string{"--project", o.dir, "doctor", "--json"}, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Now: o.clock, Getenv: func(string) string { return "" }, Dir: o.dir})
	for _, check := range []string{"machine", "config", "disk", "calendar", "contracts", "models", "warehouse", "published", "audit log"} {
		if !strings.Contains(out.String(), `{"check":"`+check+`","state":"ok"`) {
			t.Errorf("doctor: %s is not ok (exit %d)\n%s", check, code, out.String())
		}
	}
	write(t, filepath.Join(o.dir, "models", "core", "bad.sql"), "-- Bad.\nselect * from core.hazard\n")
	if out, _ := o.run(exitFailed, "doctor"); !strings.Contains(out, "models/core/bad.sql:2: the last select names every column") {
		t.Errorf("a bad model: %s", out)
	}
	if err := os.RemoveAll(filepath.Join(o.dir, "models")); err != nil {
		t.Fatal(err)
	}
}

func testBackup(t *testing.T, o *office, version string) {
	file := filepath.Join(t.TempDir(), "b.tongbao")
	o.run(exitDone, "backup", file)
	o.run(exitDone, "backup", "--verify", file)
	o.run(exitUsage, "backup", file)
	other := &office{t: t, dir: filepath.Join(t.TempDir(), "new"), now: o.now, contracts: o.contracts}
	other.run(exitDone, "restore", file)
	if built := other.build(); built.Version != version || other.manifest(version).FigureHash != o.manifest(version).FigureHash {
		t.Errorf("rebuilt from the backup: %+v, want %s", built, version)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range []int{530, len(whole) / 3, len(whole) - 1500} {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x40
		bad := filepath.Join(t.TempDir(), "bad.tongbao")
		write(t, bad, string(damaged))
		if _, log := other.run(exitFailed, "restore", bad); !strings.Contains(log, "damaged") {
			t.Errorf("byte %d changed (%d): %s", at, i, log)
		}
		write(t, bad, string(whole[:at]))
		if _, log := other.run(exitFailed, "restore", bad); !strings.Contains(log, "damaged") {
			t.Errorf("cut at %d: %s", at, log)
		}
	}
	if other.current() != version {
		t.Error("a refused backup changed something")
	}
	for _, name := range []string{"../x", "/etc/x", "a/../../x", `a\b`, "c:x", "."} {
		if inside(name) {
			t.Errorf("%q stays in the project?", name)
		}
	}
}

// testDamage: a warehouse that cannot be read is recognised and named, and comes back from a backup.
func testDamage(t *testing.T, o *office) {
	path := Project{Dir: o.dir}.Warehouse()
	file := filepath.Join(t.TempDir(), "b.tongbao")
	o.run(exitDone, "backup", file)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(whole[:len(whole)/2]))
	_, log := o.run(exitFailed, "build", "--as-of", "2020-07-07")
	if !strings.Contains(log, "damaged") || !strings.Contains(log, "tongbao restore") {
		t.Errorf("half a warehouse: %s", log)
	}
	if out, _ := o.run(exitFailed, "doctor"); !strings.Contains(out, "damaged") {
		t.Errorf("doctor: %s", out)
	}
	o.run(exitDone, "restore", file)
	if again := o.build(); again.Built {
		t.Errorf("after the restore: %+v", again)
	}
	write(t, path+".wal", "no log of DuckDB at all")
	if again := o.build("--force"); again.Files != 6 {
		t.Errorf("a log that was never finished: %+v", again)
	}
	o.run(exitDone, "restore", file)
	if _, err := os.Stat(path + ".wal"); err == nil {
		t.Error("a log of the old warehouse lies beside the restored one")
	}
}

func testMigration(t *testing.T, o *office) {
	path := Project{Dir: o.dir}.Warehouse()
	change := func(sql string) {
		t.Helper()
		db, err := warehouse.Open(t.Context(), path, warehouse.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	change("drop table if exists raw.schema_version; alter table raw.rejected drop column corrected_file_id; alter table raw.file drop column note")
	if _, log := o.run(exitDone, "build", "--as-of", "2020-07-06"); !strings.Contains(log, "from schema 0 to 1") {
		t.Errorf("an older warehouse: %s", log)
	}
	copies, err := filepath.Glob(filepath.Join(o.dir, "data", "backups", "warehouse-schema-0-*.duckdb"))
	if err != nil || len(copies) == 0 || !strings.Contains(copies[len(copies)-1], "20200706-070000") {
		t.Errorf("copies before the migration: %v, %v", copies, err)
	}
	change("drop table raw.credit_event; alter table raw.hazard drop column part")
	if again := o.build("--as-of", "2020-07-06", "--force"); !again.Built {
		t.Errorf("contracts that know more than the warehouse: %+v", again)
	}
	change("insert into raw.schema_version values (99, '9.9.9')")
	for _, command := range [][]string{{"build", "--as-of", "2020-07-07"}, {"ingest"}} {
		if _, log := o.run(exitFailed, command...); !strings.Contains(log, "9.9.9") {
			t.Errorf("%v of a newer warehouse: %s", command, log)
		}
	}
}
