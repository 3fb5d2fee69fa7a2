package analysis

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// ClosedTables are the tables a closed period's figures are offered in, before Build: run.closed_period and run.closed_figure.
// Without a closed period they stay empty.
const ClosedTables = `create table if not exists run.closed_period (period varchar, version varchar, hash varchar, closed_by varchar, reason varchar, closed_at timestamp, cut_off timestamp);
create table if not exists run.closed_figure (period varchar, figure_id varchar, num decimal(18, 2), den bigint, value double, definition varchar);
`

// ClosedCatalog is the name under which the version a period was signed off with is attached while Build runs. Without it a restatement has
// no rows, only how many came late.
func ClosedCatalog(period string) string { return "closed_" + strings.ToLower(period) }

// restateTables hold the comparison until mart has it: a figure that differs, and a row that differs since the signing with every region
// it can count for.
const restateTables = `create table rollup.restated as
with
compared as (
  select
    coalesce(n.period, c.period) as period, coalesce(n.figure_id, c.figure_id) as figure_id, n.span, n.region_code, n.scope,
    c.num as old_num, c.den as old_den, c.value as old_value, n.num as new_num, n.den as new_den, n.value as new_value, c.definition
  from run.closed_figure as c
  full join (select * from mart.figure where slice = '' and period in (select period from run.closed_period)) as n on n.figure_id = c.figure_id
)
select
  c.period, c.figure_id, split_part(c.figure_id, '.', 1) as metric,
  coalesce(c.span, case when ends_with(split_part(c.figure_id, '.', 2), 'q') then 'quarter' when ends_with(split_part(c.figure_id, '.', 2), 'y') then 'ytd' else 'at' end) as span,
  coalesce(c.region_code, substr(split_part(c.figure_id, '.', 3), 1, 6)) as region_code,
  coalesce(c.scope, case when ends_with(split_part(c.figure_id, '.', 3), 'o') then 'own' else 'all' end) as scope,
  c.old_num, c.old_den, c.old_value, c.new_num, c.new_den, c.new_value, c.definition
from compared as c
where c.old_num is distinct from c.new_num or c.old_den is distinct from c.new_den or abs(coalesce(c.old_value, 0) - coalesce(c.new_value, 0)) > 1e-12
  or c.old_value is null <> (c.new_value is null);
create table rollup.metric_dataset (metric varchar, dataset varchar);
create table rollup.changed_row (` + changeColumns + `);
create table rollup.restated_row (period varchar, ` + changeColumns + `);
create table rollup.restate_known (period varchar);
create table rollup.restated_code (period varchar, dataset varchar, row_key varchar, code varchar);`

// restatedCodes finds the regions the rows of a period can count for: their own, their agency's, their enterprise's, and those of all who
// visited it.
const restatedCodes = `insert into rollup.restated_code
with
of_enterprise as (
  select distinct r.dataset, r.row_key, u.uscc
  from rollup.changed_row as r
  cross join unnest([r.uscc, r.old_uscc]) as u(uscc)
  where u.uscc is not null
),
of_agency as (
  select distinct r.dataset, r.row_key, u.agency
  from rollup.changed_row as r
  cross join unnest([r.agency, r.old_agency]) as u(agency)
  where u.agency is not null
)
select distinct '%[1]s', f.dataset, f.row_key, f.code
from (
  select r.dataset, r.row_key, u.code from rollup.changed_row as r cross join unnest([r.region, r.old_region]) as u(code)
  union all
  select a.dataset, a.row_key, x.region_code from of_agency as a join core.agency as x on x.agency_code = a.agency
  union all
  select a.dataset, a.row_key, x.region_code from of_agency as a join %[2]s.core.agency as x on x.agency_code = a.agency
  union all
  select e.dataset, e.row_key, x.region_code from of_enterprise as e join core.enterprise as x on x.uscc = e.uscc
  union all
  select e.dataset, e.row_key, x.region_code from of_enterprise as e join %[2]s.core.enterprise as x on x.uscc = e.uscc
  union all
  select e.dataset, e.row_key, x.region_code from of_enterprise as e join core.visit as x on x.uscc = e.uscc
  union all
  select e.dataset, e.row_key, x.region_code from of_enterprise as e join %[2]s.core.visit as x on x.uscc = e.uscc
) as f
where f.code is not null`

