-- One row per credit event, as last received by the cut-off.
-- @grain credit_event_id
-- @by credit_event_id
-- @column credit_event_id  信用事件编号
-- @column uscc             统一社会信用代码
-- @column kind             dishonest, blacklist, media or pledge
-- @column started_on       开始日期
-- @column ended_on         结束日期
-- @column file_id          file the row was read from
-- @column sheet            sheet of that file, empty for text files
-- @column row_number       row of that sheet or file, as the reader counts them

with repeated as (
  select r.credit_event_id
  from raw.credit_event as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'credit_event'
  group by r.credit_event_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.credit_event_id,
    row_number() over (partition by r.credit_event_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.credit_event as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'credit_event'
  join repeated as k on k.credit_event_id = r.credit_event_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, credit_event_id
  from versions
  where version > 1
)
select
  r.credit_event_id,
  r.uscc,
  r.kind,
  r.started_on,
  r.ended_on,
  r.file_id,
  r.sheet,
  r.row_number
from raw.credit_event as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'credit_event'
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.credit_event_id = r.credit_event_id
where o.file_id is null
