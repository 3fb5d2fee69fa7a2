-- @metric A1
-- @title_zh 计划完成率
-- @title_en Plan items completed
-- @definition_zh 截至 d 在册计划项中，应检次数全部完成的项数 ÷ 在册计划项数。
-- @definition_en Plan items in force on d whose planned visits are all made, over items in force.
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
-- @sort 10
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_complete then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    class,
    sector,
    level
from mart.plan_state
where is_in_force
