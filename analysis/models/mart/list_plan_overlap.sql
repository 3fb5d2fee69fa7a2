-- Enterprises that several agencies plan to visit: who should merge before anyone does. One row per period and enterprise.
-- @by uscc
-- @coded region_code
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
planned as (
    select
        period_index, uscc,
        case when count(*) = 2 and min(agency_code) < max(agency_code) then min(agency_code) || ';' || max(agency_code) else set_text(text_join(array_agg(agency_code), ';')) end as codes,
        case when min(level) = max(level) then nullif(min(level), 'unknown')
            else set_text(text_join(array_agg(case when level <> 'unknown' then level else '' end), ';')) end as levels,
        cast(sum(case when level <> 'unknown' then 1 else 0 end) as bigint) as agency_count,
        min(plan_item_id) as plan_item_id
    from agency
    group by period_index, uscc
),
-- Many enterprises are planned by the same few agencies: their names are put together once.
member as (
    select s.codes, u.item
    from (select distinct codes from planned) as s
    cross join unnest(split_list(s.codes)) as u(item)
),
named as (
    select m.codes, text_join(array_agg(coalesce(a.agency_name, m.item) order by m.item), ';') as agencies
    from member as m
    left join core.agency as a on a.agency_code = m.item
    group by m.codes
)
select
    p.period, p.period_index, e.region_code, e.city_code, p.year as plan_year, l.uscc, e.enterprise_name, n.agencies, l.levels,
    l.agency_count, x.items as item_count, x.planned_visits,
    x.is_cross_level,
    i.file_id, i.sheet, i.row_number
from planned as l
join named as n on n.codes = l.codes
join run.period as p on p.period_index = l.period_index
join mart.enterprise_plan as x on x.period_index = l.period_index and x.uscc = l.uscc and x.is_overlap
join mart.enterprise as e on e.uscc = l.uscc
join core.plan_item as i on i.plan_item_id = l.plan_item_id
order by p.period_index, e.region_code, l.uscc
