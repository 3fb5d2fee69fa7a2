package analysis

import (
	"context"
	"fmt"

	"tongbao/internal/warehouse"
)

// writeChanges makes mart.change: every unsliced figure of scope all against a quarter and a year before. The province is
// compared over the cities (and its own agencies) with data in both periods, and the others are named; medians, survival and
// formulas, which do not add up, are compared as they are.
func writeChanges(ctx context.Context, q warehouse.Queryer) error {
	if _, err := q.ExecContext(ctx, changes); err != nil {
		return fmt.Errorf("mart.change: %w", err)
	}
	return nil
}

const changes = `create table mart.change as
with
basis as (
  select 'qoq' as basis, 1 as steps
  union all
  select 'yoy', 4
),
pair as (
  select b.basis, b.steps, f.metric, f.period_index, f.period, f.span, f.region_code, f.figure_id, f.num, f.den, f.value, p.period as base_period
  from mart.figure as f
  cross join basis as b
  join run.period as p on p.period_index = f.period_index - b.steps
  where f.slice = '' and f.scope = 'all'
),
part as (
  select f.metric, f.period_index, f.span, f.region_code, f.num, f.den
  from mart.figure as f
  join run.region as g on g.region_code = f.region_code
  where f.slice = '' and (g.level = 'city' and f.scope = 'all' or g.level = 'province' and f.scope = 'own')
),
current as (
  select b.basis, n.metric, n.period_index, n.span, n.region_code, n.num, n.den
  from part as n
  cross join basis as b
),
base as (
  select b.basis, o.metric, o.period_index + b.steps as period_index, o.span, o.region_code, o.num, o.den
  from part as o
  cross join basis as b
),
matched as (
  select
    coalesce(n.basis, o.basis) as basis, coalesce(n.metric, o.metric) as metric, coalesce(n.period_index, o.period_index) as period_index,
    coalesce(n.span, o.span) as span, coalesce(n.region_code, o.region_code) as region_code,
    n.metric is not null and o.metric is not null as is_both,
    n.num, n.den, o.num as base_num, o.den as base_den
  from current as n
  full join base as o on o.basis = n.basis and o.metric = n.metric and o.period_index = n.period_index and o.span = n.span and o.region_code = n.region_code
),
summed as (
  select
    m.basis, m.metric, m.period_index, m.span,
    cast(sum(case when m.is_both then m.num end) as decimal(18, 2)) as num,
    cast(sum(case when m.is_both then m.den end) as bigint) as den,
    cast(sum(case when m.is_both then m.base_num end) as decimal(18, 2)) as base_num,
    cast(sum(case when m.is_both then m.base_den end) as bigint) as base_den,
    cast(sum(case when m.is_both then 1 else 0 end) as integer) as regions,
    string_agg(case when not m.is_both then m.region_code end, ';' order by m.region_code) as excluded
  from matched as m
  group by m.basis, m.metric, m.period_index, m.span
),
compared as (
  select
    x.figure_id, x.metric, x.period, x.period_index, x.span, x.region_code, x.basis, x.base_period,
    g.level = 'province' and a.aggregate in ('ratio', 'count') as is_summed,
    case when g.level = 'province' and a.aggregate in ('ratio', 'count') then s.num else x.num end as num,
    case when g.level = 'province' and a.aggregate in ('ratio', 'count') then s.den else x.den end as den,
    case when g.level = 'province' and a.aggregate in ('ratio', 'count') then s.base_num else o.num end as base_num,
    case when g.level = 'province' and a.aggregate in ('ratio', 'count') then s.base_den else o.den end as base_den,
    case when g.level = 'province' and a.aggregate in ('ratio', 'count') then s.regions else 1 end as regions,
    case when g.level = 'province' and a.aggregate in ('ratio', 'count') then coalesce(s.excluded, '') else '' end as excluded,
    x.value as own_value, o.value as own_base_value,
    a.aggregate, a.unit
  from pair as x
  join mart.metric as a on a.metric = x.metric
  join run.region as g on g.region_code = x.region_code
  join mart.figure as o on o.metric = x.metric and o.period_index = x.period_index - x.steps and o.span = x.span and o.region_code = x.region_code and o.scope = 'all' and o.slice = ''
  left join summed as s on s.basis = x.basis and s.metric = x.metric and s.period_index = x.period_index and s.span = x.span
),
valued as (
  select
    c.*,
    case when not c.is_summed then c.own_value when c.aggregate = 'count' then cast(c.num as double)
      else ratio(c.num, c.den) * case c.unit when 'per_hundred' then 100 when 'per_thousand' then 1000 else 1 end end as value,
    case when not c.is_summed then c.own_base_value when c.aggregate = 'count' then cast(c.base_num as double)
      else ratio(c.base_num, c.base_den) * case c.unit when 'per_hundred' then 100 when 'per_thousand' then 1000 else 1 end end as base_value
  from compared as c
)
select
  v.figure_id, v.metric, v.period, v.period_index, v.span, v.region_code, v.basis, v.base_period, v.num, v.den, v.value, v.base_num, v.base_den, v.base_value,
  v.value - v.base_value as difference,
  case when v.aggregate in ('count', 'median', 'p90', 'max') and v.base_value >= r.min_base then ratio(v.value - v.base_value, v.base_value) end as percent,
  v.aggregate in ('count', 'median', 'p90', 'max') and v.base_value < r.min_base or coalesce(v.base_den < r.min_base, false) as is_suppressed,
  cast(v.regions as integer) as regions,
  v.excluded
from valued as v
cross join run.parameter as r
join mart.metric as a on a.metric = v.metric
join run.region as g on g.region_code = v.region_code
where v.value is not null and v.base_value is not null
order by a.sort_order, v.metric, v.period_index, v.span, g.sort_order, v.basis`

