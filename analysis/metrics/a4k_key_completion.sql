-- @metric A4k
-- @title_zh 重点检查完成率
-- @title_en Key inspection items completed
-- @definition_zh 重点检查类在册计划项的完成率。
-- @definition_en A1 over items of class key.
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
-- @sort 40
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_complete then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    sector,
    level
from mart.plan_state
where is_in_force and class = 'key'
