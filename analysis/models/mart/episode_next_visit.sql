-- The first non-review visit after an episode was closed.
-- One row per closed episode whose enterprise was visited again.
-- @by episode_id
-- @view
-- @column episode_id   the episode
-- @column visit_id     the visit
-- @column started_on   its start
select
    e.episode_id,
    n.visit_id,
    n.started_on
from core.episode as e
join mart.next_visit as n on n.uscc = e.uscc and n.closed_on = e.closed_on
where e.found_on <= (select cut_off_date from run.parameter)
