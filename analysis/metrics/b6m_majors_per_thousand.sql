-- @metric B6m
-- @title_zh 千家次重大隐患数
-- @title_en Major hazards per thousand visits
-- @definition_zh 每千家次非复查检查发现的重大隐患条数。
-- @definition_en Major hazards found in the span in non-review visits, per thousand non-review visits started in it.
-- @theme B
-- @unit per_thousand
-- @better none
-- @goal none
-- @basis 每季汇总（烟应急〔2022〕3号）
-- @aggregate ratio
-- @span quarter ytd
-- @subject hazard
-- @by enterprise
-- @datasets hazard inspection
-- @formula ratio(num, den) * 1000
-- @sort 230
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
where code is not null and not is_review_visit and severity = 'major'
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
