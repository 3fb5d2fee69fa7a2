-- One row per cap on visits per enterprise and year, as last received by the cut-off.
-- @grain sector, grade, level, effective_from
-- @column sector          监管领域, or * for all
-- @column grade           A to D: risk grade; 1, 2, 3, 0: 标准化等级; * for all
-- @column level           province, city, county, township, or * for all levels together
-- @column max_visits      年度上限
-- @column basis           依据
-- @column effective_from  生效日期
-- @column file_id         file the row was read from
-- @column sheet           sheet of that file, empty for text files
-- @column row_number      row of that sheet or file, as the reader counts them

with repeated as (
  select r.sector, r.grade, r.level, r.effective_from
  from raw.frequency_cap as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'frequency_cap'
  group by r.sector, r.grade, r.level, r.effective_from
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.sector,
    r.grade,
    r.level,
    r.effective_from,
    row_number() over (partition by r.sector, r.grade, r.level, r.effective_from order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.frequency_cap as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'frequency_cap'
  join repeated as k on k.sector = r.sector and k.grade = r.grade and k.level = r.level and k.effective_from = r.effective_from
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, sector, grade, level, effective_from
  from versions
  where version > 1
)
select
  r.sector,
  r.grade,
  r.level,
  r.max_visits,
  r.basis,
  r.effective_from,
  r.file_id,
  r.sheet,
  r.row_number
from raw.frequency_cap as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'frequency_cap'
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.sector = r.sector and o.grade = r.grade and o.level = r.level and o.effective_from = r.effective_from
where o.file_id is null
