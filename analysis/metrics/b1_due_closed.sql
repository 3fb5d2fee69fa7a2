-- @metric B1
-- @title_zh 到期整改率
-- @title_en Hazards due that are closed
-- @definition_zh 期内发现且已到期的隐患中，截至 d 已销号的占比。
-- @definition_en Hazards found in the span and due by d that are closed on d, over those due.
-- @theme B
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 安全生产法第四十一条
-- @aggregate ratio
-- @span quarter ytd
-- @subject hazard
-- @by enterprise
-- @datasets hazard inspection
-- @rank band
-- @interval wilson
-- @sort 170
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    later_of(found_q, due_p) as den_from,
    later_of(found_q, later_of(due_p, closed_p)) as num_from,
    sector,
    severity,
    level
from mart.hazard_index
where code is not null
