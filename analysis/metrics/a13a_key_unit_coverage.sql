-- @metric A13a
-- @title_zh 重点单位年度覆盖率
-- @title_en Key units visited this year
-- @definition_zh 危险性较大重点单位（未注销）中，当年已接受非复查检查的占比。
-- @definition_en Key units, known and not closed, with a non-review visit started in the year, over key units.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 重点单位每年至少检查一次（双随机方案）
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets inspection-review/0y
-- @rank exact
-- @sort 140
with
year as (
    select year, cast(min(period_index) as integer) as from_p
    from run.period
    group by year
),
visited as (
    select uscc, int_div(started_q, 4) * 4 as from_p, min(started_q) as first_q
    from mart.visit_index
    where not is_review and started_q >= 0
    group by uscc, int_div(started_q, 4) * 4
)
select
    e.uscc as subject_id,
    e.region_code as code,
    y.from_p as den_from,
    y.from_p + 4 as den_until,
    coalesce(v.first_q, 9999) as num_from,
    y.from_p + 4 as num_until,
    e.sector,
    coalesce(e.risk_grade, 'none') as risk_grade
from core.enterprise as e
cross join year as y
left join visited as v on v.uscc = e.uscc and v.from_p = y.from_p
where e.is_key_unit and e.status is distinct from 'closed'
