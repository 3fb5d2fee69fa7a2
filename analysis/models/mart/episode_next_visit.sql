-- The first non-review visit after an episode was closed.
-- One row per closed episode whose enterprise was visited again.
-- @by episode_id
-- @column episode_id   the episode
-- @column visit_id     the visit
-- @column started_on   its start
with
parameter as (
    select cut_off_date
    from run.parameter
),
event as (
    select uscc, days_between(date '1970-01-01', started_on) as day, 0 as turn, cast(null as varchar) as episode_id
    from mart.visit_index
    where visit_number is not null
    union all
    select uscc, days_between(date '1970-01-01', closed_on), 1, episode_id
    from core.episode
    where closed_on is not null and found_on <= (select cut_off_date from parameter)
),
numbered as (
    select
        episode_id,
        uscc,
        1 + cast(sum(1 - turn) over (partition by uscc order by day, turn rows unbounded preceding) as bigint) as next_number
    from event
)
select
    n.episode_id,
    v.visit_id,
    v.started_on
from numbered as n
join mart.visit_index as v on v.uscc = n.uscc and v.visit_number = n.next_number
where n.episode_id is not null
