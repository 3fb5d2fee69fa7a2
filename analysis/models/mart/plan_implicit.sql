-- Visits that name no item but may fill a free slot, in the order in which they take one, as seen on every d.
-- One row per visit and agency as seen on one period's d.
-- @by uscc
-- @coded agency_code
-- @column period_index   the period
-- @column visit_id       the visit
-- @column agency_code    the agency
-- @column uscc           enterprise
-- @column ended_on       last day of the visit
-- @column place          its place among the enterprise's and agency's, from 1
with
planned as (
    select distinct uscc, agency_code, plan_year
    from mart.plan_item_index
),
visit as (
    select visit_id, uscc, agencies, agency_count, ended_on, ended_p, year(ended_on) as year
    from mart.visit_index
    where kind in ('planned', 'double_random') and ended_p < 9999 and year(started_on) = year(ended_on)
),
party as (
    select visit_id, agencies as agency_code, uscc, ended_on, ended_p, year
    from visit
    where agency_count = 1
    union all
    select v.visit_id, a.agency_code, v.uscc, v.ended_on, v.ended_p, v.year
    from core.visit_agency as a
    join visit as v on v.visit_id = a.visit_id and v.agency_count > 1
),
candidate as (
    select p.period_index, v.visit_id, v.agency_code, v.uscc, v.ended_on
    from party as v
    join planned as t on t.uscc = v.uscc and t.agency_code = v.agency_code and t.plan_year = v.year
    join run.period as p on p.year = t.plan_year and p.period_index >= v.ended_p
)
select
    c.period_index,
    c.visit_id,
    c.agency_code,
    c.uscc,
    c.ended_on,
    row_number() over (partition by c.period_index, c.uscc, c.agency_code order by c.ended_on, c.visit_id) as place
from candidate as c
left join mart.plan_claim as x on x.period_index = c.period_index and x.visit_id = c.visit_id and x.agency_code = c.agency_code
where x.visit_id is null
