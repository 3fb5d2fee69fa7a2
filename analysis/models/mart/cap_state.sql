-- Enterprises visited this year against the cap that applies to them, as seen on every d.
-- One row per period, enterprise and level a cap is set for, with at least one counted visit.
-- @by uscc
-- @coded code as region_code, sector, level
-- @column period_index   the period
-- @column uscc           enterprise, known and not closed
-- @column code           its region
-- @column sector         its sector
-- @column level          level of agency the cap counts; * counts all visits
-- @column max_visits     visits allowed in a year
-- @column visits         non-exempt visits started in the year so far
with
by_level as (
    select uscc, level, started_q
    from mart.visit_index
    where not is_exempt and is_known_enterprise and agency_count = 1
    union all
    select v.uscc, a.level, v.started_q
    from core.visit_agency as a
    join mart.visit_index as v on v.visit_id = a.visit_id
    where not v.is_exempt and v.is_known_enterprise and v.agency_count > 1 and a.is_known
    group by v.visit_id, v.uscc, a.level, v.started_q
),
counted as (
    select v.uscc, '*' as level, v.started_q, cast(count(*) as bigint) as visits
    from mart.visit_index as v
    where not v.is_exempt and v.is_known_enterprise
    group by v.uscc, v.started_q
    union all
    select v.uscc, v.level, v.started_q, cast(count(*) as bigint)
    from by_level as v
    where v.level in (select level from mart.cap_rule)
    group by v.uscc, v.level, v.started_q
),
-- Visits of a year by the end of each of its quarters: one row per year, where a group per quarter would be three times as many.
yearly as (
    select
        uscc, level,
        int_div(started_q, 4) * 4 as year_p,
        cast(sum(case when started_q <= int_div(started_q, 4) * 4 then visits else 0 end) as bigint) as visits_1,
        cast(sum(case when started_q <= int_div(started_q, 4) * 4 + 1 then visits else 0 end) as bigint) as visits_2,
        cast(sum(case when started_q <= int_div(started_q, 4) * 4 + 2 then visits else 0 end) as bigint) as visits_3,
        cast(sum(visits) as bigint) as visits_4
    from counted
    where started_q >= 0
    group by uscc, level, int_div(started_q, 4) * 4
),
capped as (
    select
        r.period_index, y.uscc, e.region_code as code, e.sector, y.level, r.max_visits,
        case r.period_index - y.year_p when 0 then y.visits_1 when 1 then y.visits_2 when 2 then y.visits_3 else y.visits_4 end as visits
    from yearly as y
    join core.enterprise as e on e.uscc = y.uscc
    join mart.cap_rule as r on int_div(r.period_index, 4) * 4 = y.year_p and r.level = y.level and r.sector = e.sector
        and r.risk_grade = coalesce(e.risk_grade, '') and r.standard_level = coalesce(e.standard_level, '')
    where e.status is distinct from 'closed'
)
select period_index, uscc, code, sector, level, max_visits, visits
from capped
where visits > 0
