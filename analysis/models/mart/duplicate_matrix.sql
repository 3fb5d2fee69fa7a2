-- Who visits after whom. One row per period, span, city of the later visit and pair of lead agencies.
-- @grain period_index, span, city_code, earlier_agency, later_agency
-- @column period  the period
-- @column period_index  its index
-- @column span  quarter or ytd
-- @column city_code  city it belongs to; empty for the province itself
-- @column earlier_agency  lead agency of the earlier visit
-- @column earlier_name  its name
-- @column later_agency  lead agency of the later visit
-- @column later_name  its name
-- @column pairs  gross pairs
-- @column net_pairs  net pairs
-- @column visible_pairs  pairs whose earlier visit could be seen
with
by_earlier as (
    select a.lead_agency as earlier_agency, x.later_visit_id, x.later_q, x.is_net, x.was_visible
    from core.visit as a
    join mart.visit_pair as x on x.earlier_visit_id = a.visit_id
    where a.lead_agency is not null and x.later_q >= 0
),
pair as (
    select
        coalesce(r.city_code, '') as city_code, x.earlier_agency, b.lead_agency as later_agency, x.later_q,
        cast(count(*) as bigint) as pairs,
        cast(sum(case when x.is_net then 1 else 0 end) as bigint) as net_pairs,
        cast(sum(case when x.was_visible then 1 else 0 end) as bigint) as visible_pairs
    from core.visit as b
    join by_earlier as x on x.later_visit_id = b.visit_id
    left join mart.region as r on r.region_code = b.region_code
    where b.lead_agency is not null
    group by coalesce(r.city_code, ''), x.earlier_agency, b.lead_agency, x.later_q
),
spanned as (
    select p.period, p.period_index, 'quarter' as span, x.city_code, x.earlier_agency, x.later_agency, x.pairs, x.net_pairs, x.visible_pairs
    from pair as x
    join run.period as p on p.period_index = x.later_q
    union all
    select
        p.period, p.period_index, 'ytd', x.city_code, x.earlier_agency, x.later_agency,
        cast(sum(x.pairs) as bigint), cast(sum(x.net_pairs) as bigint), cast(sum(x.visible_pairs) as bigint)
    from pair as x
    join run.period as p on int_div(x.later_q, 4) = int_div(p.period_index, 4) and x.later_q <= p.period_index
    group by p.period, p.period_index, x.city_code, x.earlier_agency, x.later_agency
)
select
    s.period, s.period_index, s.span, s.city_code, s.earlier_agency, a.agency_name as earlier_name, s.later_agency, b.agency_name as later_name,
    s.pairs, s.net_pairs, s.visible_pairs
from spanned as s
left join core.agency as a on a.agency_code = s.earlier_agency
left join core.agency as b on b.agency_code = s.later_agency
order by s.period_index, s.span, s.city_code, s.pairs desc nulls last, s.earlier_agency, s.later_agency
