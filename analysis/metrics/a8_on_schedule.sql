-- @metric A8
-- @title_zh 按期完成率
-- @title_en Scheduled items completed
-- @definition_zh 计划月份（含改期）在期内的在册计划项中已完成的占比。
-- @definition_en Items in force scheduled in the span’s months that are complete, over items so scheduled.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change inspection
-- @rank exact
-- @sort 90
select
    plan_item_id as subject_id,
    code,
    month_q as quarter,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_complete then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    class,
    sector,
    level
from mart.plan_state
where is_in_force
