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
    from mart.visit_index as v
    join core.visit_agency as a on a.visit_id = v.visit_id
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
so_far as (
    select p.period_index, c.uscc, c.level, cast(sum(c.visits) as bigint) as visits
    from counted as c
    join run.period as p on int_div(p.period_index, 4) = int_div(c.started_q, 4) and p.period_index >= c.started_q
    where c.started_q >= 0
    group by p.period_index, c.uscc, c.level
)
select
    s.period_index,
    s.uscc,
    e.region_code as code,
    e.sector,
    s.level,
    r.max_visits,
    s.visits
from so_far as s
join core.enterprise as e on e.uscc = s.uscc
join mart.cap_rule as r on r.period_index = s.period_index and r.level = s.level and r.sector = e.sector
    and r.risk_grade = coalesce(e.risk_grade, '') and r.standard_level = coalesce(e.standard_level, '')
where e.status is distinct from 'closed'
