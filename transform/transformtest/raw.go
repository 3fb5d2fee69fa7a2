// Package transformtest turns CSV texts into raw.* tables, as ingest would leave them, for tests of models and metrics.
package transformtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/config"
	"tongbao/internal/contract"
	"tongbao/internal/region"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
)

// Ledger creates raw's own tables the way ingest does.
const Ledger = `create schema if not exists raw;
create table raw.file (file_id integer, name varchar, path varchar, content_hash varchar, bytes bigint, received_at timestamp, format varchar, encoding varchar, layout varchar,
  region_code varchar, rows_read bigint, rows_loaded bigint, rows_rejected bigint, rows_duplicate bigint, rows_ignored bigint, origin_file_id integer, note varchar);
create table raw.file_dataset (file_id integer, dataset varchar, rows_loaded bigint);
create table raw.sheet (file_id integer, sheet varchar, hidden boolean, header_row integer, header varchar, unknown_columns varchar, rows_read bigint);
create table raw.rejected (file_id integer, sheet varchar, row_number integer, dataset varchar, region_code varchar, reasons varchar, cells varchar, state varchar, state_by varchar,
  state_reason varchar, corrected_file_id integer);
create table raw.duplicate (file_id integer, sheet varchar, row_number integer, dataset varchar, first_sheet varchar, first_row integer);
create table raw.ignored (file_id integer, sheet varchar, row_number integer, reason varchar, cells varchar);`

// File is one export: CSV with a header of column names or Chinese labels, code words or codes.
type File struct {
	Dataset  string
	Text     string
	Received time.Time // zero: a minute after the file before
	Region   string    // who sent it
	Origin   int       // file_id it corrects
}

// Open returns a database in memory with raw.* empty.
func Open(t testing.TB, contracts *contract.Set) *warehouse.DB { return OpenAt(t, contracts, "") }

