-- @metric B4
-- @title_zh 重大隐患闭环率
-- @title_en Major hazards closed
-- @definition_zh 期内发现的重大隐患中，截至 d 已销号的占比。
-- @definition_en B3 over major hazards.
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
-- @sort 200
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    found_q as den_from,
    later_of(found_q, closed_p) as num_from,
    sector,
    level
from mart.hazard_index
where code is not null and severity = 'major'
