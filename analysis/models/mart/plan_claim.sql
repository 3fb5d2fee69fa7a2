-- Visits that name the plan item they are for, as seen on every d: claims on the slots of that item.
-- One row per visit and agency as seen on one period's d.
-- @by uscc
-- @coded agency_code
-- @column period_index   the period
-- @column visit_id       the visit
-- @column agency_code    the agency that claims
-- @column uscc           enterprise
-- @column plan_item_id   the item claimed
-- @column ended_on       last day of the visit
-- @column is_filled      the claim fills a slot; else all were taken by earlier claims
with
period as (
    select period_index, year
    from run.period
),
named as (
    select
        i.visit_id,
        i.agency_code,
        i.inspection_id,
        i.visit_inspections,
        i.uscc,
        v.ended_on,
        t.plan_item_id,
        t.plan_year,
        t.planned_visits,
        t.removed_p,
        later_of(v.ended_p, t.approved_p) as from_p
    from core.inspection as i
    join mart.visit_index as v on v.visit_id = i.visit_id
    join mart.plan_item_index as t on t.plan_item_id = i.plan_item_id and t.uscc = i.uscc and t.agency_code = i.agency_code
    where v.ended_p < 9999 and not v.is_review
        and year(v.started_on) = t.plan_year and year(v.ended_on) = t.plan_year
),
candidate as (
    select p.period_index, n.visit_id, n.agency_code, n.inspection_id, n.visit_inspections, n.uscc, n.ended_on, n.plan_item_id, n.planned_visits
    from named as n
    join period as p on p.year = n.plan_year and p.period_index >= n.from_p and p.period_index < n.removed_p
),
ordered as (
    select
        period_index, visit_id, agency_code, uscc, ended_on, plan_item_id, planned_visits,
        row_number() over (partition by period_index, visit_id, agency_code order by inspection_id) as place
    from candidate
    where visit_inspections > 1
),
claim as (
    select period_index, visit_id, agency_code, uscc, ended_on, plan_item_id, planned_visits
    from candidate
    where visit_inspections = 1
    union all
    select period_index, visit_id, agency_code, uscc, ended_on, plan_item_id, planned_visits
    from ordered
    where place = 1
),
-- Only where an item is claimed more often than planned does the order of its claims matter.
crowded as (
    select period_index, plan_item_id
    from claim
    group by period_index, plan_item_id
    having count(*) > min(planned_visits)
),
late as (
    select
        c.period_index, c.visit_id, c.agency_code,
        row_number() over (partition by c.period_index, c.plan_item_id order by c.ended_on, c.visit_id, c.agency_code) > c.planned_visits as is_late
    from claim as c
    join crowded as x on x.period_index = c.period_index and x.plan_item_id = c.plan_item_id
)
select
    c.period_index,
    c.visit_id,
    c.agency_code,
    c.uscc,
    c.plan_item_id,
    c.ended_on,
    l.visit_id is null as is_filled
from claim as c
left join late as l on l.period_index = c.period_index and l.visit_id = c.visit_id and l.agency_code = c.agency_code and l.is_late
