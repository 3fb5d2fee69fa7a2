-- 迟报: when each city reported. One row per period and city with an agency.
-- @grain period_index, region_code
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column region_name  name of the region
-- @column first_submitted_at  first submission by the cut-off
-- @column limit_on  the 5th of the month after
-- @column rolled_limit_on  the next working day when that is a day off
-- @column is_missing  none was submitted by the cut-off
-- @column is_late  late to the letter; empty before the limit
-- @column is_late_rolled  late by the rolled limit; empty before it
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
select
    t.period, t.period_index, t.city_code as region_code, t.city_code, r.region_name, t.first_submitted_at, t.limit_on, t.rolled_limit_on,
    t.first_submitted_at is null as is_missing,
    case when t.is_due then t.is_late end as is_late,
    case when t.is_due_rolled then t.is_late_rolled end as is_late_rolled,
    t.file_id, t.sheet, t.row_number
from mart.return_timeliness as t
join mart.region as r on r.region_code = t.city_code
order by t.period_index, r.sort_order
