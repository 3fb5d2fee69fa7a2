-- @metric D12
-- @title_zh 双人执法率
-- @title_en Visits by two officers
-- @definition_zh 期内开始的检查中，执法人员两人以上的占比。
-- @definition_en Visits with two or more officers, over visits started in the span.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 行政处罚法第四十二条
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 640
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when officer_count >= 2 then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null
