-- Regions, in administrative order. One row per region.
-- @grain region_code
-- @column region_code  GB/T 2260 code
-- @column region_name  its name
-- @column short_name  without 省, 市, 地区
-- @column level  province, city or county
-- @column parent_code  region above
-- @column city_code  its city; empty for the province
-- @column sort_order  administrative order
select
    r.region_code,
    r.name as region_name,
    case
        when r.level = 'county' or length(r.name) <= 2 then r.name
        when r.name like '%地区' then substr(r.name, 1, length(r.name) - 2)
        when r.name like '%省' or r.name like '%市' then substr(r.name, 1, length(r.name) - 1)
        else r.name
    end as short_name,
    r.level,
    r.parent_code,
    case r.level when 'province' then '' when 'city' then r.region_code else coalesce(r.parent_code, '') end as city_code,
    r.sort_order
from run.region as r
order by r.sort_order
