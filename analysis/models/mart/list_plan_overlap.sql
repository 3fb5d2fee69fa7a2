-- Enterprises that several agencies plan to visit: who should merge before anyone does. One row per period and enterprise.
-- @by uscc
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column plan_year  year of the plans
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column agencies  names of the agencies
-- @column levels  their levels
-- @column agency_count  known agencies
-- @column item_count  items in force
-- @column planned_visits  visits planned in them
-- @column is_cross_level  of two or more levels
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
agency as (
    select s.period_index, s.uscc, s.agency_code, max(s.level) as level, min(s.plan_item_id) as plan_item_id
    from mart.plan_state as s
    join mart.enterprise_plan as x on x.period_index = s.period_index and x.uscc = s.uscc and x.is_overlap
    where s.is_in_force
    group by s.period_index, s.uscc, s.agency_code
),
named as (
    select
        g.period_index, g.uscc,
        text_join(array_agg(coalesce(a.agency_name, g.agency_code) order by g.agency_code), ';') as agencies,
        set_text(text_join(array_agg(case when g.level <> 'unknown' then g.level else '' end), ';')) as levels,
        cast(sum(case when g.level <> 'unknown' then 1 else 0 end) as bigint) as agency_count,
        min(g.plan_item_id) as plan_item_id
    from agency as g
    left join core.agency as a on a.agency_code = g.agency_code
    group by g.period_index, g.uscc
)
select
    p.period, p.period_index, e.region_code, e.city_code, p.year as plan_year, n.uscc, e.enterprise_name, n.agencies, n.levels,
    n.agency_count, x.items as item_count, x.planned_visits,
    x.is_cross_level,
    i.file_id, i.sheet, i.row_number
from named as n
join run.period as p on p.period_index = n.period_index
join mart.enterprise_plan as x on x.period_index = n.period_index and x.uscc = n.uscc
join mart.enterprise as e on e.uscc = n.uscc
join core.plan_item as i on i.plan_item_id = n.plan_item_id
order by p.period_index, e.region_code, n.uscc
