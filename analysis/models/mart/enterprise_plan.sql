-- Enterprises with items in force, as seen on every d: who plans to visit them.
-- One row per enterprise as seen on one period's d.
-- @by uscc
-- @column period_index      the period
-- @column uscc              enterprise
-- @column items             items in force
-- @column planned_visits    visits planned in them
-- @column is_overlap        two or more known agencies have an item in force
-- @column is_cross_level    they are of two or more levels
select
    s.period_index,
    s.uscc,
    cast(count(*) as bigint) as items,
    cast(sum(s.planned_visits) as bigint) as planned_visits,
    coalesce(min(case when s.level <> 'unknown' then s.agency_code end) < max(case when s.level <> 'unknown' then s.agency_code end), false) as is_overlap,
    coalesce(min(case when s.level <> 'unknown' then s.level end) < max(case when s.level <> 'unknown' then s.level end), false) as is_cross_level
from mart.plan_state as s
where s.is_in_force
group by s.period_index, s.uscc
