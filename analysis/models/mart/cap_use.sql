-- How much of its cap is used. One row per period, region (cities and province), level, cap and number used.
-- @grain period_index, region_code, level, max_visits, used
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column level  level of agency the cap counts; * counts all visits
-- @column max_visits  visits allowed in a year
-- @column used  visits of the year so far, at most one more than allowed
-- @column enterprises  enterprises with that cap
with
kind as (
    select e.region_code as code, e.sector, coalesce(e.risk_grade, '') as risk_grade, coalesce(e.standard_level, '') as standard_level, cast(count(*) as bigint) as enterprises
    from core.enterprise as e
    where e.status is distinct from 'closed'
    group by e.region_code, e.sector, coalesce(e.risk_grade, ''), coalesce(e.standard_level, '')
),
applies as (
    select r.period_index, k.code, r.level, r.max_visits, cast(sum(k.enterprises) as bigint) as enterprises
    from kind as k
    join mart.cap_rule as r on r.sector = k.sector and r.risk_grade = k.risk_grade and r.standard_level = k.standard_level
    group by r.period_index, k.code, r.level, r.max_visits
),
counted as (
    select s.period_index, s.code, s.level, s.max_visits, earlier_of(s.visits, s.max_visits + 1) as used, cast(count(*) as bigint) as enterprises
    from mart.cap_state as s
    group by s.period_index, s.code, s.level, s.max_visits, earlier_of(s.visits, s.max_visits + 1)
),
use as (
    select period_index, code, level, max_visits, used, enterprises
    from counted
    union all
    select a.period_index, a.code, a.level, a.max_visits, 0, a.enterprises - coalesce(cast(sum(c.enterprises) as bigint), 0)
    from applies as a
    left join counted as c on c.period_index = a.period_index and c.code = a.code and c.level = a.level and c.max_visits = a.max_visits
    group by a.period_index, a.code, a.level, a.max_visits, a.enterprises
)
select
    p.period, x.period_index, g.region_code, x.level, x.max_visits, x.used,
    cast(sum(x.enterprises) as bigint) as enterprises
from use as x
join run.period as p on p.period_index = x.period_index
join mart.region as g on g.level = 'province' and substr(x.code, 1, 2) = substr(g.region_code, 1, 2) or g.level = 'city' and substr(x.code, 1, 4) = substr(g.region_code, 1, 4)
group by p.period, x.period_index, g.region_code, x.level, x.max_visits, x.used
having cast(sum(x.enterprises) as bigint) > 0
order by 2, 3, 4, 5, 6
