-- Recurrence by class and city. One row per period, span, class and region.
-- @grain period_index, span, class, region_code
-- @column period  the period
-- @column period_index  its index
-- @column span  quarter or ytd
-- @column class  class of the hazards
-- @column class_kind  item, clause or category
-- @column region_code  region the line belongs to
-- @column episodes  episodes found
-- @column recurrences  those that are recurrences (B14)
-- @column value  recurrences over episodes
with
found as (
    select e.code, e.class, e.class_kind, e.found_q, cast(count(*) as bigint) as episodes,
        cast(sum(case when e.is_recurrence and not e.is_unresolved_again then 1 else 0 end) as bigint) as recurrences
    from mart.episode_index as e
    where e.code is not null and e.found_q >= 0
    group by e.code, e.class, e.class_kind, e.found_q
),
placed as (
    select x.class, x.class_kind, x.found_q, g.region_code, cast(sum(x.episodes) as bigint) as episodes, cast(sum(x.recurrences) as bigint) as recurrences
    from found as x
    join mart.region as g on g.level = 'province' and substr(x.code, 1, 2) = substr(g.region_code, 1, 2) or g.level = 'city' and substr(x.code, 1, 4) = substr(g.region_code, 1, 4)
    group by x.class, x.class_kind, x.found_q, g.region_code
),
spanned as (
    select p.period, p.period_index, 'quarter' as span, x.class, x.class_kind, x.region_code, x.episodes, x.recurrences
    from placed as x
    join run.period as p on p.period_index = x.found_q
    union all
    select p.period, p.period_index, 'ytd', x.class, x.class_kind, x.region_code, cast(sum(x.episodes) as bigint), cast(sum(x.recurrences) as bigint)
    from placed as x
    join run.period as p on int_div(x.found_q, 4) = int_div(p.period_index, 4) and x.found_q <= p.period_index
    group by p.period, p.period_index, x.class, x.class_kind, x.region_code
)
select
    s.period, s.period_index, s.span, s.class, s.class_kind, s.region_code, s.episodes, s.recurrences,
    ratio(s.recurrences, s.episodes) as value
from spanned as s
order by s.period_index, s.span, s.class, s.region_code