// writeRestatements compares the figures of closed periods with those of now: mart.closed_period, mart.restatement and
// mart.restatement_row and mart.restatement_subject. A figure's cause is its own: definition where the metric's SQL is another one now;
// late_rows or changed_rows by the rows that came since and stand behind the subjects that count differently; parameters where there is no
// such row. Of a metric with another definition the rows are those of the datasets it rests on, dated by the end of the period, that can
// count for the figure's region.
func writeRestatements(ctx context.Context, q warehouse.Queryer, catalogue []*Metric) error {
	if _, err := q.ExecContext(ctx, restateTables+subjectTables); err != nil {
		return fmt.Errorf("mart.restatement: %w", err)
	}
	if err := restatedRows(ctx, q, catalogue); err != nil {
		return fmt.Errorf("mart.restatement: %w", err)
	}
	if _, err := q.ExecContext(ctx, restatedSubjectTable+restatements); err != nil {
		return fmt.Errorf("mart.restatement: %w", err)
	}
	return nil
}

// restatedRows collects the rows that differ since each closed period whose version is at hand.
func restatedRows(ctx context.Context, q warehouse.Queryer, catalogue []*Metric) error {
	periods, err := warehouse.Select[string](ctx, q, "select distinct period from rollup.restated order by period")
	if err != nil || len(periods) == 0 {
		return err
	}
	metrics, err := warehouse.Select[struct {
		Metric   string `db:"metric"`
		Datasets string `db:"datasets"`
	}](ctx, q, "select metric, datasets from mart.metric order by metric")
	if err != nil {
		return err
	}
	rests := warehouse.NewRows("rollup.metric_dataset")
	for _, m := range metrics {
		reaches, err := parseReach(m.Datasets)
		if err != nil {
			return err
		}
		names := Datasets()
		if len(reaches) > 0 {
			names = []string{"agency", "enterprise"}
			for _, r := range reaches {
				if r.Dataset != "enterprise" {
					names = append(names, r.Dataset)
				}
			}
		}
		for _, name := range names {
			rests.Add(m.Metric, name)
		}
	}
	if err := rests.Insert(ctx, q); err != nil {
		return err
	}
	fresh, err := warehouse.One[string](ctx, q, "select current_database()")
	if err != nil {
		return err
	}
	for _, period := range periods {
		old := ClosedCatalog(period)
		there, err := warehouse.One[int](ctx, q, "select count(*) from duckdb_tables() where database_name = ? and schema_name = 'core' and table_name = 'source_dataset'", old)
		if err != nil {
			return err
		}
		if there == 0 {
			continue
		}
		if _, err := q.ExecContext(ctx, "delete from rollup.changed_row"); err != nil {
			return err
		}
		if err := writeChangedRows(ctx, q, "rollup.changed_row", old, fresh, nil); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, "insert into rollup.restate_known values ("+text(period)+");\ninsert into rollup.restated_row select "+text(period)+", r.* from rollup.changed_row as r join run.period as p on p.period = "+text(period)+" where r.day is null or r.day <= p.last_day;\n"+
			fmt.Sprintf(restatedCodes, period, warehouse.Ident(old))); err != nil {
			return err
		}
		if err := restatedSubjects(ctx, q, catalogue, period, old, fresh); err != nil {
			return err
		}
	}
	return nil
}

// changedPlace is FILE:SHEET:ROW, or FILE:ROW, of a changed row: where it is now, else where it was.
const changedPlace = `coalesce(file, old_file) || coalesce(':' || nullif(coalesce(sheet, old_sheet), ''), '') || ':' || cast(coalesce(row_number, old_row) as varchar)`

