-- @metric A6
-- @title_zh 双随机占比
-- @title_en Share of double-random inspections
-- @definition_zh 在册计划项中双随机抽查的占比，不低于30%。
-- @definition_en Items of method double_random over items in force; at least 30 %.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal 0.3
-- @basis 双随机、一公开实施方案
-- @aggregate ratio
-- @span at
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change
-- @sort 70
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when method = 'double_random' then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    class,
    sector,
    level
from mart.plan_state
where is_in_force
