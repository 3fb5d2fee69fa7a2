-- @metric B8
-- @title_zh 未再检比例
-- @title_en Closed hazards nobody came back to
-- @definition_zh 销号满365天的隐患（同类合并）中，其间没有再接受非复查检查的占比；与复发率同时列示。
-- @definition_en Episodes whose W days after closing ended in the span, with no non-review visit in those days, over those episodes.
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
-- @sort 260
select
    e.episode_id as subject_id,
    e.code,
    quarter_index(add_days(e.closed_on, r.recurrence_days), r.first_year) as quarter,
    seen_index(add_days(e.closed_on, r.recurrence_days), r.cut_off_date, r.first_year) as den_from,
    case
        when e.next_started_on <= add_days(e.closed_on, r.recurrence_days) then 9999
        else seen_index(add_days(e.closed_on, r.recurrence_days), r.cut_off_date, r.first_year)
    end as num_from,
    e.sector,
    e.severity
from mart.episode_index as e
cross join run.parameter as r
where e.code is not null and e.closed_p < 9999
