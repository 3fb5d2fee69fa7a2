-- @metric B6z
-- @title_zh 零隐患检查率
-- @title_en Visits that found no hazard
-- @definition_zh 期内开始的非复查检查中，截至 d 未发现隐患的占比。
-- @definition_en Non-review visits started in the span with no hazard by d, over those visits.
-- @theme B
-- @unit ratio
-- @better none
-- @goal none
-- @basis 每季汇总（烟应急〔2022〕3号）
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets hazard inspection
-- @interval wilson
-- @sort 240
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    started_q as num_from,
    hazard_p as num_until,
    sector,
    level,
    kind
from mart.visit_index
where code is not null and not is_review
