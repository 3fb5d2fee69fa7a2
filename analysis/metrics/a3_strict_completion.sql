-- @metric A3
-- @title_zh 严格完成率
-- @title_en Original plan items completed
-- @definition_zh 原计划中已完成且仍在册的项数 ÷ 截至 d 已批准的全部原计划项数（不论是否核减）。
-- @definition_en Complete items in force of the original plan over all items of the original plan approved by d, removed or not.
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
-- @sort 30
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_in_force and is_complete then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    class,
    sector,
    level
from mart.plan_state
where origin = 'original'
