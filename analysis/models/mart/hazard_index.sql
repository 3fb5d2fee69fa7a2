-- Hazards as the metrics count them: event dates as period indices.
-- One row per hazard found by the cut-off whose visit is known.
-- @by hazard_id
-- @view
-- @column hazard_id           the hazard
-- @column code                region of the visit's lead agency; empty when none is known
-- @column sector              sector of the enterprise; unknown when it is in no register
-- @column level               level of the visit's lead agency; unknown when none is known
-- @column severity            general or major
-- @column is_review_visit     found in a review
-- @column found_q             index of the quarter it was found in
-- @column due_p               first period on whose d it is due; 9999 without a due date
-- @column rectified_p         first period on whose d it is rectified; 9999 for never
-- @column closed_p            first period on whose d it is closed; 9999 for never
-- @column is_rectified_on_time rectified by its due date
-- @column review_due_p        first period on whose d the days for its review have passed; 9999 without a due date
-- @column is_reviewed_on_time reviewed within those days
select
    h.hazard_id,
    h.region_code as code,
    coalesce(h.sector, 'unknown') as sector,
    coalesce(h.level, 'unknown') as level,
    h.severity,
    coalesce(h.is_review_visit, false) as is_review_visit,
    quarter_index(h.found_on, r.first_year) as found_q,
    seen_index(h.due_on, r.cut_off_date, r.first_year) as due_p,
    seen_index(h.rectified_on, r.cut_off_date, r.first_year) as rectified_p,
    seen_index(h.closed_on, r.cut_off_date, r.first_year) as closed_p,
    coalesce(h.rectified_on <= h.due_on, false) as is_rectified_on_time,
    seen_index(add_days(h.due_on, r.review_days), r.cut_off_date, r.first_year) as review_due_p,
    coalesce(h.reviewed_on <= add_days(h.due_on, r.review_days), false) as is_reviewed_on_time
from core.hazard as h
cross join run.parameter as r
where h.found_on <= r.cut_off_date
