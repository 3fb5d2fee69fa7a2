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
visit as (
    select uscc, visit_id, visit_number, started_on
    from mart.visit_index
    where visit_number is not null
),
-- From the visit before it on, this one is the next.
next as (
    select v.uscc, v.visit_id, v.started_on, coalesce(b.started_on, date '1900-01-01') as from_on
    from visit as v
    left join visit as b on b.uscc = v.uscc and b.visit_number = v.visit_number - 1
    where b.started_on is null or b.started_on < v.started_on
)
select
    c.uscc,
    c.closed_on,
    n.visit_id,
    n.started_on
from closing as c
join next as n on n.uscc = c.uscc and c.closed_on >= n.from_on and c.closed_on < n.started_on
