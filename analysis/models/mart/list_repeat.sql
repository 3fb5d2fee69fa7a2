-- 同类问题反复出现: classes that keep coming back in an enterprise within the last 730 days. One row per period, enterprise and class.
-- @by uscc
-- @coded region_code, sector, class as hazard_class, class_kind
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column sector  its sector; unknown when it is in no register
-- @column class  class of the hazards
-- @column class_kind  item, clause or category
-- @column episodes  episodes of the class
-- @column recurrences  those that are recurrences
-- @column visits  non-review visits it was found in
-- @column first_found_on  first found in the 730 days
-- @column last_found_on  last found
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
repeating as (
    select s.uscc, p.period_index, p.period, p.d
    from mart.repeat_state as s
    join run.period as p on p.period_index >= s.from_p and p.period_index < s.until_p
    where s.is_repeat
),
counted as (
    select
        r.period, r.period_index, r.uscc, e.class, e.class_kind,
        cast(count(*) as bigint) as episodes,
        cast(sum(case when e.is_recurrence and not e.is_unresolved_again then 1 else 0 end) as bigint) as recurrences,
        cast(sum(case when e.is_review_visit then 0 else 1 end) as bigint) as visits,
        min(e.found_on) as first_found_on,
        max(e.found_on) as last_found_on,
        max_by(e.episode_id, cast(e.found_on as varchar) || e.episode_id) as last_episode_id
    from mart.episode_index as e
    -- A class that an enterprise has had once does not come back.
    join mart.episode_sequence as q on q.episode_id = e.episode_id
    join repeating as r on r.uscc = e.uscc and e.found_on <= r.d and e.found_on > add_days(r.d, -730)
    group by r.period, r.period_index, r.uscc, e.class, e.class_kind
),
shown as (
    select period, period_index, uscc, class, class_kind, episodes, recurrences, visits, first_found_on, last_found_on, last_episode_id
    from counted
    where recurrences >= 2 or visits >= 3
)
select
    c.period, c.period_index, e.region_code, e.city_code, c.uscc, e.enterprise_name, e.sector, c.class, c.class_kind, c.episodes, c.recurrences, c.visits,
    c.first_found_on, c.last_found_on, h.file_id, h.sheet, h.row_number
from core.hazard as h
join shown as c on c.last_episode_id = h.hazard_id
join mart.enterprise as e on e.uscc = c.uscc
order by c.period_index, e.region_code, c.recurrences desc nulls last, c.uscc, c.class
