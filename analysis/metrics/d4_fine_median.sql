-- @metric D4
-- @title_zh 案均罚款（中位数）
-- @title_en Median fine
-- @definition_zh 期内作出的罚款类处罚的罚款金额中位数。
-- @definition_en Median amount of penalties decided in the span whose kinds include a fine.
-- @theme D
-- @unit yuan
-- @better none
-- @goal none
-- @basis 罚款数额只列示、不排名（国办发〔2024〕54号）
-- @aggregate median
-- @span quarter ytd
-- @subject penalty
-- @by enterprise
-- @datasets penalty
-- @sort 520
select
    penalty_id as subject_id,
    code,
    decided_q as quarter,
    decided_q as den_from,
    fine_yuan as value,
    sector,
    level
from mart.penalty_index
where code is not null and fine_yuan is not null
