-- @metric C4
-- @title_zh 可避免家次
-- @title_en Avoidable visits
-- @definition_zh 期内开始的重复检查中，前一次检查本身不是重复检查的家次。
-- @definition_en Visits started in the span that follow, in a net pair, a visit that is not itself a duplicate.
-- @theme C
-- @unit count
-- @better lower
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate count
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 400
select
    v.visit_id as subject_id,
    v.code,
    v.started_q as quarter,
    v.started_q as num_from,
    v.sector,
    v.level,
    v.kind
from mart.visit_index as v
join mart.visit_duplicate as d on d.visit_id = v.visit_id
where v.code is not null and d.is_avoidable
