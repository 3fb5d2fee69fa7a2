-- Pairs of visits to one enterprise by different agencies about overlapping subjects within D days: the gross pairs.
-- One row per pair of visits, the later one started by the cut-off. Where an enterprise has a great many visits, masks of their items
-- (set_bits) rule out most pairs that share too little before items are compared; set_shared_at_most is never less than set_shared.
-- @by uscc
-- @column uscc               enterprise
-- @column earlier_visit_id   first visit by start and id
-- @column later_visit_id     second visit
-- @column later_q            index of the quarter the later visit started in
-- @column days_apart         days from start to start
-- @column shared_items       inspection items both have; empty when either has none
-- @column united_items       inspection items either has; empty when either has none
-- @column is_overlap_known   both visits have items; else they count as overlapping
-- @column is_net             neither visit is of an exempt kind
-- @column is_multi_level     both have a known level and share none (多层级); else 多头
-- @column was_visible        the earlier visit was entered before the day the later one began
with
-- Where all visits are the same agencies', no two are by different ones.
mixed as (
    select v.uscc, count(*) > 100 as is_crowded
    from core.visit as v
    cross join run.parameter as r
    where v.started_on <= r.cut_off_date
    group by v.uscc
    having min(v.agencies) < max(v.agencies)
),
visit as (
    select
        v.visit_id,
        v.uscc,
        v.started_on,
        quarter_index(v.started_on, r.first_year) as started_q,
        v.is_exempt,
        v.agencies,
        v.agency_count,
        v.levels,
        v.items,
        v.item_count,
        case when m.is_crowded and v.item_count > 0 then set_bits(v.items, 0) end as bits_0,
        case when m.is_crowded and v.item_count > 0 then set_bits(v.items, 1) end as bits_1,
        cast(v.entered_at as date) as entered_on,
        int_div(days_between(date '1900-01-01', v.started_on), r.duplicate_days) as bucket,
        r.duplicate_days,
        r.theta_num,
        r.theta_den
    from core.visit as v
    join mixed as m on m.uscc = v.uscc
    cross join run.parameter as r
    where v.started_on <= r.cut_off_date
),
-- A pair's earlier visit is of the same stretch of D days as the later one, or of the one before.
later as (
    select visit_id, uscc, started_on, started_q, is_exempt, agencies, agency_count, levels, items, item_count, bits_0, bits_1, duplicate_days, theta_num, theta_den, bucket
    from visit
    union all
    select visit_id, uscc, started_on, started_q, is_exempt, agencies, agency_count, levels, items, item_count, bits_0, bits_1, duplicate_days, theta_num, theta_den, bucket - 1
    from visit
),
by_others as (
    select
        b.uscc,
        a.visit_id as earlier_visit_id,
        b.visit_id as later_visit_id,
        b.started_q as later_q,
        days_between(a.started_on, b.started_on) as days_apart,
        case when a.item_count > 0 and b.item_count > 0 then set_shared(a.items, b.items) end as shared_items,
        a.item_count + b.item_count as items,
        not a.is_exempt and not b.is_exempt as is_net,
        a.levels as earlier_levels,
        b.levels as later_levels,
        b.theta_num,
        b.theta_den,
        coalesce(a.entered_on < b.started_on, false) as was_visible
    from later as b
    join visit as a on a.uscc = b.uscc and a.bucket = b.bucket and a.agencies <> b.agencies and a.started_on <= b.started_on
    where (a.started_on < b.started_on or a.started_on = b.started_on and a.visit_id < b.visit_id)
        and days_between(a.started_on, b.started_on) <= b.duplicate_days
        and case
            when a.agency_count = 1 and b.agency_count = 1 then true
            else set_shared(a.agencies, b.agencies) = 0
        end
        and case
            when a.bits_0 is null or b.bits_0 is null then true
            else (b.theta_den + b.theta_num) * set_shared_at_most(a.bits_0, a.bits_1, a.item_count, b.bits_0, b.bits_1, b.item_count) >= b.theta_num * (a.item_count + b.item_count)
        end
)
select
    p.uscc,
    p.earlier_visit_id,
    p.later_visit_id,
    p.later_q,
    p.days_apart,
    p.shared_items,
    p.items - p.shared_items as united_items,
    p.shared_items is not null as is_overlap_known,
    p.is_net,
    case
        when p.earlier_levels = p.later_levels or p.earlier_levels is null or p.later_levels is null then false
        else set_shared(p.earlier_levels, p.later_levels) = 0
    end as is_multi_level,
    p.was_visible
from by_others as p
where p.shared_items is null or p.theta_den * p.shared_items >= p.theta_num * (p.items - p.shared_items)
