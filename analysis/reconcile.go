package analysis

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// ReconcileError is an identity between figures that does not hold. It blocks publishing: the program is wrong, not the data.
type ReconcileError struct {
	Identity string
	Figures  []string // the first of those that break it
}

// Error names the identity and the figures that break it.
func (e *ReconcileError) Error() string {
	return fmt.Sprintf("reconciliation: %s does not hold for %s", e.Identity, strings.Join(e.Figures, ", "))
}

// identities are queries that return the ids of figures that break them, and how many were held against each.
var identities = []struct{ name, note, broken, held string }{
	{
		"parts = whole", "the cities and the province's own add up to the province; counties and own to the city; where the metric has both scopes and adds up",
		`with additive as (select metric, unit = 'ratio' or aggregate = 'count' as is_within from mart.metric where aggregate in ('ratio', 'count') and scopes = 'all own'),
whole as (
  select f.figure_id, f.metric, f.period_index, f.span, f.region_code, coalesce(f.num, 0) as num, coalesce(f.den, 0) as den, a.is_within
  from mart.figure as f join additive as a on a.metric = f.metric join run.region as g on g.region_code = f.region_code
  where f.slice = '' and f.scope = 'all' and g.level <> 'county'
),
part as (
  select f.metric, f.period_index, f.span, case when f.scope = 'own' then f.region_code else g.parent_code end as region_code, f.num, f.den
  from mart.figure as f join additive as a on a.metric = f.metric join run.region as g on g.region_code = f.region_code
  where f.slice = '' and (f.scope = 'own' or g.level <> 'province')
),
summed as (select metric, period_index, span, region_code, sum(coalesce(num, 0)) as num, sum(coalesce(den, 0)) as den from part group by all),
stray as (
  select distinct c.metric, c.period_index, c.span, r.region_code
  from rollup.cell as c join run.region as r on r.level = 'province' or r.level = 'city' and substr(r.region_code, 1, 4) = substr(c.code, 1, 4)
  where c.slice = '' and c.code not in (select region_code from run.region)
)
select w.figure_id from whole as w
left join summed as s on s.metric = w.metric and s.period_index = w.period_index and s.span = w.span and s.region_code = w.region_code
left join stray as x on x.metric = w.metric and x.period_index = w.period_index and x.span = w.span and x.region_code = w.region_code
where x.metric is null and (w.is_within and s.num is distinct from w.num or coalesce(s.num, 0) > w.num or coalesce(s.den, 0) <> w.den) order by 1`,
		`select count(*) from mart.figure as f join mart.metric as m on m.metric = f.metric join run.region as g on g.region_code = f.region_code
where m.aggregate in ('ratio', 'count') and m.scopes = 'all own' and f.slice = '' and f.scope = 'all' and g.level <> 'county'`,
	},
	{
		"slices = whole", "the slices of a figure add up to it",
		`with sliced as (
  select f.metric, f.period_index, f.span, f.region_code, split_part(f.slice, '=', 1) as slice, sum(coalesce(f.num, 0)) as num, sum(coalesce(f.den, 0)) as den
  from mart.figure as f join mart.metric as m on m.metric = f.metric
  where f.slice <> '' and m.aggregate in ('ratio', 'count') and m.scopes = 'all own' and m.subject <> 'none' group by all
)
select w.figure_id from sliced as s
join mart.figure as w on w.metric = s.metric and w.period_index = s.period_index and w.span = s.span and w.region_code = s.region_code and w.scope = 'all' and w.slice = ''
where w.den is not null and s.den <> w.den or w.den is null and s.num <> w.num order by 1`,
		`select count(distinct f.metric || f.period || f.span || f.region_code || split_part(f.slice, '=', 1)) from mart.figure as f join mart.metric as m on m.metric = f.metric
where f.slice <> '' and m.aggregate in ('ratio', 'count')`,
	},
	{
		"value = num ÷ den", "every ratio re-derives, and no share of subjects exceeds one",
		`select f.figure_id from mart.figure as f join mart.metric as m on m.metric = f.metric
where m.aggregate = 'ratio' and (m.formula = '' and abs(f.value - cast(f.num as double) / f.den) > 1e-12 or m.unit = 'ratio' and (f.num > f.den or f.num < 0)) order by 1`,
		`select count(*) from mart.figure as f join mart.metric as m on m.metric = f.metric where m.aggregate = 'ratio'`,
	},
	{
		"quarter within ytd", "a year so far holds each of its quarters' numerators",
		`select q.figure_id from mart.figure as q join mart.metric as m on m.metric = q.metric
left join mart.figure as y on y.metric = q.metric and y.period_index = q.period_index and y.span = 'ytd' and y.region_code = q.region_code and y.scope = q.scope and y.slice = q.slice
where q.span = 'quarter' and m.aggregate in ('ratio', 'count') and q.slice = '' and (y.metric is null or y.num < q.num or y.den < q.den) order by 1`,
		`select count(*) from mart.figure where span = 'quarter' and slice = ''`,
	},
}

// reconcile holds the figures against each other and writes mart.reconciliation.
func reconcile(ctx context.Context, q warehouse.Queryer) error {
	const table = `create table mart.reconciliation (identity varchar, figures bigint, is_held boolean, note varchar)`
	if _, err := q.ExecContext(ctx, table); err != nil {
		return err
	}
	rows := newInsert("mart.reconciliation")
	for _, identity := range identities {
		broken, err := warehouse.Select[string](ctx, q, identity.broken+" limit 5")
		if err != nil {
			return fmt.Errorf("reconcile %s: %w", identity.name, err)
		}
		if len(broken) > 0 {
			return &ReconcileError{identity.name, broken}
		}
		held, err := warehouse.One[int64](ctx, q, identity.held)
		if err != nil {
			return fmt.Errorf("reconcile %s: %w", identity.name, err)
		}
		rows.add(identity.name, held, true, identity.note)
	}
	return rows.run(ctx, q)
}
