package analysis

import (
	"context"

	"tongbao/internal/warehouse"
)

// ClosedTables are the tables a closed period's figures are offered in, before Build: run.closed_period and run.closed_figure.
// Without a closed period they stay empty.
const ClosedTables = `create table if not exists run.closed_period (period varchar, version varchar, hash varchar, closed_by varchar, reason varchar, closed_at timestamp, cut_off timestamp);
create table if not exists run.closed_figure (period varchar, figure_id varchar, num decimal(18, 2), den bigint, value double, definition varchar);
`

// writeRestatements compares the figures of closed periods with those of now: mart.closed_period and mart.restatement. The cause is
// definition where the metric's SQL is another one now, late_rows where files came after the closing, else changed_rows.
func writeRestatements(ctx context.Context, q warehouse.Queryer) error {
	_, err := q.ExecContext(ctx, `create table mart.closed_period as
select period, version, hash, closed_by, reason, closed_at
from run.closed_period
order by period;
create table mart.restatement as
with
late as (
  select c.period, cast(sum(f.rows_loaded) as bigint) as late_rows
  from run.closed_period as c
  join core.source_file as f on f.received_at > c.cut_off
  group by c.period
),
compared as (
  select
    coalesce(n.period, c.period) as period, coalesce(n.figure_id, c.figure_id) as figure_id, n.metric, n.span, n.region_code, n.scope,
    c.num as old_num, c.den as old_den, c.value as old_value, n.num as new_num, n.den as new_den, n.value as new_value, c.definition
  from run.closed_figure as c
  full join (select * from mart.figure where slice = '' and period in (select period from run.closed_period)) as n on n.figure_id = c.figure_id
)
select
  c.period, c.figure_id, split_part(c.figure_id, '.', 1) as metric, c.span, c.region_code, c.scope, c.old_num, c.old_den, c.old_value, c.new_num, c.new_den, c.new_value,
  case when c.definition <> md5(m.sql || m.formula) then 'definition' when coalesce(l.late_rows, 0) > 0 then 'late_rows' else 'changed_rows' end as cause,
  coalesce(l.late_rows, 0) as late_rows
from compared as c
left join mart.metric as m on m.metric = split_part(c.figure_id, '.', 1)
left join late as l on l.period = c.period
where c.old_num is distinct from c.new_num or c.old_den is distinct from c.new_den or abs(coalesce(c.old_value, 0) - coalesce(c.new_value, 0)) > 1e-12
  or c.old_value is null <> (c.new_value is null)
order by c.period, m.sort_order, c.figure_id`)
	return err
}
