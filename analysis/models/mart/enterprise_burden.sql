-- Days of inspection an enterprise has borne, per quarter and per year so far, as seen on every d.
-- One row per span, period and known enterprise visited in it.
-- @by uscc
-- @view
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
        int_div(v.started_q, 4) * 4 as year_p,
        1 as short_days,
        coalesce(days_between(v.started_on, v.ended_on), 0) + 1 as full_days
    from mart.visit_index as v
    where v.enterprise_code is not null and v.started_q >= 0
),
-- Days as seen at the end of each quarter of the visit's year.
seen as (
    select
        uscc, enterprise_code, sector, year_p,
        case when started_q > year_p then 0 when ended_p <= year_p then full_days else short_days end as days_1,
        case when started_q > year_p + 1 then 0 when ended_p <= year_p + 1 then full_days else short_days end as days_2,
        case when started_q > year_p + 2 then 0 when ended_p <= year_p + 2 then full_days else short_days end as days_3,
        case when ended_p <= year_p + 3 then full_days else short_days end as days_4
    from visit
),
-- One row per year, where a group per quarter would be three times as many.
yearly as (
    select
        uscc, enterprise_code, sector, year_p,
        cast(sum(days_1) as bigint) as days_1,
        cast(sum(days_2) as bigint) as days_2,
        cast(sum(days_3) as bigint) as days_3,
        cast(sum(days_4) as bigint) as days_4
    from seen
    group by uscc, enterprise_code, sector, year_p
),
so_far as (
    select
        p.period_index, y.uscc, y.enterprise_code, y.sector,
        case p.quarter when 1 then y.days_1 when 2 then y.days_2 when 3 then y.days_3 else y.days_4 end as days
    from yearly as y
    join run.period as p on int_div(p.period_index, 4) * 4 = y.year_p
)
select
    'quarter' as span,
    started_q as period_index,
    uscc,
    enterprise_code as code,
    sector,
    cast(sum(case when ended_p <= started_q then full_days else short_days end) as bigint) as days
from visit
group by uscc, enterprise_code, sector, started_q
union all
select 'ytd', period_index, uscc, enterprise_code, sector, days
from so_far
where days > 0
