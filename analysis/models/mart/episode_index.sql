-- Episodes with what came after them: the next visit, the next episode of the same class, and what earlier ones were doing.
-- One row per episode found by the cut-off; core.episode says in which visit.
-- @by episode_id
-- @coded class as hazard_class, code as region_code, sector, risk_grade, class_kind, severity
-- @zstd episode_id
-- @column episode_id          the episode
-- @column uscc                enterprise
-- @column code                region of the visit's lead agency; empty when none is known
-- @column sector              sector of the enterprise; unknown when it is in no register
-- @column risk_grade          risk grade of the enterprise; none when it has none
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
-- @column next_started_on     its start
-- @column next_class_p        first period on whose d the class is found in that visit; 9999 for never
with
parameter as (
    select cut_off_date, first_year, recurrence_days
    from run.parameter
),
episode as (
    select
        e.episode_id, e.uscc, e.visit_id, e.class, e.class_kind, e.severity, e.is_review_visit, e.found_on, e.closed_on, e.region_code, e.sector, e.risk_grade,
        days_between(date '1970-01-01', e.found_on) as found_day
    from core.episode as e
    where e.found_on <= (select cut_off_date from parameter)
),
again as (
    select s.episode_id, min(x.found_on) as found_on
    from mart.episode_sequence as s
    join mart.next_visit as n on n.uscc = s.uscc and n.closed_on = s.closed_on
    join mart.episode_sequence as x on x.visit_id = n.visit_id and x.class = s.class
    group by s.episode_id
),
sequence as (
    select s.episode_id, s.earlier_closed_day, s.next_found_day, a.found_on as again_on
    from mart.episode_sequence as s
    left join again as a on a.episode_id = s.episode_id
)
select
    e.episode_id,
    e.uscc,
    e.region_code as code,
    coalesce(e.sector, 'unknown') as sector,
    coalesce(e.risk_grade, 'none') as risk_grade,
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
    n.started_on as next_started_on,
    -- Closed before its own visit began, an episode may have that visit as its next one.
    seen_index(case when n.visit_id = e.visit_id then e.found_on else s.again_on end, r.cut_off_date, r.first_year) as next_class_p
from episode as e
cross join parameter as r
left join sequence as s on s.episode_id = e.episode_id
left join mart.next_visit as n on n.uscc = e.uscc and n.closed_on = e.closed_on
