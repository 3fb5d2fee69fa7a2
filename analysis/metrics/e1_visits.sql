-- @metric E1
-- @title_zh 检查家次
-- @title_en Visits
-- @definition_zh 期内开始的非复查检查家次。
-- @definition_en Non-review visits started in the span.
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
-- @sort 680
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null and not is_review
