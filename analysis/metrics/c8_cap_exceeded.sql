-- @metric C8
-- @title_zh 频次上限突破率
-- @title_en Enterprises visited more than their cap allows
-- @definition_zh 适用频次上限的企业中，当年非豁免检查次数超过上限的占比。
-- @definition_en Enterprises with more non-exempt visits this year than a cap allows, over enterprises to which a cap applies.
-- @theme C
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 检查频次上限（国办发〔2024〕54号）
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets inspection-exempt/0y frequency_cap
-- @sort 450
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
    select e.uscc, e.region_code, e.sector, coalesce(e.risk_grade, 'none') as risk_grade, s.from_p, s.until_p
    from core.enterprise as e
    join stretch as s on s.sector = e.sector and s.risk_grade = coalesce(e.risk_grade, '') and s.standard_level = coalesce(e.standard_level, '')
    where e.status is distinct from 'closed'
),
exceeded as (
    select distinct period_index, uscc
    from mart.cap_state
    where visits > max_visits
),
-- Of an enterprise that never has its place in the numerator one row tells all periods.
ever as (
    select distinct uscc
    from exceeded
),
state as (
    select x.uscc, p.period_index, u.uscc is not null as is_exceeded
    from ever as x
    cross join run.period as p
    left join exceeded as u on u.period_index = p.period_index and u.uscc = x.uscc
)
select
    a.uscc as subject_id,
    a.region_code as code,
    a.from_p as den_from,
    a.until_p as den_until,
    9999 as num_from,
    a.until_p as num_until,
    a.sector,
    a.risk_grade
from applies as a
left join ever as x on x.uscc = a.uscc
where x.uscc is null
union all
select
    a.uscc,
    a.region_code,
    s.period_index,
    s.period_index + 1,
    case when s.is_exceeded then s.period_index else 9999 end,
    s.period_index + 1,
    a.sector,
    a.risk_grade
from state as s
join applies as a on a.uscc = s.uscc and s.period_index >= a.from_p and s.period_index < a.until_p
