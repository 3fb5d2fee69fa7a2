package analysis

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// workTables hold cells between the evidence and mart.figure: a cell is one metric, period, span, code and slice, before regions.
// Cells of a slice carry the code of the city (or of the province itself). A cell of nothing is not there. They are published with the
// figures: sums can be added to and taken from.
const workTables = `
create schema rollup;
create table rollup.cell (metric varchar, period_index integer, span varchar, code varchar, slice varchar, num decimal(18, 2), den bigint);
create table rollup.value_cell (metric varchar, period_index integer, span varchar, code varchar, slice varchar, value double, subjects bigint);
create table rollup.survival_cell (metric varchar, period_index integer, code varchar, slice varchar, days integer, event boolean, subjects bigint);
`

// valueTable holds the values of all regions until mart.figure is written.
const valueTable = `create table rollup.value (metric varchar, period_index integer, span varchar, region_code varchar, scope varchar, slice varchar, num decimal(18, 2), den bigint, value double, lower double, upper double);
`

// rollUp turns a metric's evidence into cells, in one statement: evidence → cube over small integers → slices → periods and spans. Where
// counted is the schema of a table of the rows that the evidence reads, counted, these are rolled up instead.
func (m *Metric) rollUp(ctx context.Context, q warehouse.Queryer, counted string) error {
	if _, err := q.ExecContext(ctx, m.cellSQL(counted)); err != nil {
		return fmt.Errorf("%s: roll up %s: %w", m.File, m.ID, err)
	}
	return nil
}

// survivalSQL is the roll-up of a survival metric: days make cubes as large as the evidence, so regions and slices have one each.
// Slices are the province's only.
func (m *Metric) survivalSQL() string {
	days := "den_from, den_until, days, event"
	inPeriods := func(from string) string {
		return fmt.Sprintf(`select '%s', p.period_index, c.code, c.slice, c.days, c.event, cast(sum(c.subjects) as bigint)
from (%s) as c
join run.period as p on c.den_from <= p.period_index and p.period_index < c.den_until
group by p.period_index, c.code, c.slice, c.days, c.event`, m.ID, from)
	}
	cube := func(name, code, columns string) string {
		return fmt.Sprintf("%s as materialized (\n  select %s as code, %s%s, count(*) as subjects\n  from evidence\n  group by %s, %[3]s%[4]s\n)", name, code, days, columns, strings.TrimSuffix(code, " || '0000'"))
	}
	cubes, branches := cube("by_code", "code", ""), []string{inPeriods("select code, '' as slice, " + days + ", subjects from by_code")}
	columns := strings.Join(append([]string{""}, m.Slices...), ", ")
	if len(m.Slices) > 0 {
		cubes += ",\n" + cube("by_slices", "substr(code, 1, 2) || '0000'", columns)
	}
	for _, slice := range m.Slices {
		branches = append(branches, inPeriods(fmt.Sprintf("select code, '%[1]s=' || coalesce(cast(%[1]s as varchar), 'none') as slice, %[2]s, cast(sum(subjects) as bigint) as subjects from by_slices group by code, %[1]s, %[2]s", slice, days)))
	}
	return fmt.Sprintf("insert into rollup.survival_cell\nwith evidence as materialized (\n  select code, den_from, %s as den_until, days, event%s\n  from (\n%s\n) as c\n  where code is not null\n),\n%s\n%s",
		strings.TrimPrefix(m.column("den_until", "9999"), "c."), columns, m.SQL, cubes, strings.Join(branches, "\nunion all\n"))
}

