-- @metric C8u
-- @title_zh 频次上限用尽率
-- @title_en Enterprises whose cap is used up
-- @definition_zh 适用频次上限的企业中，当年非豁免检查次数恰好达到上限（且无超出）的占比。
-- @definition_en Enterprises with exactly as many visits as a cap allows, at least one, and none with more.
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
-- @sort 460
with
used_up as (
    select period_index, uscc
    from mart.cap_state
    where visits >= max_visits
    group by period_index, uscc
    having max(visits - max_visits) = 0 and max(visits) > 0
),
-- Of an enterprise that never has its place in the numerator one row tells all periods.
ever as (
    select distinct uscc
    from used_up
),
state as (
    select x.uscc, p.period_index, u.uscc is not null as is_used_up
    from ever as x
    cross join run.period as p
    left join used_up as u on u.period_index = p.period_index and u.uscc = x.uscc
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
    case when s.is_used_up then s.period_index else 9999 end,
    s.period_index + 1,
    a.sector,
    a.risk_grade
from state as s
join mart.cap_stretch as a on a.uscc = s.uscc and s.period_index >= a.from_p and s.period_index < a.until_p
