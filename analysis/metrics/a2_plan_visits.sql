-- @metric A2
-- @title_zh 计划完成率（家次）
-- @title_en Planned visits made
-- @definition_zh 在册计划项已完成的检查次数之和 ÷ 计划检查次数之和。
-- @definition_en Slots filled over visits planned, items in force on d.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span at
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change inspection
-- @rank exact
-- @sort 20
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    period_index as num_from,
    period_index + 1 as num_until,
    filled as num,
    planned_visits as den,
    class,
    sector,
    level
from mart.plan_state
where is_in_force
