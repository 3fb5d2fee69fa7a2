package sqlmodel_test

import (
	"strings"
	"testing"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

func TestSeparable(t *testing.T) {
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for sql, want := range map[string]string{
		"select uscc, row_number() over (partition by uscc order by a) as n from core.visit":                                     "",
		"select uscc, count(*) as n from core.visit group by uscc":                                                               "",
		"with last as (select max(d) as d from run.period) select v.uscc from core.visit as v cross join last as l":              "",
		"select v.uscc, (select max(p.d) from run.period as p) as d from core.visit as v":                                        "",
		"select uscc, row_number() over (order by uscc) as n from core.visit":                                                    "m.sql:2: a window without a partition",
		"select uscc from core.visit order by uscc limit 3":                                                                      "m.sql:2: a limit",
		"with v as (select uscc, a from core.visit), top as (select max(a) as a from v) select v.uscc from v join top using (a)": "m.sql:2: an aggregate over all rows",
		"select uscc, (select count(*) from core.visit) as n from core.visit":                                                    "m.sql:2: an aggregate over all rows",
	} {
		m, err := sqlmodel.Parse("m.sql", "core", "m", "-- @by uscc\n"+sql, sqlmodel.Grammar{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Analyze(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		err = sqlmodel.Separable(m, func(table string) bool { return table == "core.visit" })
		if got := ""; err != nil && !strings.HasPrefix(err.Error(), want) || err == nil && want != got || err != nil && want == "" {
			t.Errorf("%s: %v, want %q", sql, err, want)
		}
	}
}

// TestGroups: only what the engine would do counts, not what a comment or a text says.
func TestGroups(t *testing.T) {
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for sql, want := range map[string]bool{
		"select a from core.visit": false,
		"select a, 'group by' as b from core.visit -- distinct\nunion all\nselect a, b from core.visit":                            false,
		"select a from core.visit where a not in (select a from core.hazard)":                                                      false,
		"select a, count(*) as n from core.visit group\nby a":                                                                      true,
		"select distinct a from core.visit":                                                                                        true,
		"with v as (select a from core.visit group by a) select v.a from v":                                                        true,
		"select a, lead(a) over(partition by a order by b) as n from core.visit":                                                   true,
		"select a from core.visit where b in (select x.b from core.hazard as x group by x.b)":                                      true,
		"select a from core.visit union all select h.a from (select a, row_number() over (order by a) as n from core.hazard) as h": true,
	} {
		m, err := sqlmodel.Parse("m.sql", "core", "m", "-- @by uscc\n"+sql, sqlmodel.Grammar{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Analyze(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if m.Groups() != want {
			t.Errorf("%s: groups is %v", sql, !want)
		}
	}
}
