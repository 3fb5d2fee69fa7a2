package warehouse_test

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"tongbao/internal/warehouse"
)

// TestMain lets this binary be the other process of TestLocked.
func TestMain(m *testing.M) {
	if path := os.Getenv("WAREHOUSE_HOLD"); path != "" {
		db, err := warehouse.Open(context.Background(), path, warehouse.Options{})
		if err != nil {
			println(err.Error())
			os.Exit(1)
		}
		println("held")
		os.Stdin.Read(make([]byte, 1))
		db.Close()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func memoryDB(t *testing.T, options warehouse.Options) *warehouse.DB {
	t.Helper()
	db, err := warehouse.Open(t.Context(), "", options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(t *testing.T, q warehouse.Queryer, statement string) {
	t.Helper()
	if _, err := q.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestSelect(t *testing.T) {
	type row struct {
		Name  string    `db:"name"`
		Fine  string    `db:"fine"`
		Count int       `db:"n"`
		Day   time.Time `db:"day"`
		Gone  *int32    `db:"gone"`
		Tags  []string  `db:"tags"`
	}
	got, err := warehouse.One[row](t.Context(), memoryDB(t, warehouse.Options{}),
		"select '哈尔滨' as name, 1200.5::decimal(18,2) as fine, sum(7::bigint) as n, date '2020-02-29' as day, null::integer as gone, ['a','b'] as tags")
	if err != nil {
		t.Fatal(err)
	}
	want := row{"哈尔滨", "1200.50", 7, time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC), nil, []string{"a", "b"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := warehouse.Select[row](t.Context(), memoryDB(t, warehouse.Options{}), "select null::varchar as name"); err == nil || !strings.Contains(err.Error(), "column name is null") {
		t.Errorf("a null for a plain field: %v", err)
	}
	if _, err := warehouse.Select[row](t.Context(), memoryDB(t, warehouse.Options{}), "select 1 as other"); err == nil || !strings.Contains(err.Error(), `db:"other"`) {
		t.Errorf("a column without a field: %v", err)
	}
}

// TestSettings: nothing is ever fetched, time zones are UTC, and limits are what was asked for.
func TestSettings(t *testing.T) {
	for _, closed := range []bool{false, true} {
		db := memoryDB(t, warehouse.Options{Threads: 1, MemoryMB: 300, Closed: closed})
		for name, want := range map[string]string{"threads": "1", "memory_limit": "286.1 MiB", "TimeZone": "UTC",
			"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "allow_community_extensions": "false"} {
			got, err := warehouse.One[string](t.Context(), db, "select current_setting('"+name+"')::varchar")
			if err != nil || got != want {
				t.Errorf("closed %v: %s = %q, %v; want %q", closed, name, got, err, want)
			}
		}
	}
}

func TestClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db := memoryDB(t, warehouse.Options{Closed: true})
	for _, statement := range []string{
		"select * from read_csv('" + path + "')",
		"copy (select 1) to '" + path + "'",
		"attach '" + path + ".db'",
		"set memory_limit = '20GB'",
		"set enable_external_access = true",
		"install httpfs",
		"load httpfs",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: allowed", statement)
		}
	}
}

func TestInTx(t *testing.T) {
	db := memoryDB(t, warehouse.Options{})
	execute(t, db, "create table t (a integer)")
	broken := errors.New("broken")
	if err := db.InTx(t.Context(), func(tx *warehouse.Tx) error {
		execute(t, tx, "insert into t values (1)")
		return broken
	}); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.InTx(ctx, func(tx *warehouse.Tx) error {
		execute(t, tx, "insert into t values (2)")
		cancel()
		return nil
	}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := db.InTx(t.Context(), func(tx *warehouse.Tx) error { execute(t, tx, "insert into t values (3)"); return nil }); err != nil {
		t.Fatal(err)
	}
	got, err := warehouse.Select[int](t.Context(), db, "select a from t")
	if err != nil || !cmp.Equal(got, []int{3}) {
		t.Errorf("after two failures and one success: %v, %v", got, err)
	}
}

func batches(t *testing.T, rows ...string) array.RecordReader {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "day", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	for _, row := range rows {
		builder.Field(0).(*array.StringBuilder).Append(row)
	}
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{builder.NewRecordBatch()})
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

func TestInsertArrow(t *testing.T) {
	db := memoryDB(t, warehouse.Options{})
	execute(t, db, `create schema raw; create table raw.t (id integer, day date)`)
	insert := func(rows ...string) (n int64, err error) {
		err = db.InTx(t.Context(), func(tx *warehouse.Tx) error {
			n, err = tx.InsertArrow(t.Context(), "raw.t", batches(t, rows...))
			return err
		})
		return n, err
	}
	if n, err := insert("2020-02-29", "2020-03-01"); err != nil || n != 2 {
		t.Fatalf("%d rows, %v", n, err)
	}
	if _, err := insert("2020-04-01", "2020-02-30"); err == nil {
		t.Fatal("30 February went in")
	}
	n, err := warehouse.One[int](t.Context(), db, "select count(*) from raw.t where id is null")
	if err != nil || n != 2 {
		t.Errorf("%d rows after a failed insert, %v; want 2", n, err)
	}
}

func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "WAREHOUSE_HOLD="+path)
	stdin, _ := other.StdinPipe()
	stderr, _ := other.StderrPipe()
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 4)
	if _, err := io.ReadFull(stderr, said); err != nil || string(said) != "held" {
		t.Fatalf("%q, %v", said, err)
	}
	_, err := warehouse.Open(t.Context(), path, warehouse.Options{})
	var open *warehouse.OpenError
	if !errors.Is(err, warehouse.ErrLocked) || !errors.As(err, &open) || open.Hint() == "" {
		t.Errorf("a second writer: %v", err)
	}
	stdin.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), path, warehouse.Options{})
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	db.Close()
}

