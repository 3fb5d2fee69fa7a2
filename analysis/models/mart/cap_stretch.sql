-- Enterprises and the periods in which a cap applies to them.
-- One row per enterprise that is not closed and stretch of periods in a row.
-- @by uscc
-- @view
-- @column uscc         enterprise
-- @column region_code  its region
-- @column sector       its sector
-- @column risk_grade   its risk grade; none when it has none
-- @column from_p       first period of the stretch
-- @column until_p      first period after it
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
)
select e.uscc, e.region_code, e.sector, coalesce(e.risk_grade, 'none') as risk_grade, s.from_p, s.until_p
from core.enterprise as e
join stretch as s on s.sector = e.sector and s.risk_grade = coalesce(e.risk_grade, '') and s.standard_level = coalesce(e.standard_level, '')
where e.status is distinct from 'closed'
