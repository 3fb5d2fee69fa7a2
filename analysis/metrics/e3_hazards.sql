-- @metric E3
-- @title_zh 发现隐患数
-- @title_en Hazards found
-- @definition_zh 期内发现的隐患条数。
-- @definition_en Hazards found in the span.
-- @theme E
-- @unit count
-- @better none
-- @goal none
-- @basis 数量只列示、不排名考核（国办发〔2024〕54号）
-- @aggregate count
-- @span quarter ytd
-- @subject hazard
-- @by enterprise
-- @datasets hazard inspection
-- @sort 700
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    found_q as num_from,
    sector,
    severity,
    level
from mart.hazard_index
where code is not null
