-- @metric A7
-- @title_zh 序时进度差
-- @title_en Completion against the working-day line
-- @definition_zh 计划完成率 − 当年已过法定工作日 ÷ 全年法定工作日。
-- @definition_en A1 less the share of the year’s working days that have passed by d.
-- @theme A
-- @unit points
-- @better higher
-- @goal 0
-- @basis 黑应急发〔2020〕9号
-- @aggregate value
-- @span at
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change inspection
-- @formula ratio(num, den) - ratio(workdays_to_d, workdays_of_year)
-- @sort 80
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
