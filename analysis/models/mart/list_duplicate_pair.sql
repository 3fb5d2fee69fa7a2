-- Pairs of visits by different agencies to one enterprise about overlapping subjects. One row per pair: a view, for an enterprise with
-- thousands of visits has millions of them, and to write them with their names costs more than all the rest.
-- @by uscc
-- @view
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column earlier_visit_id  first visit
-- @column later_visit_id  second visit
-- @column earlier_agencies  names of its agencies
-- @column later_agencies  names of its agencies
-- @column earlier_levels  levels of the first
-- @column later_levels  levels of the second
-- @column earlier_kind  kind of the first
-- @column later_kind  kind of the second
-- @column earlier_started_on  start of the first
-- @column later_started_on  start of the second
-- @column days_apart  days between the starts
-- @column shared_items  inspection items both have
-- @column united_items  inspection items either has
-- @column is_overlap_known  both visits have items
-- @column pair_kind  multi_level or multi_head
-- @column is_net  neither visit is of an exempt kind
-- @column was_visible  the first was entered before the day the second began
-- @column is_avoidable  net, and the first is not itself a duplicate
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
duplicate as (
    select visit_id
    from mart.visit_duplicate
    where is_duplicate
)
select
    p.period, p.period_index, b.code as region_code, coalesce(r.city_code, '') as city_code, x.uscc, e.enterprise_name, x.earlier_visit_id, x.later_visit_id,
    coalesce(an.agency_names, a.agencies) as earlier_agencies,
    coalesce(bn.agency_names, b.agencies) as later_agencies,
    a.levels as earlier_levels,
    b.levels as later_levels,
    a.kind as earlier_kind,
    b.kind as later_kind,
    a.started_on as earlier_started_on,
    b.started_on as later_started_on,
    x.days_apart, x.shared_items, x.united_items, x.is_overlap_known,
    case when x.is_multi_level then 'multi_level' else 'multi_head' end as pair_kind,
    x.is_net,
    x.was_visible,
    x.is_net and d.visit_id is null as is_avoidable,
    b.file_id, b.sheet, b.row_number
from mart.visit_pair as x
join run.period as p on p.period_index = x.later_q
join mart.visit_index as a on a.visit_id = x.earlier_visit_id
join mart.visit_index as b on b.visit_id = x.later_visit_id
left join mart.agency_set as an on an.agencies = a.agencies
left join mart.agency_set as bn on bn.agencies = b.agencies
left join duplicate as d on d.visit_id = x.earlier_visit_id
left join core.enterprise as e on e.uscc = x.uscc
left join mart.region as r on r.region_code = b.code
