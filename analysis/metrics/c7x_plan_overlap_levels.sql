-- @metric C7x
-- @title_zh 计划跨层级重合企业占比
-- @title_en Enterprises planned by several levels
-- @definition_zh 有在册计划项的企业中，被两个以上层级列入计划的占比。
-- @definition_en Enterprises with items in force of two or more levels, over enterprises with any item in force.
-- @theme C
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets plan_item plan_change
-- @sort 440
select
    s.uscc as subject_id,
    e.region_code as code,
    s.period_index as den_from,
    s.period_index + 1 as den_until,
    case when s.is_cross_level then s.period_index else 9999 end as num_from,
    s.period_index + 1 as num_until,
    e.sector
from mart.enterprise_plan as s
join core.enterprise as e on e.uscc = s.uscc
