-- Penalties as the metrics count them: event dates as period indices.
-- One row per penalty decided by the cut-off.
-- @grain penalty_id
-- @by penalty_id
-- @column penalty_id     the penalty
-- @column uscc           enterprise
-- @column visit_id       visit of the inspection it names; empty when it names none that is known
-- @column code           region of its agency; empty when that is unknown
-- @column level          level of its agency; unknown when that is unknown
-- @column sector         sector of the enterprise; unknown when it is in no register
-- @column kind           heaviest kind
-- @column decided_on     day of the decision
-- @column decided_q      index of the quarter of the decision
-- @column decided_p180   first period on whose d the decision is 180 days old
-- @column decided_p365   first period on whose d the decision is 365 days old
-- @column fine_yuan      the fine, where its kinds include one and an amount is given
-- @column limit_p        first period on whose d the limit for disclosing it has passed
-- @column is_disclosed   disclosed by that limit
with
day_limit as (
    select c.day, l.day as limit_on
    from run.calendar as c
    cross join run.parameter as r
    left join run.calendar as l on l.workday_index = c.workday_index + r.penalty_disclosure_days and l.is_workday
)
select
    p.penalty_id,
    p.uscc,
    p.visit_id,
    p.region_code as code,
    coalesce(a.level, 'unknown') as level,
    coalesce(e.sector, 'unknown') as sector,
    p.kind,
    p.decided_on,
    quarter_index(p.decided_on, r.first_year) as decided_q,
    seen_index(add_days(p.decided_on, 180), r.cut_off_date, r.first_year) as decided_p180,
    seen_index(add_days(p.decided_on, 365), r.cut_off_date, r.first_year) as decided_p365,
    case when strpos(';' || p.kinds || ';', ';fine;') > 0 then p.amount_yuan end as fine_yuan,
    seen_index(l.limit_on, r.cut_off_date, r.first_year) as limit_p,
    coalesce(p.disclosed_on <= l.limit_on, false) as is_disclosed
from core.penalty as p
cross join run.parameter as r
left join core.agency as a on a.agency_code = p.agency_code
left join core.enterprise as e on e.uscc = p.uscc
left join day_limit as l on l.day = p.decided_on
where p.decided_on <= r.cut_off_date
