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
kind as (
    select distinct period_index, sector, risk_grade, standard_level
    from mart.cap_rule
),
applies as (
    select e.uscc, e.region_code, e.sector, coalesce(e.risk_grade, 'none') as risk_grade, c.period_index
    from core.enterprise as e
    join kind as c on c.sector = e.sector and c.risk_grade = coalesce(e.risk_grade, '') and c.standard_level = coalesce(e.standard_level, '')
    where e.status is distinct from 'closed'
),
used as (
    select
        period_index,
        uscc,
        max(case when visits > max_visits then 1 else 0 end) as is_over,
        max(case when visits = max_visits and visits > 0 then 1 else 0 end) as is_used_up
    from mart.cap_state
    where visits >= max_visits
    group by period_index, uscc
)
select
    a.uscc as subject_id,
    a.region_code as code,
    a.period_index as den_from,
    a.period_index + 1 as den_until,
    case when u.is_used_up = 1 and u.is_over = 0 then a.period_index else 9999 end as num_from,
    a.period_index + 1 as num_until,
    a.sector,
    a.risk_grade
from applies as a
left join used as u on u.period_index = a.period_index and u.uscc = a.uscc
