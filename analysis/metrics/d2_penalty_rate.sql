-- @metric D2
-- @title_zh 处罚率
-- @title_en Visits with hazards that led to a penalty
-- @definition_zh 期内开始、发现隐患的非复查检查中，有处罚的占比。
-- @definition_en Non-review visits started in the span with a hazard: those with a penalty naming one of their inspections.
-- @theme D
-- @unit ratio
-- @better none
-- @goal none
-- @basis 同类问题再犯从重处罚（烟应急〔2022〕3号）
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection hazard penalty
-- @sort 510
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    later_of(started_q, hazard_p) as den_from,
    later_of(started_q, later_of(hazard_p, penalty_p)) as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null and not is_review and hazard_p < 9999
