-- What has become of the caps that apply to an enterprise, as seen on every d.
-- One row per enterprise that is not closed and stretch of periods in which caps apply to it; of an enterprise that ever reached one, a row per period.
-- @by uscc
-- @view
-- @column uscc         enterprise
-- @column code         its region
-- @column sector       its sector
-- @column risk_grade   its risk grade; none when it has none
-- @column from_p       first period of the stretch
-- @column until_p      first period after it
-- @column is_exceeded  it has more visits of the year so far than one of its caps allows
-- @column is_used_up   it has exactly as many visits as one of its caps allows, at least one, and exceeds none
with
kind as (
    select distinct period_index, sector, risk_grade, standard_level
    from mart.cap_rule
),
numbered as (
    select
        period_index, sector, risk_grade, standard_level,
        period_index - row_number() over (partition by sector, risk_grade, standard_level order by period_index) as stretch
    from kind
),
stretch as (
    select sector, risk_grade, standard_level, min(period_index) as from_p, max(period_index) + 1 as until_p
    from numbered
    group by sector, risk_grade, standard_level, stretch
),
applies as (
    select e.uscc, e.region_code as code, e.sector, coalesce(e.risk_grade, 'none') as risk_grade, s.from_p, s.until_p
    from core.enterprise as e
    join stretch as s on s.sector = e.sector and s.risk_grade = coalesce(e.risk_grade, '') and s.standard_level = coalesce(e.standard_level, '')
    where e.status is distinct from 'closed'
),
reached as (
    select period_index, uscc, max(visits - max_visits) > 0 as is_exceeded
    from mart.cap_state
    where visits >= max_visits
    group by period_index, uscc
),
ever as (
    select distinct uscc
    from reached
),
state as (
    select x.uscc, p.period_index, coalesce(r.is_exceeded, false) as is_exceeded, coalesce(not r.is_exceeded, false) as is_used_up
    from ever as x
    cross join run.period as p
    left join reached as r on r.period_index = p.period_index and r.uscc = x.uscc
)
select a.uscc, a.code, a.sector, a.risk_grade, a.from_p, a.until_p, false as is_exceeded, false as is_used_up
from applies as a
left join ever as x on x.uscc = a.uscc
where x.uscc is null
union all
select a.uscc, a.code, a.sector, a.risk_grade, s.period_index, s.period_index + 1, s.is_exceeded, s.is_used_up
from state as s
join applies as a on a.uscc = s.uscc and s.period_index >= a.from_p and s.period_index < a.until_p
