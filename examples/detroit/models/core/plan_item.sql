-- One row per open establishment and year of the register: routine visits as often as its review frequency says, at least one.
-- @grain plan_item_id
-- @column plan_item_id     establishment and year
-- @column plan_year        year
-- @column agency_code      agency that inspects it
-- @column uscc             establishment number
-- @column class            key when its risk category is high, else general
-- @column method           directed
-- @column planned_visits   round(365 / review frequency in days), at least 1
-- @column scheduled_month  empty: the register plans no months
-- @column origin           original
-- @column approved_on      first day of the year
-- @column filed_on         empty
-- @column file_id          file the establishment was read from
-- @column sheet            sheet of that file, empty for text files
-- @column row_number       row of that sheet or file, as the reader counts them
-- @check planned_visits >= 1: an item plans at least one visit

with versions as (
  select
    r.uscc,
    r.regulator_code,
    r.status,
    r.risk_grade,
    r.review_frequency_days,
    r.file_id,
    r.sheet,
    r.row_number,
    row_number() over (partition by r.uscc order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.enterprise as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
),
years as (
  select distinct cast(extract(year from r.started_on) as integer) as plan_year
  from raw.inspection as r
)
select
  e.uscc || '-' || cast(y.plan_year as varchar) as plan_item_id,
  y.plan_year,
  e.regulator_code as agency_code,
  e.uscc,
  case when e.risk_grade = 'C' then 'key' else 'general' end as class,
  'directed' as method,
  greatest(1, int_div(2 * 365 + e.review_frequency_days, 2 * e.review_frequency_days)) as planned_visits,
  cast(null as integer) as scheduled_month,
  'original' as origin,
  cast(cast(y.plan_year as varchar) || '-01-01' as date) as approved_on,
  cast(null as date) as filed_on,
  e.file_id,
  e.sheet,
  e.row_number
from versions as e
cross join years as y
where e.version = 1 and e.status = 'active'
