-- @metric D13
-- @title_zh 备案率
-- @title_en Visits filed beforehand
-- @definition_zh 期内开始的检查（应急处置除外）中，检查开始当日或之前已备案的占比。
-- @definition_en Visits other than emergency ones, filed on or before the day they started, over those.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 入企检查备案（长春2025）
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 650
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_filed then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null and kind <> 'emergency'
