-- One row per item of an annual inspection plan, as last received by the cut-off.
-- @grain plan_item_id
-- @by plan_item_id
-- @coded agency_code, class as plan_class, method as plan_method, origin as plan_origin
-- @column plan_item_id     计划编号
-- @column plan_year        年度
-- @column agency_code      检查机构代码
-- @column uscc             统一社会信用代码 of the enterprise to be inspected
-- @column class            key (重点检查) or general (一般检查)
-- @column method           double_random, directed or other
-- @column planned_visits   计划检查次数, at least 1
-- @column scheduled_month  计划月份 1 to 12
-- @column origin           original (原计划) or added (增补)
-- @column approved_on      本级政府批准日期
-- @column filed_on         报备日期
-- @column file_id          file the row was read from
-- @column sheet            sheet of that file, empty for text files
-- @column row_number       row of that sheet or file, as the reader counts them
-- @check planned_visits >= 1: an item plans at least one visit

with repeated as (
  select r.plan_item_id
  from raw.plan_item as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
  group by r.plan_item_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.plan_item_id,
    row_number() over (partition by r.plan_item_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.plan_item as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
  join repeated as k on k.plan_item_id = r.plan_item_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, plan_item_id
  from versions
  where version > 1
)
select
  r.plan_item_id,
  r.plan_year,
  r.agency_code,
  r.uscc,
  r.class,
  r.method,
  coalesce(r.planned_visits, 1) as planned_visits,
  r.scheduled_month,
  coalesce(r.origin, 'original') as origin,
  r.approved_on,
  r.filed_on,
  r.file_id,
  r.sheet,
  r.row_number
from raw.plan_item as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.plan_item_id = r.plan_item_id
where o.file_id is null
