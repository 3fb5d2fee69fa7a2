-- Episodes with what came after them: the next visit, the next episode of the same class, and what earlier ones were doing.
-- One row per episode found by the cut-off.
-- @column episode_id          the episode
-- @column uscc                enterprise
-- @column visit_id            visit it was found in
-- @column code                region of the visit's lead agency; empty when none is known
-- @column sector              sector of the enterprise; unknown when it is in no register
-- @column risk_grade          risk grade of the enterprise; none when it has none
-- @column level               level of the visit's lead agency; unknown when none is known
-- @column class               class of the hazards
-- @column class_kind          item, clause or category
-- @column severity            the worst of its hazards
-- @column is_review_visit     found in a review
-- @column found_on            earliest day found
-- @column closed_on           latest day closed; empty while any hazard is open
-- @column found_q             index of the quarter it was found in
-- @column closed_p            first period on whose d it is closed; 9999 for never
-- @column is_unresolved_again an earlier episode of the class was not closed when this one was found (B11)
-- @column is_recurrence       an earlier episode of the class was closed within W days before this one was found (B14)
-- @column next_found_on       first day after closing on which the class was found again
-- @column next_visit_id       first non-review visit after closing
-- @column next_started_on     its start
-- @column is_in_next_visit    the class was found in that visit
-- @column next_class_p        first period on whose d the class is found in that visit; 9999 for never
with
parameter as (
    select cut_off_date, first_year, recurrence_days
    from run.parameter
),
episode as (
    select
        e.*,
        days_between(date '1970-01-01', e.found_on) as found_day,
        coalesce(days_between(date '1970-01-01', e.closed_on), 999999) as closed_day
    from core.episode as e
    cross join parameter as r
    where e.found_on <= r.cut_off_date
),
sequence as (
    select
        episode_id,
        max(closed_day) over (
            partition by uscc, class_kind, class order by found_day
            range between unbounded preceding and 1 preceding
        ) as earlier_closed_day,
        min(found_day) over (
            partition by uscc, class_kind, class order by found_day
            range between closed_day - found_day + 1 following and unbounded following
        ) as next_found_day
    from episode
),
event as (
    select uscc, days_between(date '1970-01-01', started_on) as day, 0 as turn, cast(null as varchar) as episode_id
    from mart.visit_index
    where visit_number is not null
    union all
    select uscc, closed_day, 1, episode_id
    from episode
    where closed_on is not null
),
numbered as (
    select
        episode_id,
        uscc,
        1 + sum(1 - turn) over (partition by uscc order by day, turn rows unbounded preceding) as next_number
    from event
),
next_visit as (
    select n.episode_id, v.visit_id, v.started_on
    from numbered as n
    join mart.visit_index as v on v.uscc = n.uscc and v.visit_number = n.next_number
    where n.episode_id is not null
)
select
    e.episode_id,
    e.uscc,
    e.visit_id,
    e.region_code as code,
    coalesce(v.sector, 'unknown') as sector,
    coalesce(v.risk_grade, 'none') as risk_grade,
    coalesce(v.level, 'unknown') as level,
    e.class,
    e.class_kind,
    e.severity,
    e.is_review_visit,
    e.found_on,
    e.closed_on,
    quarter_index(e.found_on, r.first_year) as found_q,
    seen_index(e.closed_on, r.cut_off_date, r.first_year) as closed_p,
    coalesce(s.earlier_closed_day >= e.found_day, false) as is_unresolved_again,
    coalesce(s.earlier_closed_day < e.found_day and e.found_day <= s.earlier_closed_day + r.recurrence_days, false) as is_recurrence,
    add_days(date '1970-01-01', s.next_found_day) as next_found_on,
    n.visit_id as next_visit_id,
    n.started_on as next_started_on,
    again.episode_id is not null as is_in_next_visit,
    seen_index(again.found_on, r.cut_off_date, r.first_year) as next_class_p
from episode as e
cross join parameter as r
join sequence as s on s.episode_id = e.episode_id
left join mart.visit_index as v on v.visit_id = e.visit_id
left join next_visit as n on n.episode_id = e.episode_id
left join core.episode as again on again.visit_id = n.visit_id and again.class = e.class and again.class_kind = e.class_kind