func TestDamagedAndMissing(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.duckdb")
	if err := os.WriteFile(junk, []byte(strings.Repeat("not a database ", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := warehouse.Open(t.Context(), junk, warehouse.Options{}); !errors.Is(err, warehouse.ErrCorrupt) {
		t.Errorf("junk: %v", err)
	}
	if _, err := warehouse.OpenReadOnly(t.Context(), filepath.Join(dir, "none.duckdb"), warehouse.Options{}); !errors.Is(err, warehouse.ErrMissing) {
		t.Errorf("missing: %v", err)
	}
	whole := filepath.Join(dir, "whole.duckdb")
	db, err := warehouse.Open(t.Context(), whole, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, "create table t as select range as i, md5(range::varchar) as h from range(200000)")
	if err := errors.Join(db.Checkpoint(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.duckdb")
	for _, left := range []int{len(text) / 2, len(text) * 3 / 4} {
		if err := os.WriteFile(cut, text[:left], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := warehouse.OpenReadOnly(t.Context(), cut, warehouse.Options{}); !errors.Is(err, warehouse.ErrCorrupt) {
			t.Errorf("%d of %d bytes: %v", left, len(text), err)
		}
	}
}

// TestRows writes rows of every kind in their order: nulls before and after the first value, NaN as null, texts cast as the table says.
func TestRows(t *testing.T) {
	db := memoryDB(t, warehouse.Options{Threads: 1})
	if _, err := db.ExecContext(t.Context(), "create table t (name varchar, n integer, share double, num decimal(18, 2), is_so boolean, day date, nothing varchar)"); err != nil {
		t.Fatal(err)
	}
	three, none := 3.5, (*string)(nil)
	rows := warehouse.NewRows("t")
	rows.Add(nil, 1, math.NaN(), "12.10", true, nil, none)
	rows.Add("Quote ' and 中文", int64(2), 0.1, nil, nil, "2020-02-29", nil)
	rows.Add("", nil, &three, "-0.05", false, "2020-03-01", nil)
	for range 2 { // the second time nothing is left to write
		if err := rows.Insert(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	got, err := warehouse.Select[string](t.Context(), db, "select concat_ws('|', coalesce(name, '-'), coalesce(n, -1), coalesce(share, -1), coalesce(num, -1), is_so, day, nothing) from t")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"-|1|-1.0|12.10|true", "Quote ' and 中文|2|0.1|-1.00|2020-02-29", "|-1|3.5|-0.05|false|2020-03-01"}, got); diff != "" {
		t.Error(diff)
	}
	if views, err := warehouse.Select[string](t.Context(), db, "select view_name from duckdb_views() where not internal"); err != nil || len(views) > 0 {
		t.Errorf("left behind: %q, %v", views, err)
	}
	rows.Add("x", 1, "no number", nil, nil, nil, nil)
	if err := rows.Insert(t.Context(), db); err == nil || !strings.HasPrefix(err.Error(), "t: ") {
		t.Errorf("a text for a number: %v", err)
	}
}
