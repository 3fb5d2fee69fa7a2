package sqlmodel_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

func database(t *testing.T) *warehouse.DB {
	t.Helper()
	return databaseAt(t, "")
}

func databaseAt(t *testing.T, path string) *warehouse.DB {
	t.Helper()
	db, err := warehouse.Open(t.Context(), path, warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := sqlmodel.InstallFunctions(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func files(pairs ...string) fs.FS {
	tree := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		tree[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return tree
}

func model(columns, sql string) string {
	text := "-- One row.\n"
	for name := range strings.SplitSeq(columns, " ") {
		text += "-- @column " + name + "  text\n"
	}
	return text + "\n" + sql + "\n"
}

func order(t *testing.T, tree fs.FS) ([]*sqlmodel.Model, error) {
	t.Helper()
	models, err := sqlmodel.Load([]sqlmodel.Layer{{Title: "models", FS: tree}}, sqlmodel.Grammar{})
	if err != nil {
		return nil, err
	}
	return sqlmodel.Order(t.Context(), database(t), models, []string{"raw.a", "run.b"})
}

func TestHeader(t *testing.T) {
	text := `-- One row per visit,
-- counted once.
-- @grain a, b
-- @column a  the key,
--   in two lines
-- @column b  another
-- @check a <> 'x: y' or b > 0: why, in
--   two lines
-- @warn b < 9: seldom
-- @unit 家

with t as (select 1 as a) select a, a as b from t
`
	m, err := sqlmodel.Parse("core/t.sql", "core", "t", text, sqlmodel.Grammar{Words: []string{"unit"}})
	if err != nil {
		t.Fatal(err)
	}
	type parsed struct {
		Doc     string
		Grain   []string
		Columns []sqlmodel.Column
		Checks  []sqlmodel.Check
		Words   map[string]string
		SQL     string
	}
	want := parsed{"One row per visit, counted once.", []string{"a", "b"},
		[]sqlmodel.Column{{"a", "the key, in two lines", 4}, {"b", "another", 6}},
		[]sqlmodel.Check{{"a <> 'x: y' or b > 0", "why, in two lines", false, 7}, {"b < 9", "seldom", true, 9}},
		map[string]string{"unit": "家"}, "with t as (select 1 as a) select a, a as b from t"}
	if diff := cmp.Diff(want, parsed{m.Doc, m.Grain, m.Columns, m.Checks, m.Words, m.SQL}); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown word":   {"-- Doc.\n-- @grane a\nselect 1 as a", "core/t.sql:2: unknown word @grane"},
		"grain twice":    {"-- @grain a\n-- @grain b\nselect 1 as a", "core/t.sql:2: @grain is there twice"},
		"no why":         {"-- @check a > 0\nselect 1 as a", "core/t.sql:1: @check needs an expression, a colon and why"},
		"no text":        {"-- @column a\nselect 1 as a", "core/t.sql:1: @column a has no text"},
		"prose after":    {"-- @grain a\n-- and more\nselect 1 as a", "core/t.sql:2: a line of prose"},
		"no body":        {"-- Doc.\n", "core/t.sql:3: there is no SELECT"},
		"no expression":  {"-- @virtual a\nselect 1 as b", "core/t.sql:1: @virtual needs a column, an equals sign between blanks and an expression"},
		"virtual view":   {"-- @view\n-- @virtual a = b\nselect 1 as b", "core/t.sql:1: @virtual is for tables"},
		"required lacks": {"-- Doc.\nselect 1", "core/t.sql:1: the header lacks @grain"},
	} {
		grammar := sqlmodel.Grammar{}
		if name == "required lacks" {
			grammar.Required = []string{"grain"}
		}
		_, err := sqlmodel.Parse("core/t.sql", "core", "t", c.text, grammar)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
}

func TestOrder(t *testing.T) {
	ordered, err := order(t, files(
		"mart/z.sql", model("x", "select x from core.b where exists (select 1 from core.c where core.c.x = core.b.x)"),
		"core/b.sql", model("x", "with recursive r as (select x from raw.a union all select x + 1 from r where x < 3), raw as (select x from r) select x from raw"),
		"core/c.sql", model("x", "select x from run.b union all select x from core.b"),
		"core/a.sql", model("x", "select x from core.c"),
	))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range ordered {
		got = append(got, m.Name+" reads "+strings.Join(m.Refs, " "))
	}
	want := []string{"core.b reads raw.a", "core.c reads core.b run.b", "core.a reads core.c", "mart.z reads core.b core.c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsBeforeAnythingRuns(t *testing.T) {
	for name, c := range map[string]struct {
		tree fs.FS
		want string
	}{
		"unknown":      {files("core/t.sql", model("x", "select x\nfrom raw.aa")), "models/core/t.sql:4: reads raw.aa, which is neither a model nor a table (is it raw.a?)"},
		"unqualified":  {files("core/t.sql", model("x", "select x\nfrom a")), "models/core/t.sql:5: a is no step of this query"},
		"upward":       {files("core/t.sql", model("x", "select x from mart.u"), "mart/u.sql", model("x", "select 1 as x")), "models/core/t.sql:4: reads mart.u: core never reads mart"},
		"cycle":        {files("core/t.sql", model("x", "select x from core.u"), "core/u.sql", model("x", "select x from core.v"), "core/v.sql", model("x", "select x from core.t")), "models/core/t.sql:4: the models read each other in a circle: core.t → core.u → core.v → core.t"},
		"itself":       {files("core/t.sql", model("x", "select x from core.t")), "models/core/t.sql:4: the models read each other in a circle: core.t → core.t"},
		"pivot":        {files("core/t.sql", model("x", "select x from raw.a pivot (count(*) for x in (1))")), "models/core/t.sql:4: PIVOT is not allowed: use conditional aggregation"},
		"pivot first":  {files("core/t.sql", model("x", "pivot raw.a on x")), "models/core/t.sql:4: "},
		"star":         {files("core/t.sql", model("x", "with t as (select * from raw.a)\nselect * from t")), "models/core/t.sql:5: the last select names every column"},
		"two selects":  {files("core/t.sql", model("x", "select 1 as x; select 2 as x")), "models/core/t.sql:4: a model is exactly one SELECT"},
		"ddl":          {files("core/t.sql", model("x", "create table t as select 1 as x")), "models/core/t.sql:4: a model is exactly one SELECT"},
		"syntax":       {files("core/t.sql", model("x", "select 1 as x\nfrm raw.a")), "models/core/t.sql:5: syntax error"},
		"reads a file": {files("core/t.sql", model("x", "select x from read_csv('/etc/passwd')")), "models/core/t.sql:4: reads from read_csv()"},
		"clock":        {files("core/t.sql", model("x", "select now() as x from raw.a")), "models/core/t.sql:4: now() gives another answer"},
		"today":        {files("core/t.sql", model("x", "select current_date as x from raw.a")), "models/core/t.sql:4: current_date gives another answer"},
		"raw":          {files("raw/t.sql", model("x", "select x from raw.a")), "models/raw/t.sql: models make core.* and mart.*"},
		"name":         {files("core/T.sql", model("x", "select x from raw.a")), `models/core/T.sql: "T" is no name`},
		"folder":       {files("core/sub/t.sql", model("x", "select x from raw.a")), "models/core/sub/t.sql: a model lies in <schema>/<table>.sql"},
	} {
		_, err := order(t, c.tree)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
}

func TestLaterLayerReplaces(t *testing.T) {
	models, err := sqlmodel.Load([]sqlmodel.Layer{
		{Title: "shipped", FS: files("core/t.sql", model("x", "select 1 as x"), "core/u.sql", model("x", "select 1 as x"))},
		{Title: "models", FS: files("core/t.sql", model("x", "select 2 as x"))},
	}, sqlmodel.Grammar{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range models {
		got = append(got, m.File)
	}
	if diff := cmp.Diff([]string{"models/core/t.sql", "shipped/core/u.sql"}, got); diff != "" {
		t.Error(diff)
	}
}

func build(t *testing.T, tree fs.FS) (*warehouse.DB, []*sqlmodel.Model, error) {
	t.Helper()
	return buildIn(t, database(t), tree)
}

func buildIn(t *testing.T, db *warehouse.DB, tree fs.FS) (*warehouse.DB, []*sqlmodel.Model, error) {
	t.Helper()
	models, err := sqlmodel.Load([]sqlmodel.Layer{{Title: "models", FS: tree}}, sqlmodel.Grammar{})
	if err != nil {
		t.Fatal(err)
	}
	ordered, err := sqlmodel.Order(t.Context(), db, models, nil)
	if err != nil {
		t.Fatal(err)
	}
	return db, ordered, sqlmodel.Runner{}.Build(t.Context(), db, ordered)
}

func TestBuildCommentsAndChecks(t *testing.T) {
	text := `-- One row per number.
-- @grain n
-- @column n     the number's "name"
-- @column half  half of it, it's rounded
-- @check half < 3: small
-- @check half <> 1 or n <> 3: three has no half
-- @warn n <> 0: zero is odd
with numbers as (select cast(u.item as bigint) as n from (select 1 as one) as t cross join unnest(int_range(0, 7)) as u(item))
select case when n = 6 then 7 else n end as n, int_div(n, 2) as half from numbers
`
	db, models, err := build(t, files("core/t.sql", text))
	if err != nil {
		t.Fatal(err)
	}
	comments, err := warehouse.Select[string](t.Context(), db, `select comment from duckdb_tables() where table_name = 't'
		union all select comment from duckdb_columns() where table_name = 't'`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"One row per number.", `the number's "name"`, "half of it, it's rounded"}, comments); diff != "" {
		t.Error(diff)
	}
	warnings, err := (sqlmodel.Runner{}).Verify(t.Context(), db, models)
	if len(warnings) != 1 || warnings[0].Rows != 1 || warnings[0].Why != "zero is odd" {
		t.Errorf("warnings: %v", warnings)
	}
	var broken *sqlmodel.CheckError
	if !errors.As(err, &broken) {
		t.Fatalf("%v", err)
	}
	want := `models/core/t.sql:5: check of core.t failed for 2 rows: half < 3 (small)
    n=7 half=3
    n=7 half=3
models/core/t.sql:6: check of core.t failed for 1 rows: half <> 1 or n <> 3 (three has no half)
    n=3 half=1
models/core/t.sql: check of core.t failed for 1 rows: @grain n (one row per grain)
    n=7 times=2`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestView(t *testing.T) {
	view := strings.Replace(model("n", "select n + 1 as n from core.t"), "-- @column", "-- @view\n-- @check n > 1: one more than it was\n-- @column", 1)
	db, models, err := build(t, files("core/t.sql", model("n", "select 1 as n"), "core/v.sql", view))
	if err != nil {
		t.Fatal(err)
	}
	about, err := warehouse.One[string](t.Context(), db, "select comment from duckdb_views() where schema_name = 'core' and view_name = 'v'")
	if err != nil || about == "" {
		t.Fatalf("the view has the comment %q, %v", about, err)
	}
	column, err := warehouse.One[string](t.Context(), db, "select comment from duckdb_columns() where schema_name = 'core' and table_name = 'v'")
	if err != nil || column == "" {
		t.Fatalf("its column has the comment %q, %v", column, err)
	}
	if _, err := db.ExecContext(t.Context(), "update core.t set n = 0"); err != nil {
		t.Fatal(err)
	}
	if _, err := (sqlmodel.Runner{}).Verify(t.Context(), db, models); err == nil || !strings.Contains(err.Error(), "core.v") {
		t.Fatalf("the check of the view says %v after its table has changed", err)
	}
}

// TestEnum keeps a text as a value of a type: it reads, compares and sorts as the text, and a value the type lacks is an error.
func TestEnum(t *testing.T) {
	colour := "-- Colours.\n-- @enum\nselect 'red' union all select null union all select 'blue' union all select 'red' union all select 'Zinc'\n"
	tree := func(painted, word string) fs.FS {
		return files("core/colour.sql", colour, "core/t.sql", strings.Replace(model("n paint", painted), "-- @column", word+"\n-- @column", 1))
	}
	db, _, err := build(t, tree("select 1 as n, 'red' as paint union all select 2, null union all select 3, 'Zinc' union all select 4, 'blue'", "-- @coded paint as colour"))
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"select column_type from (describe core.t) where column_name = 'paint'":                   "ENUM('Zinc', 'blue', 'red')",
		"select string_agg(paint, ' ' order by paint) from core.t":                                "Zinc blue red",
		"select max(paint) || min(paint) from core.t where paint <> 'green' and paint like '%e%'": "redblue",
		"select comment from duckdb_types() where type_name = 'colour'":                           "Colours.",
	} {
		if got, err := warehouse.One[string](t.Context(), db, query); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
	if _, _, err := build(t, tree("select 1 as n, 'green' as paint", "-- @coded paint as colour")); err == nil || !strings.HasPrefix(err.Error(), "models/core/t.sql: build core.t: ") {
		t.Errorf("a value the type lacks: %v", err)
	}
	for word, want := range map[string]string{
		"-- @coded paint":           "models/core/t.sql:6: reads core.paint, which is neither a model",
		"-- @coded paint of colour": "models/core/t.sql:2: @coded lists columns, each alone or followed by ",
	} {
		if _, err := order(t, tree("select 1 as n, 'red' as paint", word)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v; want %s", word, err, want)
		}
	}
}

// TestVirtual reads a column that is not kept.
func TestVirtual(t *testing.T) {
	text := strings.Replace(model("id first whole", "select t.id, t.first from (values ('a', null), ('b', 'a')) as t(id, first)"), "-- @column", "-- @grain id\n-- @virtual whole = coalesce(first, id)\n-- @check whole <= id: the first is the smallest\n-- @column", 1)
	db, ordered, err := build(t, files("core/t.sql", text))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (sqlmodel.Runner{}).Verify(t.Context(), db, ordered); err != nil {
		t.Error(err)
	}
	rows, err := warehouse.Select[string](t.Context(), db, "select concat_ws(' ', id, first, whole) from core.t order by id")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a a", "b a a"}, rows); diff != "" {
		t.Error(diff)
	}
	kept, err := warehouse.Select[string](t.Context(), db, "select column_name || coalesce(' ' || comment, '') from duckdb_columns() where table_name = 't' and column_default is null order by column_index")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"id text", "first text"}, kept); diff != "" {
		t.Errorf("kept columns: %s", diff)
	}
	_, _, err = build(t, files("core/t.sql", strings.Replace(text, "coalesce(first, id)", "coalesce(last, id)", 1)))
	if err == nil || !strings.HasPrefix(err.Error(), "models/core/t.sql: build core.t: ") || !strings.Contains(err.Error(), "last") {
		t.Errorf("of a column that is not there: %v", err)
	}
}

// TestZstd packs what @zstd names without a dictionary; other texts as the database likes.
func TestZstd(t *testing.T) {
	text := strings.Replace(model("id other said", "select 'i' || cast(u.item as varchar) as id, 'o' || cast(u.item as varchar) as other, 'same' as said from (select 1 as one) as t cross join unnest(int_range(1, 5000)) as u(item)"), "-- @column", "-- @grain id\n-- @column", 1)
	db := databaseAt(t, filepath.Join(t.TempDir(), "t.duckdb")) // in memory nothing is packed
	_, _, err := buildIn(t, db, files("core/t.sql", strings.Replace(text, "-- @column", "-- @zstd id, other\n-- @column", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "checkpoint"); err != nil {
		t.Fatal(err)
	}
	packed, err := warehouse.Select[string](t.Context(), db, "select distinct column_name || ' ' || (compression = 'ZSTD') from pragma_storage_info('core.t') where segment_type = 'VARCHAR' order by 1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"id true", "other true", "said false"}, packed); diff != "" {
		t.Error(diff)
	}
	_, _, err = build(t, files("core/t.sql", strings.Replace(text, "-- @column", "-- @zstd another\n-- @column", 1)))
	if err == nil || !strings.Contains(err.Error(), "@zstd another: the SELECT has no such column") {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestBuildRefusesUndocumentedAndUnportable(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"undocumented": {model("x", "select 1 as x, 2 as y"), "models/core/t.sql:4: column y has no @column"},
		"not there":    {model("x y", "select 1 as x"), "models/core/t.sql:3: @column y: the SELECT has no such column"},
		"hugeint":      {model("x", "select sum(1) as x"), "models/core/t.sql:4: column x is HUGEINT"},
		"list":         {model("x", "select [1] as x"), "models/core/t.sql:4: column x is INTEGER[]"},
		"timestamptz":  {model("x", "select timestamptz '2020-01-01' as x"), "models/core/t.sql:4: column x is TIMESTAMP WITH TIME ZONE"},
	} {
		_, _, err := build(t, files("core/t.sql", c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
}

func TestLint(t *testing.T) {
	clean := `with kept as (
  select a.x, cast(sum(a.y) as bigint) as total, ratio(sum(a.y), count(*)) as mean, row_number() over (partition by a.x order by a.y desc nulls last, a.z) as place
  from raw.a as a
  cross join unnest(split_list(a.z)) as u(item)
  where a.day >= date '2020-01-01' and u.item <> '::/%'
  group by a.x, a.y, a.z
)
select kept.x, int_div(kept.total, 2) as half, coalesce(kept.x, 0) as y from kept order by y`
	lint := func(sql string) []string {
		m, err := sqlmodel.Parse("core/t.sql", "core", "t", sql, sqlmodel.Grammar{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Analyze(t.Context(), database(t)); err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, problem := range sqlmodel.Lint(m) {
			found = append(found, problem.Error())
		}
		return found
	}
	if found := lint(clean); len(found) > 0 {
		t.Errorf("a clean query: %q", found)
	}
	for sql, want := range map[string]string{
		"select x::integer as x from raw.a":                                                "1: :: is DuckDB's",
		"select 1 as x\nfrom (from raw.a)":                                                 "2: FROM first",
		"select x / 2 as x from raw.a":                                                     "1: / differs",
		"select x // 2 as x from raw.a":                                                    "1: // differs",
		"select x % 2 as x from raw.a":                                                     "1: ",
		"select avg(x) as x from raw.a":                                                    "1: avg differs",
		"select sum(x) as x from raw.a":                                                    "1: sum widens",
		"select sum(x) over (order by y) as x from raw.a":                                  "1: sum widens",
		"select string_agg(x, ';') as x from raw.a":                                        "1: string_agg differs",
		"select unnest(split_list(x)) as x from raw.a":                                     "1: unnest differs",
		"select count(*) filter (where y) over () as x from raw.a":                         "1: FILTER with OVER",
		"select x from raw.a qualify row_number() over (order by x) = 1":                   "1: QUALIFY",
		"select x, count(*) as n from raw.a group by all":                                  "1: GROUP BY ALL",
		"with t as (select * exclude (y) from raw.a) select x from t":                      "1: EXCLUDE",
		"select d + interval '30' day as x from raw.a":                                     "1: to_days differs",
		"select date_trunc('month', d) as x from raw.a":                                    "1: date_trunc differs",
		"select x from raw.a where d > '2020-01-01'":                                       "1: a text is compared with a day",
		"select x + 1 as y, y * 2 as z from raw.a":                                         "1: y is an alias",
		"select x + 1 as y from raw.a where y > 2":                                         "1: y is an alias",
		"select quarter_of(d) as y, count(*) as n from raw.a group by y":                   "1: y is an alias",
		"select row_number() over (partition by x) as y from raw.a":                        "1: row_number without an order",
		"select row_number() over (order by x desc) as y from raw.a":                       "1: desc: say nulls last",
		"select greatest(x, y) as z from raw.a":                                            "1: greatest treats null",
		"select concat(x, y) as z from raw.a":                                              "1: concat treats null",
		"select x[1] as z from raw.a":                                                      "1: brackets",
		"select a.x as z from raw.a as a asof join run.b as b on a.x = b.x and a.d >= b.d": "1: ",
		"select x as z from raw.a where x ilike 'a'":                                       "1: pattern",
		"select quantile_cont(x, 0.5) as z from raw.a":                                     "1: quantile_cont differs",
		"select percentile_cont(0.5) within group (order by x) as z from raw.a":            "1: ",
		"select list_filter(x, lambda e: e > 1) as z from raw.a":                           "1: lambdas",
		"select strftime(d, '%Y') as z from raw.a":                                         "1: strftime differs",
	} {
		if found := lint(sql); len(found) == 0 || !strings.HasPrefix(found[0], "core/t.sql:"+want) {
			t.Errorf("%s: %q; want %s", sql, found, want)
		}
	}
}

// TestFunctions pins the portable functions where engines would differ.
func TestFunctions(t *testing.T) {
	db := database(t)
	for expr, want := range map[string]string{
		"ratio(1, 0)": "", "ratio(7, 2)": "3.5", "int_div(7, 2)": "3", "int_div(-7, 2)": "-3", "round_int(2.5)": "3", "dec2(0.125)": "0.13",
		"add_days(date '2020-02-28', 2)": "2020-03-01", "add_months(date '2020-01-31', 1)": "2020-02-29", "days_between(date '2020-02-28', date '2020-03-01')": "2",
		"quarter_of(date '2020-06-30')": "2020Q2", "month_end(date '2020-02-01')": "2020-02-29", "iso_dow(date '2020-11-22')": "7", "md5_hex('a')": "0cc175b9c0f1b6a831c399e269772661",
		"(select text_join(array_agg(x order by x), ';') from (values ('b'), ('a')) as t(x))":              "a;b",
		"(select quantile_of(array_agg(x), 0.5) from (values (1), (2), (4), (cast(null as int))) as t(x))": "2.0",
	} {
		got, err := warehouse.One[string](t.Context(), db, "select coalesce(cast("+expr+" as varchar), '')")
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", expr, got, err, want)
		}
	}
	for _, expr := range []string{"add_days(x, 1)", "ratio(x, 2)", "quarter_of(timestamp '2020-01-01 10:00:00')"} {
		if _, err := db.ExecContext(t.Context(), "select "+expr+" from (select cast('x' as varchar) as x)"); err == nil {
			t.Errorf("%s: accepted, though another engine refuses it", expr)
		}
	}
}

// TestFunctionsOfBothEngines: what a model may call on one engine is there on the other.
func TestFunctionsOfBothEngines(t *testing.T) {
	names := map[string][]string{}
	for _, engine := range []string{"duckdb", "trino"} {
		text, err := sqlmodel.Functions(engine)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`create or replace (?:macro |function hive\.fn\.)(\w+)\(`).FindAllStringSubmatch(text, -1) {
			if found[1] != "quantile_sorted" { // a step of quantile_of
				names[engine] = append(names[engine], found[1])
			}
		}
		slices.Sort(names[engine])
	}
	if len(names["duckdb"]) < 20 || !slices.Equal(names["duckdb"], names["trino"]) {
		t.Errorf("functions of DuckDB %v, of Trino %v", names["duckdb"], names["trino"])
	}
	if _, err := sqlmodel.Functions("oracle"); err == nil {
		t.Error("functions for an engine nobody knows")
	}
}
