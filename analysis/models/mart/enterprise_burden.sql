-- Days of inspection an enterprise has borne, per quarter and per year so far, as seen on every d.
-- One row per span, period and known enterprise visited in it.
-- @by uscc
-- @coded code as region_code, sector
-- @column span            quarter or ytd
-- @column period_index    the period
-- @column uscc            enterprise
-- @column code            its region
-- @column sector          its sector
-- @column days            days of its visits started in the span, each from start to end, or one while it is open
with
visit as (
    select
        v.uscc, v.enterprise_code, v.sector, v.started_q, v.ended_p,
        1 as short_days,
        coalesce(days_between(v.started_on, v.ended_on), 0) + 1 as full_days
    from mart.visit_index as v
    where v.enterprise_code is not null and v.started_q >= 0
),
part as (
    select
        uscc, enterprise_code, sector, started_q, ended_p,
        cast(sum(short_days) as bigint) as short_days,
        cast(sum(full_days) as bigint) as full_days
    from visit
    group by uscc, enterprise_code, sector, started_q, ended_p
)
select
    'quarter' as span,
    started_q as period_index,
    uscc,
    enterprise_code as code,
    sector,
    cast(sum(case when ended_p <= started_q then full_days else short_days end) as bigint) as days
from part
group by uscc, enterprise_code, sector, started_q
union all
select
    'ytd',
    p.period_index,
    x.uscc,
    x.enterprise_code,
    x.sector,
    cast(sum(case when x.ended_p <= p.period_index then x.full_days else x.short_days end) as bigint)
from part as x
join run.period as p on int_div(p.period_index, 4) = int_div(x.started_q, 4) and p.period_index >= x.started_q
group by x.uscc, x.enterprise_code, x.sector, p.period_index
