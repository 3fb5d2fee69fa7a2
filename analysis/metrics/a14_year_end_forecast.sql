-- @metric A14
-- @title_zh 预计年底完成率
-- @title_en Completion expected at year’s end
-- @definition_zh 按当年已过工作日的进度推算的年底完成率，最高100%。
-- @definition_en Completion at the pace of the working days so far, at most 1.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate value
-- @span at
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change inspection
-- @formula case when workdays_to_d > 0 then least(1, ratio(num * (1 + ratio(workdays_of_year - workdays_to_d, workdays_to_d)), den)) end
-- @sort 160
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
