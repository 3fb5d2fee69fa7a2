-- One row per visit and agency that took part.
-- @grain visit_id, agency_code
-- @by visit_id
-- @coded agency_code, level
-- @column visit_id     the visit
-- @column agency_code  the agency, in the register or not
-- @column level        its level; empty when it is unknown
-- @column is_known     it is in the register

with parts as (
  select visit_id, agency_code
  from core.inspection
  where visit_inspections = 1
  union all
  select visit_id, agency_code
  from core.inspection
  where visit_inspections > 1
  group by visit_id, agency_code
)
select
  p.visit_id,
  p.agency_code,
  a.level,
  a.agency_code is not null as is_known
from parts as p
left join core.agency as a on a.agency_code = p.agency_code
