-- 无归属: rows that no region can count. One row per row.
-- @column period  the period
-- @column period_index  its index
-- @column region_code  empty: it has none
-- @column city_code  city it belongs to; empty for the province itself
-- @column dataset  dataset of the row
-- @column row_key  its key
-- @column reason  unknown_agency, unknown_enterprise, unknown_inspection, or other_province: its region lies elsewhere
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
elsewhere as (
    select a.agency_code, a.file_id, a.sheet, a.row_number
    from core.agency as a
    cross join run.parameter as r
    where substr(a.region_code, 1, 2) <> substr(r.province, 1, 2)
),
line as (
    select i.started_on as happened_on, 'inspection' as dataset, i.inspection_id as row_key, 'unknown_agency' as reason, i.file_id, i.sheet, i.row_number
    from core.inspection as i
    where i.is_unknown_agency
    union all
    select i.started_on, 'inspection', i.inspection_id, 'unknown_enterprise', i.file_id, i.sheet, i.row_number
    from core.inspection as i
    where i.is_unknown_enterprise
    union all
    select h.found_on, 'hazard', h.hazard_id, 'unknown_inspection', h.file_id, h.sheet, h.row_number
    from core.hazard as h
    where h.visit_id is null
    union all
    select p.decided_on, 'penalty', p.penalty_id, 'unknown_agency', p.file_id, p.sheet, p.row_number
    from core.penalty as p
    where p.region_code is null
    union all
    select i.approved_on, 'plan_item', i.plan_item_id, 'unknown_agency', i.file_id, i.sheet, i.row_number
    from core.plan_item as i
    left join core.agency as a on a.agency_code = i.agency_code
    where a.agency_code is null
    union all
    select i.approved_on, 'plan_item', i.plan_item_id, 'unknown_enterprise', i.file_id, i.sheet, i.row_number
    from core.plan_item as i
    left join core.enterprise as e on e.uscc = i.uscc
    where e.uscc is null
    union all
    select p.decided_on, 'penalty', p.penalty_id, 'unknown_enterprise', p.file_id, p.sheet, p.row_number
    from core.penalty as p
    left join core.enterprise as e on e.uscc = p.uscc
    where e.uscc is null
    union all
    select a.occurred_on, 'accident', a.accident_id, 'unknown_enterprise', a.file_id, a.sheet, a.row_number
    from core.accident as a
    left join core.enterprise as e on e.uscc = a.uscc
    where e.uscc is null
    union all
    select c.started_on, 'credit_event', c.credit_event_id, 'unknown_enterprise', c.file_id, c.sheet, c.row_number
    from core.credit_event as c
    left join core.enterprise as e on e.uscc = c.uscc
    where e.uscc is null
    union all
    -- A register has no day: its rows are there in every period.
    select null, 'officer', o.officer_id, 'unknown_agency', o.file_id, o.sheet, o.row_number
    from core.officer as o
    left join core.agency as a on a.agency_code = o.agency_code
    where a.agency_code is null
    union all
    select null, 'agency', x.agency_code, 'other_province', x.file_id, x.sheet, x.row_number
    from elsewhere as x
    union all
    select null, 'enterprise', e.uscc, 'other_province', e.file_id, e.sheet, e.row_number
    from core.enterprise as e
    cross join run.parameter as r
    where substr(e.region_code, 1, 2) <> substr(r.province, 1, 2)
    union all
    select null, 'officer', o.officer_id, 'other_province', o.file_id, o.sheet, o.row_number
    from core.officer as o
    join elsewhere as x on x.agency_code = o.agency_code
    union all
    select i.approved_on, 'plan_item', i.plan_item_id, 'other_province', i.file_id, i.sheet, i.row_number
    from core.plan_item as i
    join elsewhere as x on x.agency_code = i.agency_code
    union all
    select i.started_on, 'inspection', i.inspection_id, 'other_province', i.file_id, i.sheet, i.row_number
    from core.inspection as i
    join elsewhere as x on x.agency_code = i.agency_code
    union all
    select p.decided_on, 'penalty', p.penalty_id, 'other_province', p.file_id, p.sheet, p.row_number
    from core.penalty as p
    join elsewhere as x on x.agency_code = p.agency_code
)
select
    p.period, p.period_index, '' as region_code, '' as city_code, l.dataset, l.row_key, l.reason, l.file_id, l.sheet, l.row_number
from line as l
join run.period as p on l.happened_on is null or l.happened_on between p.first_day and p.d
order by p.period_index, l.dataset, l.row_key, l.reason
