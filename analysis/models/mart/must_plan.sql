-- Enterprises that a year's plan must hold, with what triggers it.
-- One row per enterprise and year that has a period.
-- @grain uscc, year
-- @by uscc
-- @coded code as region_code, sector
-- @column uscc          enterprise, known and not closed
-- @column code          its region
-- @column sector        its sector
-- @column year          year of the plan
-- @column triggers      accident, major_hazard, many_hazards, penalty, dishonest, media; `;` between
with
year as (
    select distinct year
    from run.period
),
accident as (
    select distinct a.uscc, y.year
    from core.accident as a
    join year as y on year(a.occurred_on) between y.year - 3 and y.year - 1
    where a.fatalities >= 1
),
hazard as (
    select uscc, year(found_on) + 1 as year, severity, cast(count(*) as bigint) as hazards
    from core.hazard
    where uscc is not null
    group by uscc, year(found_on) + 1, severity
),
penalty as (
    select distinct uscc, year(decided_on) + 1 as year
    from core.penalty
),
dishonest as (
    select distinct c.uscc, y.year
    from core.credit_event as c
    join year as y on year(c.started_on) < y.year and (c.ended_on is null or year(c.ended_on) >= y.year - 1)
    where c.kind = 'dishonest'
),
media as (
    select distinct uscc, year(started_on) + 1 as year
    from core.credit_event
    where kind = 'media'
),
found as (
    select uscc, year, 1 as place, 'accident' as reason from accident
    union all
    select uscc, year, 2, 'major_hazard' from hazard where severity = 'major'
    union all
    select h.uscc, h.year, 3, 'many_hazards' from hazard as h cross join run.parameter as r where h.severity = 'general' and h.hazards >= r.many_hazards
    union all
    select uscc, year, 4, 'penalty' from penalty
    union all
    select uscc, year, 5, 'dishonest' from dishonest
    union all
    select uscc, year, 6, 'media' from media
),
joined as (
    select
        uscc, year,
        max(case when place = 1 then reason || ';' else '' end) || max(case when place = 2 then reason || ';' else '' end)
            || max(case when place = 3 then reason || ';' else '' end) || max(case when place = 4 then reason || ';' else '' end)
            || max(case when place = 5 then reason || ';' else '' end) || max(case when place = 6 then reason || ';' else '' end) as triggers
    from found
    group by uscc, year
)
select
    j.uscc,
    e.region_code as code,
    e.sector,
    j.year,
    substr(j.triggers, 1, length(j.triggers) - 1) as triggers
from joined as j
join year as y on y.year = j.year
join core.enterprise as e on e.uscc = j.uscc
where e.status is distinct from 'closed'
