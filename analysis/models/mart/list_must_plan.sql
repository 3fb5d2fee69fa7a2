-- 必列未列: enterprises with a trigger and no plan item in force. One row per period and enterprise.
-- @by uscc
-- @coded region_code, sector
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column sector  its sector; unknown when it is in no register
-- @column triggers  accident, major_hazard, many_hazards, penalty, dishonest, media; ; between
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
select
    p.period, p.period_index, e.region_code, e.city_code, t.uscc, e.enterprise_name, t.sector, t.triggers, e.file_id, e.sheet, e.row_number
from mart.must_plan as t
join run.period as p on p.year = t.year
join mart.enterprise as e on e.uscc = t.uscc
left join mart.enterprise_plan as x on x.period_index = p.period_index and x.uscc = t.uscc
where x.uscc is null
order by p.period_index, e.region_code, t.uscc
