-- One row per visit: one enterprise seen once, by one agency or several together.
-- @grain visit_id
-- @by visit_id
-- @coded lead_agency as agency_code, kind as inspection_kind, region_code, levels as level_set
-- @column visit_id             smallest inspection_id of its rows
-- @column uscc                 enterprise
-- @column kind                 检查类型 of the row with the smallest inspection_id
-- @column is_review            it is a 复查
-- @column is_exempt            its kind never makes a duplicate
-- @column started_on           earliest start
-- @column ended_on             latest end, empty while any row is open
-- @column lead_agency          smallest code among the known agencies; empty when none is known
-- @column region_code          region of the lead agency
-- @column agencies             codes of all agencies, by code, ;-separated
-- @column levels               levels of the known agencies, highest first, ;-separated; empty when none is known
-- @column level_mask           the same as a number: 1 province, 2 city, 4 county, 8 township, added
-- @column agency_count         agencies, known or not
-- @column items                codes of all items checked, by code, ;-separated
-- @column item_count           how many
-- @column officer_count        officers who took part
-- @column filed_at             latest filing, empty while any row has none
-- @column entered_at           latest entry, empty while any row has none
-- @column disclosed_on         latest disclosure, empty while any row has none
-- @column is_known_enterprise  the enterprise is in the register
-- @column file_id              file of the row whose id it bears
-- @column sheet                sheet of that file
-- @column row_number           row of that sheet or file
-- @check ended_on is null or ended_on >= started_on: no visit ends before it starts
-- @check agency_count >= 1: somebody made it

with gathered as (
  select
    visit_id,
    min(uscc) as uscc,
    min_by(kind, inspection_id) as kind,
    min(started_on) as started_on,
    case when count(ended_on) = count(*) then max(ended_on) end as ended_on,
    text_join(array_agg(items), ';') as items,
    set_size(text_join(array_agg(officers), ';')) as officer_count,
    case when count(filed_at) = count(*) then max(filed_at) end as filed_at,
    case when count(entered_at) = count(*) then max(entered_at) end as entered_at,
    case when count(disclosed_on) = count(*) then max(disclosed_on) end as disclosed_on,
    not bool_or(is_unknown_enterprise) as is_known_enterprise,
    min_by(file_id, inspection_id) as file_id,
    min_by(sheet, inspection_id) as sheet,
    min_by(row_number, inspection_id) as row_number
  from core.inspection
  where visit_inspections > 1
  group by visit_id
),
-- Few lists are many visits': what is asked of a list is asked once.
lists as (
  select items from core.inspection where visit_inspections = 1
  union
  select items from gathered
),
sets as (
  select items, set_text(items) as item_set
  from lists
  where items is not null
),
checklists as (
  select items, item_set, cast(length(item_set) - length(replace(item_set, ';', '')) + 1 as integer) as item_count
  from sets
),
rosters as (
  select officers, set_size(officers) as officer_count
  from core.inspection
  where officers is not null
  group by officers
),
alone as (
  select
    i.visit_id,
    i.uscc,
    i.kind,
    i.started_on,
    i.ended_on,
    a.agency_code as lead_agency,
    i.agency_code as agencies,
    case a.level when 'province' then 1 when 'city' then 2 when 'county' then 4 when 'township' then 8 else 0 end as level_mask,
    1 as agency_count,
    l.item_set as items,
    coalesce(l.item_count, 0) as item_count,
    coalesce(r.officer_count, 0) as officer_count,
    i.filed_at,
    i.entered_at,
    i.disclosed_on,
    not i.is_unknown_enterprise as is_known_enterprise,
    i.file_id,
    i.sheet,
    i.row_number
  from core.inspection as i
  left join core.agency as a on a.agency_code = i.agency_code
  left join checklists as l on l.items = i.items
  left join rosters as r on r.officers = i.officers
  where i.visit_inspections = 1
),
parties as (
  select
    v.visit_id,
    min(case when v.is_known then v.agency_code end) as lead_agency,
    set_text(text_join(array_agg(v.agency_code), ';')) as agencies,
    max(case when v.level = 'province' then 1 else 0 end) + max(case when v.level = 'city' then 2 else 0 end)
      + max(case when v.level = 'county' then 4 else 0 end) + max(case when v.level = 'township' then 8 else 0 end) as level_mask,
    cast(count(*) as integer) as agency_count
  from core.visit_agency as v
  join gathered as g on g.visit_id = v.visit_id
  group by v.visit_id
),
visits as (
  select
    visit_id, uscc, kind, started_on, ended_on, lead_agency, agencies, level_mask, agency_count, items, item_count, officer_count, filed_at, entered_at,
    disclosed_on, is_known_enterprise, file_id, sheet, row_number
  from alone
  union all
  select
    g.visit_id, g.uscc, g.kind, g.started_on, g.ended_on, p.lead_agency, p.agencies, p.level_mask, p.agency_count, l.item_set, coalesce(l.item_count, 0), g.officer_count,
    g.filed_at, g.entered_at, g.disclosed_on, g.is_known_enterprise, g.file_id, g.sheet, g.row_number
  from gathered as g
  join parties as p on p.visit_id = g.visit_id
  left join checklists as l on l.items = g.items
)
select
  v.visit_id,
  v.uscc,
  v.kind,
  v.kind = 'review' as is_review,
  x.kind is not null as is_exempt,
  v.started_on,
  v.ended_on,
  v.lead_agency,
  a.region_code,
  v.agencies,
  case v.level_mask
    when 1 then 'province' when 2 then 'city' when 3 then 'province;city' when 4 then 'county' when 5 then 'province;county'
    when 6 then 'city;county' when 7 then 'province;city;county' when 8 then 'township' when 9 then 'province;township'
    when 10 then 'city;township' when 11 then 'province;city;township' when 12 then 'county;township'
    when 13 then 'province;county;township' when 14 then 'city;county;township' when 15 then 'province;city;county;township'
  end as levels,
  v.level_mask,
  v.agency_count,
  v.items,
  v.item_count,
  v.officer_count,
  v.filed_at,
  v.entered_at,
  v.disclosed_on,
  v.is_known_enterprise,
  v.file_id,
  v.sheet,
  v.row_number
from visits as v
left join run.exempt_kind as x on x.kind = v.kind
left join core.agency as a on a.agency_code = v.lead_agency
