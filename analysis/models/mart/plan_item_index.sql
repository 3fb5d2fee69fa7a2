-- Plan items with the periods in which they are in force.
-- One row per plan item approved by the cut-off.
-- @grain plan_item_id
-- @by plan_item_id
-- @coded agency_code, code as region_code, level, sector, class as plan_class, method as plan_method, origin as plan_origin, removal_reason
-- @column plan_item_id      the item
-- @column plan_year         year of the plan
-- @column agency_code       agency that is to inspect
-- @column code              region of that agency; empty when it is unknown
-- @column level             level of that agency; unknown when it is unknown
-- @column uscc              enterprise to be inspected
-- @column sector            sector of the enterprise; unknown when it is in no register
-- @column class             key or general
-- @column method            double_random, directed, other, or unknown
-- @column planned_visits    visits planned
-- @column scheduled_month   month as approved first
-- @column origin            original or added
-- @column filed_on          filed with the level above
-- @column approved_p        first period on whose d it is approved
-- @column removed_p         first period on whose d its removal is re-approved; 9999 for never
-- @column removal_reason    reason of that removal; unknown when none is given
with
removal as (
    select
        c.plan_item_id,
        coalesce(c.reason, 'unknown') as reason,
        later_of(seen_index(c.decided_on, r.cut_off_date, r.first_year), seen_index(c.reapproved_on, r.cut_off_date, r.first_year)) as removed_p,
        row_number() over (partition by c.plan_item_id order by case when c.reapproved_on > c.decided_on then c.reapproved_on else c.decided_on end, c.plan_change_id) as place
    from core.plan_change as c
    cross join run.parameter as r
    where c.action = 'remove' and c.decided_on is not null and c.reapproved_on is not null
)
select
    i.plan_item_id,
    i.plan_year,
    i.agency_code,
    a.region_code as code,
    coalesce(a.level, 'unknown') as level,
    i.uscc,
    coalesce(e.sector, 'unknown') as sector,
    i.class,
    coalesce(i.method, 'unknown') as method,
    i.planned_visits,
    i.scheduled_month,
    i.origin,
    i.filed_on,
    seen_index(i.approved_on, r.cut_off_date, r.first_year) as approved_p,
    coalesce(x.removed_p, 9999) as removed_p,
    case when x.removed_p < 9999 then x.reason end as removal_reason
from core.plan_item as i
cross join run.parameter as r
left join core.agency as a on a.agency_code = i.agency_code
left join core.enterprise as e on e.uscc = i.uscc
left join removal as x on x.plan_item_id = i.plan_item_id and x.place = 1
where i.approved_on <= r.cut_off_date
