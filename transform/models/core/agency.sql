-- One row per enforcement agency, as last received by the cut-off.
-- @grain agency_code
-- @column agency_code  机构代码
-- @column agency_name  机构名称
-- @column level        province, city, county or township
-- @column region_code  所属行政区划代码; a code no longer in force is replaced by the one that took its place
-- @column parent_code  上级机构代码
-- @column officers     执法人员数
-- @column file_id      file the row was read from
-- @column sheet        sheet of that file, empty for text files
-- @column row_number   row of that sheet or file, as the reader counts them

with repeated as (
  select r.agency_code
  from raw.agency as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'agency'
  group by r.agency_code
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.agency_code,
    row_number() over (partition by r.agency_code order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.agency as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'agency'
  join repeated as k on k.agency_code = r.agency_code
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, agency_code
  from versions
  where version > 1
)
select
  r.agency_code,
  r.agency_name,
  r.level,
  coalesce(a.region_code, r.region_code) as region_code,
  r.parent_code,
  r.officers,
  r.file_id,
  r.sheet,
  r.row_number
from raw.agency as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'agency'
left join run.region_alias as a on a.old_code = r.region_code
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.agency_code = r.agency_code
where o.file_id is null
