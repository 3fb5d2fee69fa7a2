-- 未检重点企业: key units, not closed, without a non-review visit in the year so far. One row per period and enterprise.
-- @by uscc
-- @coded region_code, sector, risk_grade
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column sector  its sector; unknown when it is in no register
-- @column risk_grade  its risk grade
-- @column planned_items  plan items in force
-- @column last_visit_on  last non-review visit up to d; empty when there was none
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
select
    p.period, p.period_index, e.region_code, e.city_code, e.uscc, e.enterprise_name, e.sector, e.risk_grade,
    coalesce(x.items, 0) as planned_items,
    v.last_on as last_visit_on,
    e.file_id, e.sheet, e.row_number
from mart.enterprise as e
cross join run.period as p
left join mart.last_visit as v on v.uscc = e.uscc and v.from_p <= p.period_index and v.until_p > p.period_index
left join mart.enterprise_plan as x on x.period_index = p.period_index and x.uscc = e.uscc
where e.is_key_unit and e.status is distinct from 'closed' and coalesce(v.from_p, -9999) < int_div(p.period_index, 4) * 4
order by p.period_index, e.region_code, e.uscc
