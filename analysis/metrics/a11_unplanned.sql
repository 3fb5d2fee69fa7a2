-- @metric A11
-- @title_zh 计划外检查占比
-- @title_en Visits outside the plan
-- @definition_zh 期内开始、截至 d 已结束的非复查检查中，没有任何机构计入计划的占比，按检查类型分列。
-- @definition_en Non-review visits started in the span and ended by d of which no agency filled a slot, over those visits; by kind.
-- @theme A
-- @unit ratio
-- @better none
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection plan_item plan_change
-- @sort 120
select
    v.visit_id as subject_id,
    v.code,
    v.started_q as quarter,
    p.period_index as den_from,
    p.period_index + 1 as den_until,
    case when f.visit_id is null then p.period_index else 9999 end as num_from,
    p.period_index + 1 as num_until,
    v.kind,
    v.sector
from mart.visit_index as v
join run.period as p on int_div(p.period_index, 4) = int_div(v.started_q, 4) and p.period_index >= v.ended_p
left join mart.plan_fill as f on f.period_index = p.period_index and f.visit_id = v.visit_id
where not v.is_review and v.code is not null and v.started_q >= 0
