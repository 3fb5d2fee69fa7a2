-- Visits as the metrics count them: event dates as period indices, and what a visit's hazards and penalties say about it.
-- One row per visit that has started by the cut-off.
-- @by visit_id
-- @coded code as region_code, enterprise_code as region_code, sector, risk_grade, level, kind as inspection_kind, levels as level_set
-- @column visit_id            the visit
-- @column uscc                enterprise visited
-- @column code                region of the lead agency; empty when no agency is known
-- @column enterprise_code     region of the enterprise; empty when it is in no register
-- @column sector              sector of the enterprise; unknown when it is in no register
-- @column risk_grade          risk grade of the enterprise; none when it has none
-- @column level               level of the lead agency; unknown when no agency is known
-- @column kind                kind of inspection
-- @column is_review           kind 复查
-- @column is_exempt           kind that never makes a duplicate
-- @column is_known_enterprise the enterprise is in the register
-- @column started_on          first day
-- @column ended_on            last day; empty while open
-- @column started_q           index of the quarter it started in
-- @column ended_q             index of the quarter it ended in; 9999 while open
-- @column ended_p             first period on whose d it has ended
-- @column agencies            agency codes, `;` between
-- @column levels              levels of the known agencies, highest first, `;` between; empty when none is known
-- @column level_mask          1 province, 2 city, 4 county, 8 township; the known agencies' sum
-- @column agency_count        agencies, known or not
-- @column officer_count       officers
-- @column is_day_off          started on a day off
-- @column is_filed            filed on or before the day it started
-- @column is_by_regulator     an agency of the visit has the enterprise in its register
-- @column entry_p             first period on whose d the limit for entering it has passed; 9999 while open
-- @column is_entered          entered by that limit
-- @column disclosure_p        first period on whose d the limit for disclosing it has passed; 9999 while open
-- @column is_disclosed        disclosed by that limit
-- @column visit_number        place among the enterprise's non-review visits by start and id, from 1; empty for a review
-- @column hazard_p            first period on whose d a hazard of it is found; 9999 for none
-- @column hazards             hazards found in it by the cut-off
-- @column majors              the major ones
-- @column penalty_p           first period on whose d a penalty naming one of its inspections is decided; 9999 for none
-- @column file_id             file of the row whose id it bears
-- @column sheet               sheet of that file
-- @column row_number          row of that sheet or file
with
parameter as (
    select cut_off_date, first_year, entry_days, inspection_disclosure_days
    from run.parameter
),
ended as (
    select
        c.day,
        entry.day as entry_limit,
        disclosure.day as disclosure_limit
    from run.calendar as c
    cross join parameter as r
    left join run.calendar as entry on entry.workday_index = c.workday_index + r.entry_days and entry.is_workday
    left join run.calendar as disclosure on disclosure.workday_index = c.workday_index + r.inspection_disclosure_days and disclosure.is_workday
),
hazard as (
    select
        h.visit_id,
        min(seen_index(h.found_on, r.cut_off_date, r.first_year)) as hazard_p,
        cast(count(*) as bigint) as hazards,
        cast(sum(case when h.severity = 'major' then 1 else 0 end) as bigint) as majors
    from core.hazard as h
    cross join parameter as r
    where h.visit_id is not null and h.found_on <= r.cut_off_date
    group by h.visit_id
),
penalty as (
    select
        p.visit_id,
        min(seen_index(p.decided_on, r.cut_off_date, r.first_year)) as penalty_p
    from core.penalty as p
    cross join parameter as r
    where p.visit_id is not null
    group by p.visit_id
),
numbered as (
    select v.visit_id, row_number() over (partition by v.uscc order by v.started_on, v.visit_id) as visit_number
    from core.visit as v
    cross join parameter as r
    where v.started_on <= r.cut_off_date and not v.is_review
)
select
    v.visit_id,
    v.uscc,
    v.region_code as code,
    e.region_code as enterprise_code,
    coalesce(e.sector, 'unknown') as sector,
    coalesce(e.risk_grade, 'none') as risk_grade,
    coalesce(a.level, 'unknown') as level,
    v.kind,
    v.is_review,
    v.is_exempt,
    v.is_known_enterprise,
    v.started_on,
    v.ended_on,
    quarter_index(v.started_on, r.first_year) as started_q,
    coalesce(quarter_index(v.ended_on, r.first_year), 9999) as ended_q,
    seen_index(v.ended_on, r.cut_off_date, r.first_year) as ended_p,
    v.agencies,
    v.levels,
    v.level_mask,
    v.agency_count,
    v.officer_count,
    not coalesce(c.is_workday, true) as is_day_off,
    coalesce(cast(v.filed_at as date) <= v.started_on, false) as is_filed,
    set_shared(v.agencies, e.regulators) > 0 as is_by_regulator,
    seen_index(l.entry_limit, r.cut_off_date, r.first_year) as entry_p,
    coalesce(cast(v.entered_at as date) <= l.entry_limit, false) as is_entered,
    seen_index(l.disclosure_limit, r.cut_off_date, r.first_year) as disclosure_p,
    coalesce(v.disclosed_on <= l.disclosure_limit, false) as is_disclosed,
    n.visit_number,
    coalesce(h.hazard_p, 9999) as hazard_p,
    coalesce(h.hazards, 0) as hazards,
    coalesce(h.majors, 0) as majors,
    coalesce(p.penalty_p, 9999) as penalty_p,
    v.file_id,
    v.sheet,
    v.row_number
from core.visit as v
cross join parameter as r
left join core.enterprise as e on e.uscc = v.uscc
left join core.agency as a on a.agency_code = v.lead_agency
left join run.calendar as c on c.day = v.started_on
left join ended as l on l.day = v.ended_on
left join numbered as n on n.visit_id = v.visit_id
left join hazard as h on h.visit_id = v.visit_id
left join penalty as p on p.visit_id = v.visit_id
where v.started_on <= r.cut_off_date
