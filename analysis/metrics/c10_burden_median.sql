-- @metric C10
-- @title_zh 企业受检负担（中位数）
-- @title_en Days of inspection per enterprise, median
-- @definition_zh 期内受检企业的检查天数中位数。
-- @definition_en Days of inspection an enterprise bore in the span; median over enterprises with any.
-- @theme C
-- @unit days
-- @better lower
-- @goal none
-- @basis 国办发〔2024〕54号
-- @aggregate median
-- @span quarter ytd
-- @subject enterprise
-- @by enterprise
-- @datasets inspection
-- @sort 480
select
    uscc as subject_id,
    code,
    span,
    period_index as quarter,
    period_index as den_from,
    period_index + 1 as den_until,
    days as value,
    sector
from mart.enterprise_burden