// writeIndex makes the composite index of the cities and the province: Σ weight × score, score = min(1, value ÷ goal), or goal ÷
// value where lower is better, over the metrics with a weight and a goal; a metric without a figure there takes its weight with it.
func writeIndex(ctx context.Context, q warehouse.Queryer) error {
	if _, err := q.ExecContext(ctx, composite); err != nil {
		return fmt.Errorf("mart.index: %w", err)
	}
	return nil
}

// Without weights in the configuration these metrics count alike, each against its goal.
const composite = `create table mart.index_component as
with
weight as (
  select metric, weight
  from run.index_weight
  union all
  select m.metric, 1.0
  from mart.metric as m
  where m.metric in ('A4k', 'B1', 'B4', 'B5', 'D5b', 'D6', 'D7', 'D8') and not exists (select 1 from run.index_weight)
)
select
  f.period, f.period_index, f.region_code, f.metric, f.figure_id, f.value, coalesce(m.goal, 1.0) as goal, cast(w.weight as double) as weight,
  case
    when m.better = 'lower' then case when f.value <= coalesce(m.goal, 1.0) then 1.0 else coalesce(m.goal, 1.0) / f.value end
    else greatest(0.0, least(1.0, f.value / coalesce(m.goal, 1.0)))
  end as score
from weight as w
join mart.metric as m on m.metric = w.metric
join mart.figure as f on f.metric = w.metric and f.slice = '' and f.scope = 'all' and f.span in ('at', 'ytd')
join run.region as g on g.region_code = f.region_code
where g.level <> 'county' and coalesce(m.goal, 1.0) <> 0
order by f.period_index, g.sort_order, m.sort_order;
create table mart.index as
with
scored as (
  select period, period_index, region_code,
    cast(sum(cast(weight * score as decimal(18, 12))) as double) / cast(sum(cast(weight as decimal(18, 12))) as double) as score,
    cast(sum(cast(weight as decimal(18, 12))) as double) as weight,
    cast(count(*) as integer) as components
  from mart.index_component
  group by period, period_index, region_code
  having sum(weight) > 0
)
select
  s.period, s.period_index, s.region_code, s.score, s.weight, s.components,
  case when g.level = 'city' then cast(rank() over (partition by s.period_index, g.level order by s.score desc) as integer) end as rank
from scored as s
join run.region as g on g.region_code = s.region_code
order by s.period_index, g.sort_order`
