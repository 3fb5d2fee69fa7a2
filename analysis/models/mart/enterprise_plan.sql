-- Enterprises with items in force, as seen on every d: who plans to visit them.
-- One row per enterprise as seen on one period's d.
-- @column period_index      the period
-- @column uscc              enterprise
-- @column items             items in force
-- @column planned_visits    visits planned in them
-- @column known_agencies    known agencies with an item in force
-- @column known_levels      levels of those agencies
select
    s.period_index,
    s.uscc,
    cast(count(*) as bigint) as items,
    cast(sum(s.planned_visits) as bigint) as planned_visits,
    cast(count(distinct case when s.level <> 'unknown' then s.agency_code end) as bigint) as known_agencies,
    cast(count(distinct case when s.level <> 'unknown' then s.level end) as bigint) as known_levels
from mart.plan_state as s
where s.is_in_force
group by s.period_index, s.uscc
