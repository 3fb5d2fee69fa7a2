-- @metric B11
-- @title_zh 未整改再现占比
-- @title_en Found again before it was put right
-- @definition_zh 期内发现的隐患（同类合并）中，此前发现的同类隐患当时尚未销号的占比；不计入复发。
-- @definition_en Episodes found in the span for which an earlier one of the same class was not closed before that day, over episodes found.
-- @theme B
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 安全生产法第四十一条
-- @aggregate ratio
-- @span quarter ytd
-- @subject episode
-- @by enterprise
-- @datasets hazard inspection
-- @sort 290
select
    episode_id as subject_id,
    code,
    found_q as quarter,
    found_q as den_from,
    case when is_unresolved_again then found_q else 9999 end as num_from,
    sector,
    severity
from mart.episode_index
where code is not null