// linkedRows counts the rows that each figure is linked with, and names the first three.
const linkedRows = `numbered as (
  select figure_id, what, place, row_number() over (partition by figure_id order by dataset in ('agency', 'enterprise'), what = 'changed', dataset, row_key, place) as turn
  from linked
),
counted as (
  select
    figure_id,
    cast(sum(case when what = 'new' then 1 else 0 end) as bigint) as late_rows,
    cast(sum(case when what = 'new' then 0 else 1 end) as bigint) as changed_rows,
    string_agg(case when turn <= 3 then place end, '; ' order by turn) as source_rows
  from numbered
  group by figure_id
)`

const restatements = `create table mart.closed_period as
select period, version, hash, closed_by, reason, closed_at
from run.closed_period
order by period;
create table mart.restatement_row as
select
  r.period, r.dataset, r.row_key, r.what, c.change."column" as column_name, c.change."old" as old_value, c.change."new" as new_value,
  r.file, r.sheet, r.row_number, r.old_file, r.old_sheet, r.old_row, coalesce(r.uscc, r.old_uscc) as uscc, coalesce(r.agency, r.old_agency) as agency_code
from rollup.restated_row as r
cross join unnest(r.changes) as c(change)
order by r.period, r.dataset, r.row_key, r.what, c.change."column";
create table mart.restatement as
with
late as (
  select c.period, cast(sum(f.rows_loaded) as bigint) as late_rows
  from run.closed_period as c
  join core.source_file as f on f.received_at > c.cut_off
  where c.period not in (select period from rollup.restate_known)
  group by c.period
),
linked as (
  select distinct f.figure_id, r.dataset, r.row_key, r.what, ` + changedPlace + ` as place
  from rollup.restated as f
  join rollup.metric_dataset as d on d.metric = f.metric
  join rollup.restated_row as r on r.period = f.period and r.dataset = d.dataset
  join rollup.restated_code as c on c.period = r.period and c.dataset = r.dataset and c.row_key = r.row_key
  join run.region as g on g.region_code = f.region_code
  where case
      when f.scope = 'own' or g.level = 'county' then c.code = f.region_code
      when g.level = 'city' then substr(c.code, 1, 4) = substr(f.region_code, 1, 4)
      else substr(c.code, 1, 2) = substr(f.region_code, 1, 2)
    end
),
` + linkedRows + `
select
  f.period, f.figure_id, f.metric, f.span, f.region_code, f.scope, f.old_num, f.old_den, f.old_value, f.new_num, f.new_den, f.new_value,
  case
    when f.definition <> md5(m.sql || m.formula) then 'definition'
    when coalesce(s.late_rows, c.late_rows, l.late_rows, 0) > 0 then 'late_rows'
    when coalesce(s.changed_rows, c.changed_rows) > 0 then 'changed_rows'
    else 'parameters'
  end as cause,
  coalesce(s.late_rows, c.late_rows, l.late_rows, 0) as late_rows,
  coalesce(s.changed_rows, c.changed_rows, 0) as changed_rows,
  coalesce(s.source_rows, c.source_rows, '') as source_rows,
  s.subjects,
  g.city_code
from rollup.restated as f
left join mart.region as g on g.region_code = f.region_code
left join mart.metric as m on m.metric = f.metric
left join rollup.restated_by as s on s.figure_id = f.figure_id
left join counted as c on c.figure_id = f.figure_id
left join late as l on l.period = f.period
order by f.period, m.sort_order, f.figure_id;
drop table rollup.restated;
drop table rollup.metric_dataset;
drop table rollup.changed_row;
drop table rollup.restated_row;
drop table rollup.restate_known;
drop table rollup.restated_code;
drop table rollup.restated_compared;
drop table rollup.restated_firm;
drop table rollup.restated_id;
drop table rollup.closed_evidence;
drop table rollup.restated_subject;
drop table rollup.restated_cause;
drop table rollup.restated_by`
