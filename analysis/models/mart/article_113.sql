-- Enterprises with a major hazard open on d or found in the 365 days before, and how often they were penalised.
-- One row per enterprise as seen on one period's d.
-- @grain period_index, uscc
-- @by uscc
-- @column period_index       the period
-- @column uscc               enterprise
-- @column major_hazards      its major hazards open on d or found in (d − 365, d]
-- @column open_majors        those open on d
-- @column penalties_180      penalties decided in (d − 180, d]
-- @column penalties_365      penalties decided in (d − 365, d]
-- @column last_penalty_on    last of them; empty when there is none
with
major as (
    select
        h.uscc,
        quarter_index(h.found_on, r.first_year) as found_q,
        seen_index(h.closed_on, r.cut_off_date, r.first_year) as closed_p,
        seen_index(add_days(h.found_on, 365), r.cut_off_date, r.first_year) as expired_p
    from core.hazard as h
    cross join run.parameter as r
    where h.severity = 'major' and h.uscc is not null and h.found_on <= r.cut_off_date
),
hazard as (
    select
        p.period_index,
        m.uscc,
        cast(count(*) as bigint) as major_hazards,
        cast(sum(case when m.closed_p > p.period_index then 1 else 0 end) as bigint) as open_majors
    from major as m
    join run.period as p on p.period_index >= m.found_q and (p.period_index < m.closed_p or p.period_index < m.expired_p)
    group by p.period_index, m.uscc
),
penalty as (
    select
        p.period_index,
        x.uscc,
        cast(sum(case when p.period_index < x.decided_p180 then 1 else 0 end) as bigint) as penalties_180,
        cast(count(*) as bigint) as penalties_365,
        max(x.decided_on) as last_penalty_on
    from mart.penalty_index as x
    join run.period as p on p.period_index >= x.decided_q and p.period_index < x.decided_p365
    group by p.period_index, x.uscc
)
select
    h.period_index,
    h.uscc,
    h.major_hazards,
    h.open_majors,
    coalesce(p.penalties_180, 0) as penalties_180,
    coalesce(p.penalties_365, 0) as penalties_365,
    p.last_penalty_on
from hazard as h
left join penalty as p on p.period_index = h.period_index and p.uscc = h.uscc
