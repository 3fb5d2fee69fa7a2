-- Visits, hazards and hazards closed, by city and kind of visit, over the whole data.
-- Run: tongbao sql < queries/visits_by_city.sql
select
    r.name as city,
    v.kind,
    count(distinct v.visit_id) as visits,
    count(h.hazard_id) as hazards,
    count(h.closed_on) as closed
from core.visit as v
left join core.hazard as h on h.visit_id = v.visit_id
left join mart.region as r on r.region_code = substr(v.region_code, 1, 4) || '00'
group by r.name, r.sort_order, v.kind
order by r.sort_order, v.kind
