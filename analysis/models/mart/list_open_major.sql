-- Major hazards open on d. One row per period and hazard.
-- @by hazard_id
-- @coded region_code, agency_code
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
with
major as (
    select
        h.hazard_id, h.uscc, h.visit_id, h.region_code, coalesce(h.sector, 'unknown') as sector, h.description, h.found_on, h.due_on, h.file_id, h.sheet, h.row_number,
        quarter_index(h.found_on, r.first_year) as found_q,
        seen_index(h.closed_on, r.cut_off_date, r.first_year) as closed_p
    from core.hazard as h
    cross join run.parameter as r
    where h.severity = 'major' and h.found_on <= r.cut_off_date
),
visited as (
    select
        m.hazard_id, m.uscc, m.visit_id, m.region_code, m.sector, m.description, m.found_on, m.due_on, m.file_id, m.sheet, m.row_number, m.found_q, m.closed_p,
        v.lead_agency
    from core.visit as v
    join major as m on m.visit_id = v.visit_id
)
select
    p.period, p.period_index, h.region_code, coalesce(r.city_code, '') as city_code, h.hazard_id, h.uscc, e.enterprise_name, h.sector, h.visit_id,
    h.lead_agency as agency_code, a.agency_name, h.description, h.found_on, h.due_on,
    days_between(h.found_on, p.d) as days_open,
    later_of(0, coalesce(days_between(h.due_on, p.d), 0)) as days_overdue,
    h.file_id, h.sheet, h.row_number
from visited as h
join run.period as p on h.found_q <= p.period_index and h.closed_p > p.period_index
left join core.agency as a on a.agency_code = h.lead_agency
left join core.enterprise as e on e.uscc = h.uscc
left join mart.region as r on r.region_code = h.region_code
order by p.period_index, h.region_code nulls last, h.found_on, h.hazard_id
