-- Periods with figures. One row per quarter.
-- @grain period_index
-- @column period_index  quarters since the first of the first year
-- @column period  2020Q1
-- @column year  year
-- @column quarter  quarter
-- @column first_day  its first day
-- @column last_day  its last day
-- @column d  last day of the quarter, or of the cut-off
-- @column workdays_to_d  working days from 1 January to d
-- @column workdays_of_year  working days of the year
-- @column is_closed  signed off: later data restate it, never change it silently
select
    p.period_index, p.period, p.year, p.quarter, p.first_day, p.last_day, p.d, p.workdays_to_d, p.workdays_of_year,
    c.period is not null as is_closed
from run.period as p
left join run.closed_period as c on c.period = p.period
order by p.period_index
