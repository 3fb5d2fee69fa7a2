-- @metric B2
-- @title_zh 按期整改率
-- @title_en Hazards rectified on time
-- @definition_zh 期内发现且已到期的隐患中，在整改期限内完成整改的占比。
-- @definition_en Hazards found in the span and due by d that were rectified by their due date, over those due.
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
-- @sort 180
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    later_of(found_q, due_p) as den_from,
    case when is_rectified_on_time then later_of(found_q, due_p) else 9999 end as num_from,
    sector,
    severity,
    level
from mart.hazard_index
where code is not null
