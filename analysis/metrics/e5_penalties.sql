-- @metric E5
-- @title_zh 处罚宗数
-- @title_en Penalties
-- @definition_zh 期内作出的行政处罚宗数。
-- @definition_en Penalties decided in the span.
-- @theme E
-- @unit count
-- @better none
-- @goal none
-- @basis 数量只列示、不排名考核（国办发〔2024〕54号）
-- @aggregate count
-- @span quarter ytd
-- @subject penalty
-- @by enterprise
-- @datasets penalty
-- @sort 720
select
    penalty_id as subject_id,
    code,
    decided_q as quarter,
    decided_q as num_from,
    sector,
    level,
    kind
from mart.penalty_index
where code is not null
