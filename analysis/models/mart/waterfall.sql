-- From the original plan to what is complete. One row per period, region, scope, step and reason.
-- @grain period_index, region_code, scope, step, reason
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column scope  all or own
-- @column step  original, added, removed, in_force, complete, incomplete
-- @column reason  why removed; empty but for removed
-- @column items  plan items
-- @column sort_order  order of the steps
with
state as (
    select
        s.period_index, s.code, s.origin, s.removal_reason, s.is_in_force, s.is_complete,
        cast(count(*) as bigint) as items
    from mart.plan_state as s
    where s.code is not null
    group by s.period_index, s.code, s.origin, s.removal_reason, s.is_in_force, s.is_complete
),
step as (
    select period_index, code, 1 as place, 'original' as step, '' as reason, items from state where origin = 'original'
    union all
    select period_index, code, 2, 'added', '', items from state where origin = 'added'
    union all
    select period_index, code, 3, 'removed', removal_reason, items from state where not is_in_force
    union all
    select period_index, code, 4, 'in_force', '', items from state where is_in_force
    union all
    select period_index, code, 5, 'complete', '', items from state where is_in_force and is_complete
    union all
    select period_index, code, 6, 'incomplete', '', items from state where is_in_force and not is_complete
),
placed as (
    select x.period_index, g.region_code, 'all' as scope, x.place, x.step, x.reason, x.items
    from step as x
    join mart.region as g on case g.level
        when 'province' then substr(x.code, 1, 2) = substr(g.region_code, 1, 2)
        when 'city' then substr(x.code, 1, 4) = substr(g.region_code, 1, 4)
        else x.code = g.region_code
    end
    union all
    select x.period_index, g.region_code, 'own', x.place, x.step, x.reason, x.items
    from step as x
    join mart.region as g on g.region_code = x.code and g.level <> 'county'
)
select
    p.period, s.period_index, s.region_code, s.scope, s.step, s.reason,
    cast(sum(s.items) as bigint) as items,
    s.place as sort_order
from placed as s
join run.period as p on p.period_index = s.period_index
group by p.period, s.period_index, s.region_code, s.scope, s.step, s.reason, s.place
order by 2, 3, 4, 8, 6
