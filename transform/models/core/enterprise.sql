-- One row per enterprise of the register. Its attributes are those of the claim with the smallest regulator_code; its
-- regulators are all that claim it. An enterprise with such a row is known.
-- @grain uscc
-- @by uscc
-- @coded region_code, sector, risk_grade, standard_level, status as enterprise_status
-- @zstd enterprise_name, match_key, address
-- @column uscc              统一社会信用代码
-- @column enterprise_name   企业名称, as written
-- @column match_key         the name folded for comparison: half-width, lower case, brackets alike, 有限责任公司 as 有限公司, no blanks
-- @column region_code       所在地行政区划代码
-- @column address           地址
-- @column industry_code     行业代码
-- @column sector            监管领域
-- @column risk_grade        风险等级 A to D
-- @column standard_level    标准化等级 1, 2, 3, or 0 for none
-- @column is_key_unit       危险性较大重点单位; an empty cell is no
-- @column status            active, suspended or closed
-- @column listed_on         列入名录日期
-- @column regulators        codes of all agencies that claim it, by code
-- @column regulator_count   how many
-- @column has_valid_code    the code has 18 characters of the alphabet and the right check character
-- @column file_id           file of the claim the attributes come from
-- @column sheet             its sheet
-- @column row_number        its row
-- @check regulator_count >= 1: a known enterprise is claimed by somebody

with claimed as (
  select
    uscc,
    min(regulator_code) as first_regulator,
    count(*) as regulator_count
  from core.enterprise_claim
  group by uscc
),
several as (
  select
    e.uscc,
    text_join(array_agg(e.regulator_code order by e.regulator_code), ';') as regulators
  from core.enterprise_claim as e
  join claimed as c on c.uscc = e.uscc and c.regulator_count > 1
  group by e.uscc
),
weighed as (
  select
    uscc,
    case
      when regex_match(uscc, '^[0-9A-HJ-NPQRTUWXY]{18}$') then
        (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 1, 1)) - 1) * 1
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 2, 1)) - 1) * 3
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 3, 1)) - 1) * 9
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 4, 1)) - 1) * 27
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 5, 1)) - 1) * 19
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 6, 1)) - 1) * 26
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 7, 1)) - 1) * 16
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 8, 1)) - 1) * 17
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 9, 1)) - 1) * 20
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 10, 1)) - 1) * 29
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 11, 1)) - 1) * 25
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 12, 1)) - 1) * 13
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 13, 1)) - 1) * 8
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 14, 1)) - 1) * 24
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 15, 1)) - 1) * 10
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 16, 1)) - 1) * 30
        + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(uscc, 17, 1)) - 1) * 28
    end as weight
  from claimed
),
judged as (
  select
    uscc,
    weight is not null
      and substr('0123456789ABCDEFGHJKLMNPQRTUWXY', cast(mod(31 - mod(coalesce(weight, 0), 31), 31) + 1 as bigint), 1) = substr(uscc, 18, 1) as has_valid_code
  from weighed
)
select
  e.uscc,
  e.enterprise_name,
  case when regex_match(e.enterprise_name, '^[一-龥]*$') then replace(e.enterprise_name, '有限责任公司', '有限公司') else lower(replace(replace(translate(
    e.enterprise_name,
    '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ（）【】〔〕［］〈〉＜＞《》{}[]<>－＆．，　',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz()()()()()()()()()()-&., '
  ), '有限责任公司', '有限公司'), ' ', '')) end as match_key,
  e.region_code,
  e.address,
  e.industry_code,
  e.sector,
  e.risk_grade,
  e.standard_level,
  coalesce(e.is_key_unit, false) as is_key_unit,
  e.status,
  e.listed_on,
  coalesce(l.regulators, c.first_regulator) as regulators,
  c.regulator_count,
  j.has_valid_code,
  e.file_id,
  e.sheet,
  e.row_number
from claimed as c
join core.enterprise_claim as e on e.uscc = c.uscc and e.regulator_code = c.first_regulator
join judged as j on j.uscc = c.uscc
left join several as l on l.uscc = c.uscc
