-- @metric C10m
-- @title_zh 企业受检负担（最大值）
-- @title_en Days of inspection per enterprise, maximum
-- @definition_zh 期内受检企业的检查天数最大值。
-- @definition_en Days of inspection an enterprise bore in the span; maximum.
-- @theme C
-- @unit days
-- @better lower
-- @goal none
-- @basis 国办发〔2024〕54号
-- @aggregate max
-- @span quarter ytd
-- @subject enterprise
-- @by enterprise
-- @datasets inspection
-- @sort 500
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
