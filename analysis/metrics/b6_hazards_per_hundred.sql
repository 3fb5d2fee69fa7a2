-- @metric B6
-- @title_zh 百家次隐患数
-- @title_en Hazards per hundred visits
-- @definition_zh 每百家次非复查检查发现的隐患条数。
-- @definition_en Hazards found in the span in non-review visits, per hundred non-review visits started in it.
-- @theme B
-- @unit per_hundred
-- @better none
-- @goal none
-- @basis 每季汇总（烟应急〔2022〕3号）
-- @aggregate ratio
-- @span quarter ytd
-- @subject hazard
-- @by enterprise
-- @datasets hazard inspection
-- @formula ratio(num, den) * 100
-- @sort 220
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    9999 as den_from,
    found_q as num_from,
    'hazard' as subject_kind,
    sector,
    level
from mart.hazard_index
where code is not null and not is_review_visit
union all
select
    visit_id,
    code,
    started_q,
    started_q,
    9999,
    'visit',
    sector,
    level
from mart.visit_index
where code is not null and not is_review
