-- Twelve quarters of an enterprise at a glance. One row per enterprise visited or penalised in them.
-- @by uscc
-- @column uscc  enterprise
-- @column last_period  last of the twelve quarters
-- @column strip  oldest first: - not visited, 0 visited and clean, g general hazards, m major, r recurrence, p penalty; the worst of the quarter
with
latest as (
    select max(period_index) as last_q, max_by(period, period_index) as last_period
    from run.period
),
state as (
    select uscc, started_q as q, max(case when majors > 0 then 2 when hazards > 0 then 1 else 0 end) as state
    from mart.visit_index
    group by uscc, started_q
    union all
    select uscc, found_q, 3
    from mart.episode_index
    where is_recurrence and not is_unresolved_again
    union all
    select uscc, decided_q, 4
    from mart.penalty_index
)
select
    s.uscc,
    l.last_period,
    case max(case when s.q = l.last_q - 11 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 10 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 9 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 8 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 7 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 6 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 5 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 4 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 3 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 2 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 1 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end
        || case max(case when s.q = l.last_q - 0 then s.state end) when 0 then '0' when 1 then 'g' when 2 then 'm' when 3 then 'r' when 4 then 'p' else '-' end as strip
from state as s
cross join latest as l
where s.q > l.last_q - 12
group by s.uscc, l.last_period
