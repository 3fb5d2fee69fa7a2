-- One row per episode: the hazards of one enterprise and class found in one visit.
-- @grain episode_id
-- @by episode_id
-- @view
-- @column episode_id       smallest hazard_id of its hazards
-- @column uscc             enterprise
-- @column visit_id         visit in which it was found
-- @column class            item:…, clause:… or category:…
-- @column class_kind       item, clause or category
-- @column severity         the worst of its hazards: major or general
-- @column found_on         earliest finding
-- @column closed_on        latest closing, empty while any hazard is open
-- @column region_code      region of the visit
-- @column sector           sector of the enterprise, as its hazards have it
-- @column risk_grade       risk grade of the enterprise, as its hazards have it
-- @column is_review_visit  found in a 复查
-- @check closed_on is null or closed_on >= found_on: nothing is closed before it is found

with alone as (
  select hazard_id as episode_id, uscc, visit_id, class, class_kind, severity, found_on, closed_on, region_code, sector, risk_grade, is_review_visit
  from core.hazard
  where episode_hazards = 1
),
grouped as (
  select
    episode_id,
    min(uscc) as uscc,
    min(visit_id) as visit_id,
    min(class) as class,
    min(class_kind) as class_kind,
    case when bool_or(severity = 'major') then 'major' else 'general' end as severity,
    min(found_on) as found_on,
    case when count(closed_on) = count(*) then max(closed_on) end as closed_on,
    min(region_code) as region_code,
    min(sector) as sector,
    min(risk_grade) as risk_grade,
    bool_or(is_review_visit) as is_review_visit
  from core.hazard
  where episode_hazards > 1
  group by episode_id
)
select episode_id, uscc, visit_id, class, class_kind, severity, found_on, closed_on, region_code, sector, risk_grade, is_review_visit
from alone
union all
select episode_id, uscc, visit_id, class, class_kind, severity, found_on, closed_on, region_code, sector, risk_grade, is_review_visit
from grouped
