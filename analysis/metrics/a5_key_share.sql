-- @metric A5
-- @title_zh 重点检查占比
-- @title_en Share of key inspections
-- @definition_zh 在册计划项中重点检查的占比，不低于60%。
-- @definition_en Items of class key over items in force; at least 60 %.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal 0.6
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span at
-- @subject plan_item
-- @by enterprise
-- @datasets plan_item plan_change
-- @sort 60
select
    plan_item_id as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when class = 'key' then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    sector,
    level
from mart.plan_state
where is_in_force
