-- Visits that are the later one of a pair, and what kind of duplicate that makes them.
-- One row per visit that is the later of at least one gross pair.
-- @grain visit_id
-- @by visit_id
-- @column visit_id         the visit
-- @column is_duplicate     later of a net pair
-- @column is_multi_level   one of those net pairs is 多层级
-- @column is_avoidable     the earlier visit of one of those net pairs is not itself a duplicate
with
later as (
    select
        later_visit_id as visit_id,
        max(case when is_net then 1 else 0 end) = 1 as is_duplicate,
        max(case when is_net and is_multi_level then 1 else 0 end) = 1 as is_multi_level
    from mart.visit_pair
    group by later_visit_id
),
avoidable as (
    select distinct p.later_visit_id as visit_id
    from mart.visit_pair as p
    left join later as d on d.visit_id = p.earlier_visit_id and d.is_duplicate
    where p.is_net and d.visit_id is null
)
select
    l.visit_id,
    l.is_duplicate,
    l.is_multi_level,
    a.visit_id is not null as is_avoidable
from later as l
left join avoidable as a on a.visit_id = l.visit_id
