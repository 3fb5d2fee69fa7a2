-- Names of the agencies of visits. One row per set of agencies that made a visit.
-- @grain agencies
-- @lookup agencies
-- @column agencies  agency codes, ; between
-- @column agency_names  their names, ; between; the code where none is known
with
member as (
    select s.agencies, u.item
    from (select distinct agencies from mart.visit_index) as s
    cross join unnest(split_list(s.agencies)) as u(item)
)
select
    m.agencies,
    text_join(array_agg(coalesce(a.agency_name, m.item) order by m.item), ';') as agency_names
from member as m
left join core.agency as a on a.agency_code = m.item
group by m.agencies
