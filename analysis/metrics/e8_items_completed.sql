-- @metric E8
-- @title_zh 本季完成项数
-- @title_en Plan items completed
-- @definition_zh 在册计划项中，完成日期在期内的项数。
-- @definition_en Plan items in force and complete whose completion date is in the span.
-- @theme E
-- @unit count
-- @better none
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate count
-- @span quarter ytd
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change inspection
-- @sort 750
select
    plan_item_id as subject_id,
    code,
    completed_q as quarter,
    period_index as num_from,
    period_index + 1 as num_until,
    class,
    sector,
    level
from mart.plan_state
where is_in_force and is_complete
