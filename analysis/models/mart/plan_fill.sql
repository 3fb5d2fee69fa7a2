-- Visits that fill a slot of the plan, as seen on every d.
-- One row per visit as seen on one period's d.
-- @by visit_id
-- @column period_index   the period
-- @column visit_id       the visit; absent when no agency of it fills a slot
with
free as (
    select period_index, uscc, agency_code, cast(sum(s.free_slots) as bigint) as free_slots
    from mart.plan_state as s
    where s.free_slots > 0
    group by period_index, uscc, agency_code
)
select period_index, visit_id
from mart.plan_claim
where is_filled
union
select v.period_index, v.visit_id
from mart.plan_implicit as v
join free as f on f.period_index = v.period_index and f.uscc = v.uscc and f.agency_code = v.agency_code
where v.place <= f.free_slots
