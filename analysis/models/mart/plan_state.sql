-- Plan items as they stand on every d: in force, scheduled, filled, complete.
-- One row per plan item of the year as seen on one period's d, approved by then.
-- @by uscc
-- @coded agency_code, code as region_code, level, sector, class as plan_class, method as plan_method, origin as plan_origin, removal_reason
-- @column period_index     the period
-- @column plan_item_id     the item
-- @column code             region of its agency; empty when it is unknown
-- @column level            level of its agency
-- @column agency_code      its agency
-- @column uscc             enterprise
-- @column sector           sector of the enterprise
-- @column class            key or general
-- @column method           double_random, directed, other, unknown
-- @column origin           original or added
-- @column removal_reason   why it was removed; empty while in force
-- @column is_in_force      not removed on d
-- @column planned_visits   slots
-- @column month_q          index of the quarter of its effective month; empty when it has none
-- @column free_from        free slots of the same enterprise and agency before its own; empty when it has none
-- @column free_slots       slots no claim has filled
-- @column filled           slots filled, claimed or taken
-- @column is_complete      every slot is filled
-- @column completed_q      index of the quarter of the last visit that filled it; empty until complete
with
parameter as (
    select cut_off_date, first_year
    from run.parameter
),
reschedule as (
    select
        p.period_index,
        c.plan_item_id,
        c.new_month,
        row_number() over (partition by p.period_index, c.plan_item_id order by c.reapproved_on desc nulls last, c.plan_change_id desc nulls last) as place
    from core.plan_change as c
    join run.period as p on c.decided_on <= p.d and c.reapproved_on <= p.d
    where c.action = 'reschedule' and c.new_month is not null
),
claimed as (
    select period_index, plan_item_id, cast(count(*) as bigint) as filled, max(ended_on) as last_on
    from mart.plan_claim
    where is_filled
    group by period_index, plan_item_id
),
taker as (
    select period_index, uscc, agency_code, cast(count(*) as bigint) as takers
    from mart.plan_implicit
    group by period_index, uscc, agency_code
),
item as (
    select
        p.period_index, t.plan_item_id, t.code, t.level, t.agency_code, t.uscc, t.sector, t.class, t.method, t.origin,
        case when t.removed_p <= p.period_index then t.removal_reason end as removal_reason,
        t.removed_p > p.period_index as is_in_force,
        t.planned_visits,
        coalesce(s.new_month, t.scheduled_month) as month,
        coalesce(c.filled, 0) as claimed,
        c.last_on
    from mart.plan_item_index as t
    join run.period as p on p.year = t.plan_year and p.period_index >= t.approved_p
    left join reschedule as s on s.period_index = p.period_index and s.plan_item_id = t.plan_item_id and s.place = 1
    left join claimed as c on c.period_index = p.period_index and c.plan_item_id = t.plan_item_id
),
free as (
    select
        i.period_index, i.plan_item_id,
        x.takers,
        i.planned_visits - i.claimed as free_slots,
        cast(sum(i.planned_visits - i.claimed) over (
            partition by i.period_index, i.uscc, i.agency_code order by i.month nulls last, i.plan_item_id rows unbounded preceding
        ) as bigint) - (i.planned_visits - i.claimed) as free_from
    from item as i
    join taker as x on x.period_index = i.period_index and x.uscc = i.uscc and x.agency_code = i.agency_code
    where i.is_in_force and i.claimed < i.planned_visits
),
taken as (
    select
        period_index, plan_item_id, free_from, free_slots,
        later_of(0, earlier_of(free_slots, takers - free_from)) as filled,
        case when takers > free_from then free_from + earlier_of(free_slots, takers - free_from) end as last_place
    from free
),
filled as (
    select
        i.period_index, i.plan_item_id, i.code, i.level, i.agency_code, i.uscc, i.sector, i.class, i.method, i.origin,
        i.removal_reason, i.is_in_force, i.planned_visits, i.month, t.free_from, t.free_slots,
        i.claimed + coalesce(t.filled, 0) as filled,
        case
            when i.claimed + coalesce(t.filled, 0) < i.planned_visits then null
            when t.filled > 0 and i.last_on > v.ended_on then i.last_on
            when t.filled > 0 then v.ended_on
            else i.last_on
        end as completed_on
    from item as i
    left join taken as t on t.period_index = i.period_index and t.plan_item_id = i.plan_item_id
    left join mart.plan_implicit as v on v.period_index = i.period_index and v.uscc = i.uscc and v.agency_code = i.agency_code
        and v.place = t.last_place
)
select
    f.period_index,
    f.plan_item_id,
    f.code,
    f.level,
    f.agency_code,
    f.uscc,
    f.sector,
    f.class,
    f.method,
    f.origin,
    f.removal_reason,
    f.is_in_force,
    f.planned_visits,
    int_div(p.period_index, 4) * 4 + int_div(f.month - 1, 3) as month_q,
    f.free_from,
    f.free_slots,
    f.filled,
    f.filled >= f.planned_visits as is_complete,
    quarter_index(f.completed_on, r.first_year) as completed_q
from filled as f
cross join parameter as r
join run.period as p on p.period_index = f.period_index
