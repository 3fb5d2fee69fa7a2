-- Enterprises as labels and lists need them. One row per enterprise in the register.
-- @by uscc
-- @coded region_code, sector, risk_grade, standard_level, status as enterprise_status
-- @zstd enterprise_name
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column region_code  its region
-- @column city_code  city it belongs to; empty for the province itself
-- @column sector  its sector; unknown when it is in no register
-- @column risk_grade  its risk grade
-- @column standard_level  level of standardisation
-- @column is_key_unit  危险性较大重点单位
-- @column status  active, suspended or closed
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
claim as (
    select
        c.uscc, c.file_id, c.sheet, c.row_number,
        row_number() over (partition by c.uscc order by c.regulator_code) as place
    from core.enterprise_claim as c
)
select
    e.uscc,
    e.enterprise_name,
    e.region_code,
    coalesce(r.city_code, '') as city_code,
    e.sector,
    e.risk_grade,
    e.standard_level,
    e.is_key_unit,
    e.status,
    c.file_id,
    c.sheet,
    c.row_number
from core.enterprise as e
join claim as c on c.uscc = e.uscc and c.place = 1
left join mart.region as r on r.region_code = e.region_code