// cellSQL writes the roll-up of one metric.
func (m *Metric) cellSQL(counted string) string {
	if m.Aggregate == "km" {
		return m.survivalSQL()
	}
	evidence, one := m.SQL, "count(*)"
	if counted != "" && m.scan != nil && !m.columns["num"] && !m.columns["den"] {
		evidence, one = m.scan.Over(counted), "cast(sum(subject_id) as bigint)"
	}
	var times []string
	for _, name := range []string{"span", "quarter", "den_from", "den_until", "num_from", "num_until", "value"} {
		if m.columns[name] {
			times = append(times, name)
		}
	}
	keys := strings.Join(append(append([]string{"code"}, times...), m.Slices...), ", ")
	weight := func(name, kind string) string {
		if m.columns[name] {
			return "cast(sum(" + name + ") as " + kind + ") as " + name + "_weight"
		}
		return one + " as " + name + "_weight"
	}
	var branches, spans []string
	sliced := func(code, slice, group string) {
		kept := strings.Join(append([]string{""}, times...), ", ")
		branches = append(branches, fmt.Sprintf("  select %s as code, %s as slice%s, cast(sum(den_weight) as bigint) as den_weight, cast(sum(num_weight) as decimal(18, 2)) as num_weight\n  from cube\n  group by %s%[3]s",
			code, slice, kept, group))
	}
	sliced("code", "''", "code")
	for _, slice := range m.Slices {
		sliced("city", "'"+slice+"=' || coalesce(cast("+slice+" as varchar), 'none')", "city, "+slice)
	}
	city := "" // of a code: said once, and not for every slice
	if len(m.Slices) > 0 {
		city = ", substr(code, 1, 4) || '00' as city"
	}
	for _, span := range m.Spans {
		spans = append(spans, m.spanSQL(span))
	}
	return fmt.Sprintf("insert into rollup.%s\nwith cube as materialized (\n  select %s, %s, %s%[8]s\n  from (\n%[5]s\n) as evidence\n  where code is not null\n  group by %[2]s\n),\nsliced as materialized (\n%[6]s\n)\n%[7]s",
		m.cellTable(), keys, weight("den", "bigint"), weight("num", "decimal(18, 2)"), evidence, strings.Join(branches, "\n  union all\n"), strings.Join(spans, "\nunion all\n"), city)
}

func (m *Metric) cellTable() string {
	switch m.Aggregate {
	case "ratio", "count", "value":
		return "cell"
	}
	return "value_cell"
}

// spanSQL sums the slices over the periods of one span.
func (m *Metric) spanSQL(span string) string {
	join := "p.period_index < greatest(" + m.column("den_until", "9999") + ", " + m.column("num_until", "9999") + ") and p.period_index >= least(" +
		m.column("den_from", "9999") + ", " + m.column("num_from", "9999") + ")"
	switch span {
	case "quarter":
		join = "c.quarter = p.period_index"
	case "ytd":
		join = "c.quarter >= 0 and c.quarter // 4 = p.period_index // 4 and c.quarter <= p.period_index"
	}
	if m.columns["span"] {
		join += " and c.span = '" + span + "'"
	}
	sum := func(of string) string {
		return fmt.Sprintf("sum(case when %s <= p.period_index and p.period_index < %s then c.%s_weight else 0 end)",
			m.column(of+"_from", "9999"), m.column(of+"_until", "9999"), of)
	}
	kept, measures := "", "cast("+sum("num")+" as decimal(18, 2)), cast("+sum("den")+" as bigint)"
	having := sum("num") + " <> 0 or " + sum("den") + " <> 0"
	if m.cellTable() != "cell" {
		kept, measures, having = ", c.value", "cast("+sum("den")+" as bigint)", sum("den")+" > 0"
	}
	return fmt.Sprintf("select '%s', p.period_index, '%s', c.code, c.slice%s, %s\nfrom sliced as c\njoin run.period as p on %s\ngroup by p.period_index, c.code, c.slice%[3]s\nhaving %[6]s",
		m.ID, span, kept, measures, join, having)
}

// allCodes are those of every cell.
const allCodes = `select distinct code from rollup.cell
  union
  select distinct code from rollup.value_cell
  union
  select distinct code from rollup.survival_cell`

// regionMap says which regions and scopes codes count for: everything with the region's prefix, and the region's own.
func regionMap(table, codes string) string {
	return `create or replace table ` + table + ` as
with
code as (
  ` + codes + `
)
select c.code, r.region_code, 'all' as scope, r.level
from code as c
join run.region as r on case r.level
    when 'province' then substr(c.code, 1, 2) = substr(r.region_code, 1, 2)
    when 'city' then substr(c.code, 1, 4) = substr(r.region_code, 1, 4)
    else c.code = r.region_code
  end
union all
select c.code, r.region_code, 'own', r.level
from code as c
join run.region as r on r.region_code = c.code
where r.level <> 'county';
`
}

