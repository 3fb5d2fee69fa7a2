-- One row per enforcement officer, as last received by the cut-off.
-- @grain officer_id
-- @column officer_id       执法证号
-- @column officer_name     姓名
-- @column agency_code      机构代码
-- @column is_professional  是否专业人员
-- @column trained_on       最近轮训日期
-- @column file_id          file the row was read from
-- @column sheet            sheet of that file, empty for text files
-- @column row_number       row of that sheet or file, as the reader counts them

with repeated as (
  select r.officer_id
  from raw.officer as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'officer'
  group by r.officer_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.officer_id,
    row_number() over (partition by r.officer_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.officer as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'officer'
  join repeated as k on k.officer_id = r.officer_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, officer_id
  from versions
  where version > 1
)
select
  r.officer_id,
  r.officer_name,
  r.agency_code,
  r.is_professional,
  r.trained_on,
  r.file_id,
  r.sheet,
  r.row_number
from raw.officer as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'officer'
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.officer_id = r.officer_id
where o.file_id is null
