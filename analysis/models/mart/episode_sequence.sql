-- Episodes of a class that an enterprise has more than once, with what the others of the class were doing.
-- One row per episode found by the cut-off whose class the enterprise has more than once.
-- @by episode_id
-- @coded class as hazard_class
-- @column episode_id          the episode
-- @column uscc                enterprise
-- @column visit_id            visit it was found in
-- @column class               class of the hazards
-- @column found_on            earliest day found
-- @column closed_on           latest day closed; empty while any hazard is open
-- @column earlier_closed_day  last closing of those found earlier, days since 1970; 999999 while one is open
-- @column next_found_day      first day after its closing on which the class was found again, days since 1970
with
parameter as (
    select cut_off_date
    from run.parameter
),
several as (
    select uscc, class
    from core.episode
    where found_on <= (select cut_off_date from parameter)
    group by uscc, class
    having count(*) > 1
),
repeated as (
    select
        e.episode_id, e.uscc, e.visit_id, e.class, e.found_on, e.closed_on,
        days_between(date '1970-01-01', e.found_on) as found_day,
        coalesce(days_between(date '1970-01-01', e.closed_on), 999999) as closed_day
    from core.episode as e
    join several as s on s.uscc = e.uscc and s.class = e.class
    where e.found_on <= (select cut_off_date from parameter)
)
select
    episode_id,
    uscc,
    visit_id,
    class,
    found_on,
    closed_on,
    max(closed_day) over (partition by uscc, class order by found_day range between unbounded preceding and 1 preceding) as earlier_closed_day,
    min(found_day) over (partition by uscc, class order by found_day range between closed_day - found_day + 1 following and unbounded following) as next_found_day
from repeated
