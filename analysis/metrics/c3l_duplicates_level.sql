-- @metric C3l
-- @title_zh 重复检查率（多层级）
-- @title_en Duplicate visits across levels
-- @definition_zh 期内开始的非豁免检查中，属多层级重复的占比。
-- @definition_en Duplicates of another level, over non-exempt visits.
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
-- @sort 370
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_multi_level then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.duplicate_index
where code is not null and not is_exempt
