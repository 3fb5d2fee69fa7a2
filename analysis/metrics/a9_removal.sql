-- @metric A9
-- @title_zh 核减率
-- @title_en Original plan items removed
-- @definition_zh 原计划项中已经重新报批核减的占比，按原因分列。
-- @definition_en Items of the original plan removed with re-approval by d, over items of the original plan approved by d; by reason.
-- @theme A
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 重大调整30日内重新报批（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span at
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change
-- @sort 100
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when not is_in_force then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    class,
    sector,
    level
from mart.plan_state
where origin = 'original'
