-- @metric E2
-- @title_zh 检查家数
-- @title_en Enterprises visited
-- @definition_zh 期内接受非复查检查的名录内企业数。
-- @definition_en Known enterprises with a non-review visit started in the span.
-- @theme E
-- @unit count
-- @better none
-- @goal none
-- @basis 数量只列示、不排名考核（国办发〔2024〕54号）
-- @aggregate count
-- @span quarter ytd
-- @subject enterprise
-- @by enterprise
-- @datasets inspection-review
-- @sort 690
with
visited as (
    select distinct uscc, enterprise_code, sector, started_q
    from mart.visit_index
    where not is_review and enterprise_code is not null and started_q >= 0
)
select
    uscc as subject_id,
    enterprise_code as code,
    'quarter' as span,
    started_q as quarter,
    started_q as num_from,
    sector
from visited
union all
select
    uscc,
    enterprise_code,
    'ytd',
    min(started_q),
    min(started_q),
    sector
from visited
group by uscc, enterprise_code, sector, int_div(started_q, 4)
