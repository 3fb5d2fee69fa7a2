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
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as num_from,
    sector,
    level,
    kind
from mart.duplicate_index
where code is not null and is_avoidable
