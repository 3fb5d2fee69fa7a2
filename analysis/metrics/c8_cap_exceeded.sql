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
from mart.cap_stretch as a
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
join mart.cap_stretch as a on a.uscc = s.uscc and s.period_index >= a.from_p and s.period_index < a.until_p
