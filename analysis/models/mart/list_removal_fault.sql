-- 未履行报批, 逾期报批: removals not re-approved, or re-approved later than 30 days after the decision. One row per period and change.
-- @by plan_change_id
-- @coded region_code, agency_code
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column plan_change_id  the change
-- @column plan_item_id  the item removed
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column agency_code  agency
-- @column agency_name  its name
-- @column reason  reason
-- @column decided_on  decided
-- @column limit_on  30 days later
-- @column reapproved_on  re-approved by d
-- @column fault  not_approved or late
-- @column days_over  days past the limit
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
change as (
    select
        p.period, p.period_index, p.d, c.plan_change_id, c.plan_item_id, c.reason, c.decided_on,
        add_days(c.decided_on, 30) as limit_on,
        case when c.reapproved_on <= p.d then c.reapproved_on end as reapproved_on,
        c.file_id, c.sheet, c.row_number
    from core.plan_change as c
    cross join run.period as p
    where c.action = 'remove' and c.decided_on <= p.d
)
select
    c.period, c.period_index, i.code as region_code, coalesce(r.city_code, '') as city_code, c.plan_change_id, c.plan_item_id, i.uscc, e.enterprise_name,
    i.agency_code, a.agency_name, c.reason, c.decided_on, c.limit_on, c.reapproved_on,
    case when c.reapproved_on is null then 'not_approved' else 'late' end as fault,
    days_between(c.limit_on, coalesce(c.reapproved_on, c.d)) as days_over,
    c.file_id, c.sheet, c.row_number
from change as c
join mart.plan_item_index as i on i.plan_item_id = c.plan_item_id
join run.period as p on p.period_index = c.period_index and p.year = i.plan_year
left join core.enterprise as e on e.uscc = i.uscc
left join core.agency as a on a.agency_code = i.agency_code
left join mart.region as r on r.region_code = i.code
where i.origin = 'original' and i.approved_p <= c.period_index and coalesce(c.reapproved_on, c.d) > c.limit_on
order by c.period_index, i.code nulls last, c.decided_on, c.plan_change_id