// inRegion joins cells to regions. Slices have no scope own and stop at cities.
const inRegion = `join rollup.region_map as g on g.code = c.code and (c.slice = '' or g.scope = 'all' and g.level <> 'county')`

// valuing is how cells turn into values; metrics that share it are valued in one statement.
type valuing struct {
	aggregate, formula string
	all                bool // in scope all alone
}

func (m *Metric) valuing() valuing {
	return valuing{m.Aggregate, m.Formula, len(m.Scopes) == 1}
}

// sql turns the cells of metrics into values; nothing for survival, whose values are not sums.
func (v valuing) sql(metrics []*Metric) string {
	where := "c.metric in (" + listed(metrics) + ")"
	if v.all {
		where += " and g.scope = 'all'"
	}
	switch v.aggregate {
	case "ratio", "value":
		shown := "v.num, v.den"
		if v.aggregate == "value" {
			shown = "null, null"
		}
		return fmt.Sprintf(`insert into rollup.value
with
summed as (
  select c.metric, c.period_index, c.span, g.region_code, g.scope, c.slice, cast(sum(c.num) as decimal(18, 2)) as num, cast(sum(c.den) as bigint) as den
  from rollup.cell as c
  %s
  where %s
  group by c.metric, c.period_index, c.span, g.region_code, g.scope, c.slice
),
valued as (
  select s.metric, s.period_index, s.span, s.region_code, s.scope, s.slice, s.num, s.den, cast(%s as double) as value
  from summed as s
  join run.period as p on p.period_index = s.period_index
  where s.den > 0
)
select v.metric, v.period_index, v.span, v.region_code, v.scope, v.slice, %s, v.value, null, null
from valued as v
where v.value is not null`, inRegion, where, valueOf(v.formula), shown)
	case "count":
		return fmt.Sprintf(`insert into rollup.value
select c.metric, c.period_index, c.span, g.region_code, g.scope, c.slice, cast(sum(c.num) as decimal(18, 2)), null, cast(sum(c.num) as double), null, null
from rollup.cell as c
%s
where %s
group by c.metric, c.period_index, c.span, g.region_code, g.scope, c.slice
having sum(c.num) > 0`, inRegion, where)
	case "median", "p90", "max":
		return quantileSQL(quantileOf(v.aggregate), where)
	}
	return ""
}

// valueOf is the formula of a value from num and den: their ratio where a metric has none.
func valueOf(formula string) string {
	if formula == "" {
		return "ratio(num, den)"
	}
	return formula
}

// quantileOf is the share of subjects below the figure of a median, p90 or max.
func quantileOf(aggregate string) string {
	return map[string]string{"median": "0.5", "p90": "0.9", "max": "1.0"}[aggregate]
}

// quantileSQL interpolates linearly between order statistics, over a histogram.
func quantileSQL(share, where string) string {
	return fmt.Sprintf(`insert into rollup.value
with
histogram as (
  select c.metric, c.period_index, c.span, g.region_code, g.scope, c.slice, c.value, cast(sum(c.subjects) as bigint) as subjects
  from rollup.value_cell as c
  %s
  where %s
  group by c.metric, c.period_index, c.span, g.region_code, g.scope, c.slice, c.value
),
placed as (
  select
    metric, period_index, span, region_code, scope, slice, value,
    cast(sum(subjects) over (partition by metric, period_index, span, region_code, scope, slice order by value rows unbounded preceding) as bigint) as up_to,
    cast(sum(subjects) over (partition by metric, period_index, span, region_code, scope, slice) as bigint) as total
  from histogram
),
around as (
  select
    metric, period_index, span, region_code, scope, slice, total,
    cast(total - 1 as double) * %s as place,
    min(case when up_to >= floor(cast(total - 1 as double) * %[3]s) + 1 then value end) as low,
    min(case when up_to >= least(floor(cast(total - 1 as double) * %[3]s) + 2, total) then value end) as high
  from placed
  group by metric, period_index, span, region_code, scope, slice, total
)
select metric, period_index, span, region_code, scope, slice, null, total, low + (place - floor(place)) * (high - low), null, null
from around`, inRegion, where, share)
}
