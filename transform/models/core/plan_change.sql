-- One row per change of a plan item, as last received by the cut-off.
-- @grain plan_change_id
-- @by plan_change_id
-- @column plan_change_id  调整编号
-- @column plan_item_id    计划编号
-- @column action          remove (核减) or reschedule (改期)
-- @column reason          suspended, closed, transferred, duplicate or other
-- @column decided_on      决定日期
-- @column reapproved_on   重新报批日期; empty: never re-approved
-- @column new_month       改期后月份
-- @column file_id         file the row was read from
-- @column sheet           sheet of that file, empty for text files
-- @column row_number      row of that sheet or file, as the reader counts them

with repeated as (
  select r.plan_change_id
  from raw.plan_change as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_change'
  group by r.plan_change_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.plan_change_id,
    row_number() over (partition by r.plan_change_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.plan_change as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_change'
  join repeated as k on k.plan_change_id = r.plan_change_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, plan_change_id
  from versions
  where version > 1
)
select
  r.plan_change_id,
  r.plan_item_id,
  r.action,
  r.reason,
  r.decided_on,
  r.reapproved_on,
  r.new_month,
  r.file_id,
  r.sheet,
  r.row_number
from raw.plan_change as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_change'
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.plan_change_id = r.plan_change_id
where o.file_id is null
