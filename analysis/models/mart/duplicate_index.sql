-- Visits as duplicates are counted: what kind of later visit each is.
-- One row per visit that has started by the cut-off.
-- @by visit_id
-- @view
-- @column visit_id        the visit
-- @column code            region of the lead agency; empty when no agency is known
-- @column sector          sector of the enterprise; unknown when it is in no register
-- @column level           level of the lead agency; unknown when no agency is known
-- @column kind            kind of inspection
-- @column is_exempt       kind that never makes a duplicate
-- @column started_q       index of the quarter it started in
-- @column is_paired       later of a gross pair
-- @column is_duplicate    later of a net pair
-- @column is_multi_level  one of those net pairs is 多层级
-- @column is_avoidable    the earlier visit of one of those net pairs is not itself a duplicate
select
    v.visit_id,
    v.code,
    v.sector,
    v.level,
    v.kind,
    v.is_exempt,
    v.started_q,
    d.visit_id is not null as is_paired,
    coalesce(d.is_duplicate, false) as is_duplicate,
    coalesce(d.is_multi_level, false) as is_multi_level,
    coalesce(d.is_avoidable, false) as is_avoidable
from mart.visit_index as v
left join mart.visit_duplicate as d on d.visit_id = v.visit_id