// OpenAt is Open for a new file.
func OpenAt(t testing.TB, contracts *contract.Set, path string) *warehouse.DB {
	t.Helper()
	db, err := warehouse.Open(t.Context(), path, warehouse.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	Exec(t, db, Ledger)
	for _, dataset := range contracts.Datasets {
		Exec(t, db, dataset.DDL())
	}
	return db
}

// Add loads files in order, numbered from 1 on after those already there.
func Add(t testing.TB, db *warehouse.DB, contracts *contract.Set, files ...File) {
	t.Helper()
	dir := t.TempDir()
	last, err := warehouse.One[int](t.Context(), db, "select coalesce(max(file_id), 0) from raw.file")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2019, 1, 1, 0, last, 0, 0, time.UTC)
	for i, file := range files {
		id := last + i + 1
		if at = at.Add(time.Minute); !file.Received.IsZero() {
			at = file.Received
		}
		dataset := contracts.Dataset(file.Dataset)
		if dataset == nil {
			t.Fatalf("no contract for %s", file.Dataset)
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.csv", id))
		if err := os.WriteFile(path, []byte(file.Text), 0o600); err != nil {
			t.Fatal(err)
		}
		Exec(t, db, "create or replace temp table given as select * from read_csv("+warehouse.Literal(path)+", header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', parallel = false)")
		headers, err := warehouse.Select[string](t.Context(), db, "select column_name from duckdb_columns() where table_name = 'given' order by column_index")
		if err != nil {
			t.Fatal(err)
		}
		var names, values []string
		row := "rowid + 2" // as a text file prints it, unless the case says otherwise
		for _, header := range headers {
			if header == "row_number" {
				row = "cast(row_number as integer)"
				continue
			}
			at := slices.IndexFunc(dataset.Columns, func(c contract.Column) bool { return c.Name == header || c.Label == header })
			if at < 0 {
				t.Fatalf("%s has no column %s", file.Dataset, header)
			}
			names = append(names, dataset.Columns[at].Name)
			values = append(values, read(&dataset.Columns[at], warehouse.Ident(header)))
		}
		Exec(t, db, fmt.Sprintf("insert into raw.%s (%s, file_id, row_number) select %s, %d, %s from given", file.Dataset, strings.Join(names, ", "), strings.Join(values, ", "), id, row))
		region, origin := "null", "null"
		if file.Region != "" {
			region = warehouse.Literal(file.Region)
		}
		if file.Origin > 0 {
			origin = fmt.Sprint(file.Origin)
		}
		Exec(t, db, fmt.Sprintf(`insert into raw.file by name select %d as file_id, '%s.csv' as name, '%d' as content_hash, timestamp '%s' as received_at, 'csv' as format, %s as region_code,
			%s as origin_file_id, count(*) as rows_read, count(*) as rows_loaded, 0 as rows_rejected, 0 as rows_duplicate, 0 as rows_ignored from given;
			insert into raw.file_dataset select %[1]d, '%[2]s', count(*) from given`, id, file.Dataset, id, at.Format("2006-01-02 15:04:05"), region, origin))
	}
}

// read is the SQL that turns a text into the column's value.
func read(column *contract.Column, name string) string {
	switch column.Type {
	case contract.CodeType:
		word := "trim(w.item)"
		if len(column.Codes) == 0 {
			return name
		}
		cases := "case " + word
		for _, code := range column.Codes {
			cases += " when " + warehouse.Literal(code.Word) + " then " + warehouse.Literal(code.Code)
		}
		return "(select string_agg(" + cases + " else " + word + " end, ';' order by w.pos) from unnest(string_split(replace(" + name + ", '、', ';'), ';')) with ordinality as w(item, pos))"
	case contract.Bool:
		return "case " + name + " when '是' then true when '否' then false else cast(" + name + " as boolean) end"
	case contract.Text, contract.List:
		return name
	}
	return "cast(" + name + " as " + column.SQLType() + ")"
}

// Inputs are those of a build of Heilongjiang with the default parameters.
func Inputs(t testing.TB, contracts *contract.Set, cutOff time.Time, firstYear int) transform.Inputs {
	t.Helper()
	days, err := calendar.China()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := region.China()
	if err != nil {
		t.Fatal(err)
	}
	defaults := config.Default()
	return transform.Inputs{CutOff: cutOff, FirstYear: firstYear, Province: defaults.Province, Parameters: defaults.Parameters, Calendar: days, Regions: tree, Contracts: contracts}
}

// Build builds run.* and core.* and holds every check.
func Build(t testing.TB, db *warehouse.DB, in transform.Inputs) {
	t.Helper()
	models, err := transform.Build(t.Context(), db, in, sqlmodel.Runner{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (sqlmodel.Runner{}).Verify(t.Context(), db, models); err != nil {
		t.Fatal(err)
	}
}

// Conformance loads every <dataset>.csv of a folder and builds core as seen at the cut-off.
func Conformance(t testing.TB, contracts *contract.Set, dir string, cutOff time.Time, firstYear int) *warehouse.DB {
	t.Helper()
	db := Open(t, contracts)
	AddFolder(t, db, contracts, dir, cutOff)
	Build(t, db, Inputs(t, contracts, cutOff, firstYear))
	return db
}

// AddFolder loads every <dataset>.csv of a conformance folder, received at the start of the cut-off's day.
func AddFolder(t testing.TB, db *warehouse.DB, contracts *contract.Set, dir string, cutOff time.Time) {
	t.Helper()
	var files []File
	for _, dataset := range contracts.Datasets {
		text, err := os.ReadFile(filepath.Join(dir, dataset.Name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, File{Dataset: dataset.Name, Text: string(text), Received: calendar.DayOf(cutOff)})
	}
	Add(t, db, contracts, files...)
}

// Exec runs statements or fails the test.
func Exec(t testing.TB, q warehouse.Queryer, sql string) {
	t.Helper()
	if _, err := q.ExecContext(t.Context(), sql); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}
