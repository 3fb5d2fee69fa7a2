-- @metric C3h
-- @title_zh 重复检查率（多头）
-- @title_en Duplicate visits within a level
-- @definition_zh 期内开始的非豁免检查中，属多头重复的占比。
-- @definition_en Duplicates within a level, over non-exempt visits.
-- @theme C
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @rank band
-- @interval wilson
-- @sort 380
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_duplicate and not is_multi_level then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.duplicate_index
where code is not null and not is_exempt
