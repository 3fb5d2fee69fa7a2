-- The last non-review visit an enterprise has had, as seen in a period.
-- One row per enterprise and quarter with such a visit; it holds until the next one.
-- @grain uscc, from_p
-- @by uscc
-- @column uscc     enterprise
-- @column last_on  start of the last visit of that quarter
-- @column from_p   index of that quarter
-- @column until_p  index of the next quarter with such a visit; 9999 for none
with
visit as (
    select
        uscc,
        started_q,
        max(started_on) as last_on
    from mart.visit_index
    where not is_review
    group by uscc, started_q
)
select
    uscc,
    last_on,
    started_q as from_p,
    coalesce(lead(started_q) over (partition by uscc order by started_q), 9999) as until_p
from visit
