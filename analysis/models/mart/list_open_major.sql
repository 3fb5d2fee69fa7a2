-- Major hazards open on d. One row per period and hazard.
-- @by hazard_id
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column hazard_id  the hazard
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column sector  its sector; unknown when it is in no register
-- @column visit_id  visit
-- @column agency_code  agency
-- @column agency_name  its name
-- @column description  as described
-- @column found_on  found
-- @column due_on  due
-- @column days_open  days since it was found
-- @column days_overdue  days since it was due; 0 when not yet, or without a due date
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
select
    p.period, p.period_index, h.code as region_code, coalesce(r.city_code, '') as city_code, h.hazard_id, x.uscc, e.enterprise_name, h.sector, x.visit_id,
    v.lead_agency as agency_code, a.agency_name, x.description, x.found_on, x.due_on,
    days_between(x.found_on, p.d) as days_open,
    later_of(0, coalesce(days_between(x.due_on, p.d), 0)) as days_overdue,
    x.file_id, x.sheet, x.row_number
from mart.hazard_index as h
join run.period as p on h.found_q <= p.period_index and h.closed_p > p.period_index
join core.hazard as x on x.hazard_id = h.hazard_id
join core.visit as v on v.visit_id = x.visit_id
left join core.agency as a on a.agency_code = v.lead_agency
left join core.enterprise as e on e.uscc = x.uscc
left join mart.region as r on r.region_code = h.code
where h.severity = 'major'
order by p.period_index, h.code nulls last, x.found_on, h.hazard_id
