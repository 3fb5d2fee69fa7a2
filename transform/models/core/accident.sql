-- One row per accident, as last received by the cut-off.
-- @grain accident_id
-- @by accident_id
-- @column accident_id  事故编号
-- @column uscc         统一社会信用代码
-- @column occurred_on  发生日期
-- @column fatalities   死亡人数
-- @column injuries     受伤人数
-- @column file_id      file the row was read from
-- @column sheet        sheet of that file, empty for text files
-- @column row_number   row of that sheet or file, as the reader counts them

with repeated as (
  select r.accident_id
  from raw.accident as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'accident'
  group by r.accident_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.accident_id,
    row_number() over (partition by r.accident_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.accident as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'accident'
  join repeated as k on k.accident_id = r.accident_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, accident_id
  from versions
  where version > 1
)
select
  r.accident_id,
  r.uscc,
  r.occurred_on,
  r.fatalities,
  r.injuries,
  r.file_id,
  r.sheet,
  r.row_number
from raw.accident as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'accident'
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.accident_id = r.accident_id
where o.file_id is null
