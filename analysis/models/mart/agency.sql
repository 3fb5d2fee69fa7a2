-- Agencies as labels need them. One row per agency.
-- @grain agency_code
-- @column agency_code  agency
-- @column agency_name  its name
-- @column level  level of agency
-- @column region_code  its region
-- @column city_code  city it belongs to; empty for the province itself
-- @column officers  执法人员数
select
    a.agency_code, a.agency_name, a.level, a.region_code, coalesce(r.city_code, '') as city_code, a.officers
from core.agency as a
left join mart.region as r on r.region_code = a.region_code
order by a.agency_code
