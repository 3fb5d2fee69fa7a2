-- @metric B7
-- @title_zh 复发率（再检口径）
-- @title_en Recurrence at the next visit
-- @definition_zh 已销号隐患（同类合并）在销号后365天内的下一次非复查检查中，同类问题再次出现的占比。
-- @definition_en Closed episodes whose next non-review visit started in the span and within W days of closing: those whose class is found again in it.
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
-- @sort 250
select
    e.episode_id as subject_id,
    e.code,
    quarter_index(e.next_started_on, r.first_year) as quarter,
    quarter_index(e.next_started_on, r.first_year) as den_from,
    later_of(quarter_index(e.next_started_on, r.first_year), e.next_class_p) as num_from,
    e.sector,
    e.severity,
    e.class_kind
from mart.episode_index as e
cross join run.parameter as r
where e.code is not null and e.next_started_on <= add_days(e.closed_on, r.recurrence_days)
