-- The first non-review visit after a day on which an enterprise closed an episode.
-- One row per enterprise and such a day, where it was visited again.
-- @by uscc
-- @column uscc         enterprise
-- @column closed_on    day on which an episode of it was closed
-- @column visit_id     the visit
-- @column started_on   its start
with
closing as (
    select distinct uscc, closed_on
    from core.episode
    where closed_on is not null and found_on <= (select cut_off_date from run.parameter)
),
event as (
    select uscc, started_on as day, 0 as turn
    from mart.visit_index
    where visit_number is not null
    union all
    select uscc, closed_on, 1
    from closing
),
numbered as (
    select
        uscc,
        day,
        turn,
        1 + cast(sum(1 - turn) over (partition by uscc order by day, turn rows unbounded preceding) as bigint) as next_number
    from event
)
select
    n.uscc,
    n.day as closed_on,
    v.visit_id,
    v.started_on
from numbered as n
join mart.visit_index as v on v.uscc = n.uscc and v.visit_number = n.next_number
where n.turn = 1
