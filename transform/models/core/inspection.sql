-- One row per inspection, as last received by the cut-off, with the visit it belongs to and what is wrong with it.
-- A visit is: the rows of one enterprise with the same joint_task_id; of the others the rows of the same enterprise, agency,
-- kind and plan_item_id, by (started_on, inspection_id), as long as each starts at most a day after the latest end so far
-- (an open row ends on its start).
-- @grain inspection_id
-- @by inspection_id
-- @coded agency_code, kind as inspection_kind, region_code
-- @virtual visit_id = coalesce(first_inspection_id, inspection_id)
-- @column inspection_id          检查编号
-- @column uscc                   统一社会信用代码
-- @column agency_code            检查机构代码
-- @column plan_item_id           计划编号 it names
-- @column kind                   检查类型
-- @column joint_task_id          联合检查编号
-- @column started_on             检查开始日期
-- @column ended_on               检查结束日期; empty: still open, or before the start
-- @column officers               执法人员 (证号), ;-separated
-- @column items                  检查项编码, ;-separated
-- @column filed_at               入企备案时间
-- @column entered_at             系统录入时间
-- @column disclosed_on           结果公示日期
-- @column visit_id               visit it belongs to
-- @column first_inspection_id    smallest inspection_id of its visit; empty where that is its own
-- @column visit_inspections      inspections of that visit
-- @column region_code            region of its agency; empty when the agency is unknown
-- @column is_end_before_start    flag: it ended before it started (the end is then read as empty)
-- @column is_unknown_agency      flag: the agency is in no register
-- @column is_unknown_enterprise  flag: the enterprise is in no register
-- @column is_bad_plan_item       flag: the plan item it names does not exist or has another enterprise or agency
-- @column is_after_cut_off       flag: it starts, ends or is disclosed after the day of the cut-off
-- @column flag_count             flags it has
-- @column file_id                file the row was read from
-- @column sheet                  sheet of that file, empty for text files
-- @column row_number             row of that sheet or file, as the reader counts them
-- @check ended_on is null or ended_on >= started_on: no inspection ends before it starts
-- @check visit_id <= inspection_id: a visit bears the smallest id of its rows

with repeated as (
  select r.inspection_id
  from raw.inspection as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'inspection'
  group by r.inspection_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.inspection_id,
    row_number() over (partition by r.inspection_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.inspection as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'inspection'
  join repeated as k on k.inspection_id = r.inspection_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, inspection_id
  from versions
  where version > 1
),
spans as (
  select
    r.inspection_id,
    r.uscc,
    r.agency_code,
    r.kind,
    coalesce(r.plan_item_id, '') as plan_item_id,
    coalesce(r.joint_task_id, '') as joint_task_id,
    r.started_on,
    case when r.ended_on >= r.started_on then r.ended_on else r.started_on end as busy_until
  from raw.inspection as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'inspection'
  left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.inspection_id = r.inspection_id
  where o.file_id is null
),
joint_visits as (
  select uscc, joint_task_id, min(inspection_id) as visit_id, count(*) as visit_inspections
  from spans
  where joint_task_id <> ''
  group by uscc, joint_task_id
),
joint_members as (
  select s.inspection_id, j.visit_id, j.visit_inspections
  from spans as s
  join joint_visits as j on j.uscc = s.uscc and j.joint_task_id = s.joint_task_id
  where j.visit_inspections > 1
),
-- Its smallest id stands for the four texts of a series where rows are put in order.
series as (
  select uscc, agency_code, kind, plan_item_id, min(inspection_id) as series
  from spans
  where joint_task_id = ''
  group by uscc, agency_code, kind, plan_item_id
  having count(*) > 1
),
reached as (
  select
    c.series,
    s.inspection_id,
    s.started_on,
    max(s.busy_until) over (partition by c.series order by s.started_on, s.inspection_id rows between unbounded preceding and 1 preceding) as reached_on
  from spans as s
  join series as c on c.uscc = s.uscc and c.agency_code = s.agency_code and c.kind = s.kind and c.plan_item_id = s.plan_item_id
  where s.joint_task_id = ''
),
-- Few series have a visit of several inspections.
continued as (
  select distinct series
  from reached
  where started_on <= add_days(reached_on, 1)
),
numbered as (
  select
    r.series,
    r.inspection_id,
    cast(sum(case when r.reached_on is null or r.started_on > add_days(r.reached_on, 1) then 1 else 0 end) over (
      partition by r.series order by r.started_on, r.inspection_id rows between unbounded preceding and current row
    ) as bigint) as place
  from reached as r
  join continued as c on c.series = r.series
),
series_visits as (
  select series, place, min(inspection_id) as visit_id, count(*) as visit_inspections
  from numbered
  group by series, place
  having count(*) > 1
),
members as (
  select inspection_id, visit_id, visit_inspections
  from joint_members
  union all
  select n.inspection_id, v.visit_id, v.visit_inspections
  from numbered as n
  join series_visits as v on v.series = n.series and v.place = n.place
),
judged as (
  select
    r.inspection_id,
    r.uscc,
    r.agency_code,
    r.plan_item_id,
    r.kind,
    r.joint_task_id,
    r.started_on,
    case when r.ended_on >= r.started_on then r.ended_on end as ended_on,
    r.officers,
    r.items,
    r.filed_at,
    r.entered_at,
    r.disclosed_on,
    nullif(m.visit_id, r.inspection_id) as first_inspection_id,
    coalesce(m.visit_inspections, 1) as visit_inspections,
    a.region_code,
    coalesce(r.ended_on < r.started_on, false) as is_end_before_start,
    a.agency_code is null as is_unknown_agency,
    e.uscc is null as is_unknown_enterprise,
    r.plan_item_id is not null and i.plan_item_id is null as is_bad_plan_item,
    r.started_on > p.cut_off_date or coalesce(r.ended_on > p.cut_off_date, false) or coalesce(r.disclosed_on > p.cut_off_date, false) as is_after_cut_off,
    r.file_id,
    r.sheet,
    r.row_number
  from raw.inspection as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'inspection'
  cross join run.parameter as p
  left join members as m on m.inspection_id = r.inspection_id
  left join core.agency as a on a.agency_code = r.agency_code
  left join core.enterprise as e on e.uscc = r.uscc
  left join core.plan_item as i on i.plan_item_id = r.plan_item_id and i.uscc = r.uscc and i.agency_code = r.agency_code
  left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.inspection_id = r.inspection_id
  where o.file_id is null
)
select
  inspection_id,
  uscc,
  agency_code,
  plan_item_id,
  kind,
  joint_task_id,
  started_on,
  ended_on,
  officers,
  items,
  filed_at,
  entered_at,
  disclosed_on,
  first_inspection_id,
  visit_inspections,
  region_code,
  is_end_before_start,
  is_unknown_agency,
  is_unknown_enterprise,
  is_bad_plan_item,
  is_after_cut_off,
  cast(is_end_before_start as integer) + cast(is_unknown_agency as integer) + cast(is_unknown_enterprise as integer)
    + cast(is_bad_plan_item as integer) + cast(is_after_cut_off as integer) as flag_count,
  file_id,
  sheet,
  row_number
from judged
