-- Enterprises with two non-review visits in the last 730 days, and whether the same problem keeps coming back there.
-- One row per enterprise and stretch of periods in which its state does not change.
-- @by uscc
-- @column uscc         enterprise
-- @column from_p       first period of the stretch
-- @column until_p      first period after it
-- @column is_repeat    in those periods' last 730 days one class has two recurrences, or was found in three non-review visits
with
parameter as (
    select cut_off_date, first_year
    from run.parameter
),
visit as (
    select
        v.uscc,
        v.visit_number,
        v.started_q,
        seen_index(add_days(v.started_on, 730), r.cut_off_date, r.first_year) as expired_p
    from mart.visit_index as v
    cross join parameter as r
    where v.visit_number is not null
),
-- A visit and the one before count until that one is too old, from then on in the stretch of the two before.
two_visits as (
    select v.uscc, later_of(v.started_q, coalesce(c.expired_p, v.started_q)) as from_p, b.expired_p as until_p
    from visit as v
    join visit as b on b.uscc = v.uscc and b.visit_number = v.visit_number - 1
    left join visit as c on c.uscc = v.uscc and c.visit_number = v.visit_number - 2
),
visited as (
    select uscc, from_p, until_p
    from two_visits
    where from_p < until_p
),
episode as (
    select
        e.uscc, e.class_kind, e.class, e.found_on, e.episode_id, e.found_q,
        e.is_recurrence and not e.is_unresolved_again as is_new_recurrence,
        e.is_review_visit,
        seen_index(add_days(e.found_on, 730), r.cut_off_date, r.first_year) as expired_p
    from mart.episode_index as e
    -- What an enterprise has once cannot come back: only classes with several episodes.
    join mart.episode_sequence as q on q.episode_id = e.episode_id
    cross join parameter as r
),
several as (
    select uscc, class_kind, class
    from episode
    group by uscc, class_kind, class
    having cast(sum(case when is_new_recurrence then 1 else 0 end) as bigint) >= 2 or cast(sum(case when is_review_visit then 0 else 1 end) as bigint) >= 3
),
candidate as (
    select e.uscc, e.class_kind, e.class, e.found_on, e.episode_id, e.found_q, e.is_new_recurrence, e.is_review_visit, e.expired_p
    from episode as e
    join several as s on s.uscc = e.uscc and s.class_kind = e.class_kind and s.class = e.class
),
found as (
    select uscc, found_q as from_p, lag(expired_p) over (partition by uscc, class_kind, class order by found_on, episode_id) as until_p
    from candidate
    where is_new_recurrence
    union all
    select uscc, found_q, lag(expired_p, 2) over (partition by uscc, class_kind, class order by found_on, episode_id)
    from candidate
    where not is_review_visit
),
repeated as (
    select distinct f.uscc, p.period_index
    from found as f
    join run.period as p on p.period_index >= f.from_p and p.period_index < f.until_p
),
repeating as (
    select distinct uscc
    from repeated
)
select v.uscc, v.from_p, v.until_p, false as is_repeat
from visited as v
left join repeating as x on x.uscc = v.uscc
where x.uscc is null
union all
select v.uscc, p.period_index, p.period_index + 1, y.uscc is not null
from visited as v
join repeating as x on x.uscc = v.uscc
join run.period as p on p.period_index >= v.from_p and p.period_index < v.until_p
left join repeated as y on y.uscc = v.uscc and y.period_index = p.period_index
