-- One row per enterprise and agency that claims it (监管对象名录), as last received by the cut-off. Two agencies listing the same
-- enterprise is a finding, not an error.
-- @grain uscc, regulator_code
-- @by uscc
-- @coded region_code, sector, risk_grade, standard_level, status as enterprise_status
-- @zstd enterprise_name, address
-- @column uscc             统一社会信用代码, or a legacy code kept as it is
-- @column regulator_code   监管主体: code of the agency, in the register of agencies or not
-- @column enterprise_name  企业名称
-- @column region_code      所在地行政区划代码, as in force now
-- @column address          地址
-- @column industry_code    行业代码 (GB/T 4754-2017)
-- @column sector           监管领域: coal_mine, mine, hazchem, fireworks, metallurgy, industry_trade, other
-- @column risk_grade       风险等级 A to D
-- @column standard_level   标准化等级 1, 2, 3, or 0 for none
-- @column is_key_unit      危险性较大重点单位
-- @column status           active, suspended or closed
-- @column listed_on        列入名录日期
-- @column file_id          file the row was read from
-- @column sheet            sheet of that file, empty for text files
-- @column row_number       row of that sheet or file, as the reader counts them

with repeated as (
  select r.uscc, r.regulator_code
  from raw.enterprise as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
  group by r.uscc, r.regulator_code
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.uscc,
    r.regulator_code,
    row_number() over (partition by r.uscc, r.regulator_code order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.enterprise as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
  join repeated as k on k.uscc = r.uscc and k.regulator_code = r.regulator_code
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, uscc, regulator_code
  from versions
  where version > 1
)
select
  r.uscc,
  r.regulator_code,
  r.enterprise_name,
  coalesce(a.region_code, r.region_code) as region_code,
  r.address,
  r.industry_code,
  r.sector,
  r.risk_grade,
  r.standard_level,
  r.is_key_unit,
  r.status,
  r.listed_on,
  r.file_id,
  r.sheet,
  r.row_number
from raw.enterprise as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
left join run.region_alias as a on a.old_code = r.region_code
left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.uscc = r.uscc and o.regulator_code = r.regulator_code
where o.file_id is null
