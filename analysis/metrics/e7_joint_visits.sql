-- @metric E7
-- @title_zh 联合检查家次
-- @title_en Joint visits
-- @definition_zh 期内开始的两个以上机构的检查家次。
-- @definition_en Visits with two or more agencies started in the span.
-- @theme E
-- @unit count
-- @better none
-- @goal none
-- @basis 数量只列示、不排名考核（国办发〔2024〕54号）
-- @aggregate count
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 740
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null and agency_count >= 2
