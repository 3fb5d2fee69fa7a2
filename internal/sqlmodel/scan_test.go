package sqlmodel_test

import (
	"slices"
	"testing"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

func TestScan(t *testing.T) {
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		sql     string
		columns []string // nil: no scan
		over    string
	}{
		{"select h.id as subject_id, code, case when h.closed > 3 then h.found else 9 end as num_from from mart.hazard as h where code is not null",
			[]string{"closed", "code", "found"}, "select h.id as subject_id, code, case when h.closed > 3 then h.found else 9 end as num_from from counted.hazard as h where code is not null"},
		{"select id as subject_id, '县' as kind, code from mart.hazard", []string{"code"}, "select id as subject_id, '县' as kind, code from counted.hazard"},
		{"select id as subject_id, code from mart.hazard where id > 'x'", nil, ""}, // of the subject, more than itself
		{"select id || 'x' as subject_id, code from mart.hazard", nil, ""},
		{"select id as subject_id, code from mart.hazard limit 3", nil, ""},
		{"select distinct id as subject_id, code from mart.hazard", nil, ""},
		{"select id as subject_id, max(code) as code from mart.hazard group by id", nil, ""},
		{"select id as subject_id, row_number() over (order by code) as code from mart.hazard", nil, ""},
		{"select id as subject_id, code from mart.hazard where code in (select code from mart.region)", nil, ""},
		{"select h.id as subject_id, h.code from mart.hazard as h cross join run.parameter as r", nil, ""},
		{"select id as subject_id, code from mart.hazard union all select id, code from mart.visit", nil, ""},
		{"with h as (select id, code from mart.hazard) select id as subject_id, code from h", nil, ""},
	} {
		m := &sqlmodel.Model{File: "x.sql", SQL: c.sql}
		if err := m.Analyze(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		s, ok := m.Scan()
		if ok != (c.columns != nil) {
			t.Errorf("%s: a scan is %v", c.sql, ok)
			continue
		}
		if !ok {
			continue
		}
		if s.Table != "mart.hazard" || s.Key != "id" || s.As != "subject_id" || !slices.Equal(s.Columns, c.columns) {
			t.Errorf("%s: %+v", c.sql, s)
		}
		if over := s.Over("counted"); over != c.over {
			t.Errorf("over the counted rows:\n%s\nwant\n%s", over, c.over)
		}
	}
}
