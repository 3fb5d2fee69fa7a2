-- @metric B14
-- @title_zh 新增隐患复发占比
-- @title_en New hazards that are recurrences
-- @definition_zh 期内发现的隐患（同类合并）中，同类隐患销号后365天内再次出现的占比。
-- @definition_en Episodes found in the span, not B11, of a class closed within W days before, over episodes found.
-- @theme B
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 烟应急〔2022〕3号
-- @aggregate ratio
-- @span quarter ytd
-- @subject episode
-- @by enterprise
-- @datasets hazard inspection
-- @rank band
-- @interval wilson
-- @sort 330
select
    episode_id as subject_id,
    code,
    found_q as quarter,
    found_q as den_from,
    case when is_recurrence and not is_unresolved_again then found_q else 9999 end as num_from,
    sector,
    severity
from mart.episode_index
where code is not null
