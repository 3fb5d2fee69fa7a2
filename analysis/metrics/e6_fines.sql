-- @metric E6
-- @title_zh 罚款金额
-- @title_en Fines
-- @definition_zh 期内作出的罚款金额合计（元）。
-- @definition_en Amount of the fines decided in the span, yuan.
-- @theme E
-- @unit yuan
-- @better none
-- @goal none
-- @basis 数量只列示、不排名考核（国办发〔2024〕54号）
-- @aggregate count
-- @span quarter ytd
-- @subject penalty
-- @by enterprise
-- @datasets penalty
-- @sort 730
select
    penalty_id as subject_id,
    code,
    decided_q as quarter,
    decided_q as num_from,
    fine_yuan as num,
    sector,
    level,
    kind
from mart.penalty_index
where code is not null and fine_yuan is not null
