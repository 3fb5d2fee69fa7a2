-- When each city's first return of a quarter came, against the 5th of the month after, to the letter and rolled over days off.
-- One row per city with an agency, and period.
-- @grain city_code, period_index
-- @column period_index       the period
-- @column period             its name
-- @column city_code          the city
-- @column first_submitted_at first submission; empty when none has come
-- @column limit_on           the 5th of the month after
-- @column rolled_limit_on    the next working day when that is a day off
-- @column is_due             the cut-off has reached the limit
-- @column is_due_rolled      the cut-off has reached the rolled limit
-- @column is_late            not there by the limit
-- @column is_late_rolled     not there by the rolled limit
-- @column file_id            file of the first return
-- @column sheet              its sheet
-- @column row_number         its row
with
city as (
    select distinct g.region_code
    from run.region as g
    join core.agency as a on substr(a.region_code, 1, 4) = substr(g.region_code, 1, 4)
    where g.level = 'city'
),
submitted as (
    select
        q.region_code, q.period, q.submitted_at, q.file_id, q.sheet, q.row_number,
        row_number() over (partition by q.region_code, q.period order by q.submitted_at) as place
    from core.quarterly_return as q
    cross join run.parameter as r
    where q.submitted_at <= r.cut_off
),
limits as (
    select p.period_index, p.period, add_days(p.last_day, 5) as limit_on, min(c.day) as rolled_limit_on
    from run.period as p
    join run.calendar as c on c.day >= add_days(p.last_day, 5) and c.day <= add_days(p.last_day, 35) and c.is_workday
    group by p.period_index, p.period, p.last_day
)
select
    l.period_index,
    l.period,
    c.region_code as city_code,
    s.submitted_at as first_submitted_at,
    l.limit_on,
    l.rolled_limit_on,
    r.cut_off_date >= l.limit_on as is_due,
    r.cut_off_date >= l.rolled_limit_on as is_due_rolled,
    s.submitted_at is null or cast(s.submitted_at as date) > l.limit_on as is_late,
    s.submitted_at is null or cast(s.submitted_at as date) > l.rolled_limit_on as is_late_rolled,
    s.file_id,
    s.sheet,
    s.row_number
from city as c
cross join limits as l
cross join run.parameter as r
left join submitted as s on s.region_code = c.region_code and s.period = l.period and s.place = 1
