-- @metric A13b
-- @title_zh 黑名单半年覆盖率
-- @title_en Blacklisted enterprises visited this half-year
-- @definition_zh 半年内任一日在黑名单上的企业（未注销）中，半年内已接受非复查检查的占比。
-- @definition_en Enterprises blacklisted on any day of the half-year up to d with a non-review visit started in it, over those.
-- @theme A
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 黑名单企业每半年至少检查一次（双随机方案）
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets credit_event inspection-review/0y
-- @rank exact
-- @sort 150
with
half as (
    select
        p.period_index,
        p.d,
        int_div(p.period_index, 2) * 2 as from_p,
        add_months(p.year_start, int_div(p.quarter - 1, 2) * 6) as first_day
    from run.period as p
),
listed as (
    select distinct h.period_index, h.from_p, c.uscc
    from core.credit_event as c
    join half as h on c.started_on <= h.d and (c.ended_on is null or c.ended_on >= h.first_day)
    where c.kind = 'blacklist'
),
visited as (
    select uscc, int_div(started_q, 2) * 2 as from_p, min(started_q) as first_q
    from mart.visit_index
    where not is_review and started_q >= 0
    group by uscc, int_div(started_q, 2) * 2
)
select
    e.uscc as subject_id,
    e.region_code as code,
    l.period_index as den_from,
    l.period_index + 1 as den_until,
    case when v.first_q <= l.period_index then l.period_index else 9999 end as num_from,
    l.period_index + 1 as num_until,
    e.sector,
    coalesce(e.risk_grade, 'none') as risk_grade
from listed as l
join core.enterprise as e on e.uscc = l.uscc
left join visited as v on v.uscc = l.uscc and v.from_p = l.from_p
where e.status is distinct from 'closed'
