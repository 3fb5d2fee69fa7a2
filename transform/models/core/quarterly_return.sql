-- One row per submission of a quarterly return; all numbers are cumulative from 1 January. Which submission counts is the metric's
-- business.
-- @grain region_code, period, submitted_at, file_id, row_number
-- @column region_code        行政区划代码, as in force now
-- @column period             期间, as 2020Q1
-- @column submitted_at       上报时间
-- @column planned            计划数
-- @column completed          完成数
-- @column inspected          检查家次
-- @column hazards_found      发现隐患数
-- @column hazards_rectified  已整改隐患数
-- @column penalties          处罚次数
-- @column fines_yuan         罚款金额, yuan
-- @column file_id            file the row was read from
-- @column sheet              sheet of that file, empty for text files
-- @column row_number         row of that sheet or file, as the reader counts them

with repeated as (
  select r.region_code, r.period, r.submitted_at
  from raw.quarterly_return as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'quarterly_return'
  group by r.region_code, r.period, r.submitted_at
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.region_code,
    r.period,
    r.submitted_at,
    row_number() over (partition by r.region_code, r.period, r.submitted_at order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.quarterly_return as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'quarterly_return'
  join repeated as k on k.region_code = r.region_code and k.period = r.period and k.submitted_at = r.submitted_at
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, region_code, period, submitted_at
  from versions
  where version > 1
)
select
  coalesce(a.region_code, r.region_code) as region_code,
  r.period,
  r.submitted_at,
  r.planned,
  r.completed,
  r.inspected,
  r.hazards_found,
  r.hazards_rectified,
  r.penalties,
  r.fines_yuan,
  r.file_id,
  r.sheet,
  r.row_number
from raw.quarterly_return as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'quarterly_return'
left join run.region_alias as a on a.old_code = r.region_code
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.region_code = r.region_code and o.period = r.period and o.submitted_at = r.submitted_at
where o.file_id is null
