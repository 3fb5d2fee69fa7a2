-- @metric B3
-- @title_zh 总整改率
-- @title_en Hazards closed
-- @definition_zh 期内发现的隐患中，截至 d 已销号的占比。
-- @definition_en Hazards found in the span that are closed on d, over hazards found.
-- @theme B
-- @unit ratio
-- @better higher
-- @goal none
-- @basis 安全生产法第四十一条
-- @aggregate ratio
-- @span quarter ytd
-- @subject hazard
-- @by enterprise
-- @datasets hazard inspection
-- @rank band
-- @interval wilson
-- @sort 190
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    found_q as den_from,
    later_of(found_q, closed_p) as num_from,
    sector,
    severity,
    level
from mart.hazard_index
where code is not null
