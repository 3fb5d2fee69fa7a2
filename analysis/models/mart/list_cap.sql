-- 频次上限 突破, 用尽, 预警: enterprises that have been visited as often as a cap allows, or nearly. One row per period, enterprise and level a cap is set for.
-- @by uscc
-- @view
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column sector  its sector; unknown when it is in no register
-- @column grade  grade the cap is for
-- @column level  level of agency the cap counts; * counts all visits
-- @column max_visits  visits allowed in a year
-- @column visits  visits of the year so far
-- @column state  over, used_up, or near: one left
-- @column basis  where it is from
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
select
    p.period, p.period_index, e.region_code, e.city_code, s.uscc, e.enterprise_name, s.sector, r.grade, s.level, s.max_visits, s.visits,
    case when s.visits > s.max_visits then 'over' when s.visits = s.max_visits then 'used_up' else 'near' end as state,
    r.basis,
    e.file_id, e.sheet, e.row_number
from mart.cap_state as s
join run.period as p on p.period_index = s.period_index
join mart.enterprise as e on e.uscc = s.uscc
join core.enterprise as k on k.uscc = s.uscc
join mart.cap_rule as r on r.period_index = s.period_index and r.level = s.level and r.sector = k.sector
    and r.risk_grade = coalesce(k.risk_grade, '') and r.standard_level = coalesce(k.standard_level, '')
where s.visits >= s.max_visits or s.visits = s.max_visits - 1 and s.max_visits >= 2
order by p.period_index, e.region_code, s.uscc, s.level
