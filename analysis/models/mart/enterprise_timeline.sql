-- What happened in an enterprise, visit by visit. One row per visit started by the cut-off.
-- @by visit_id
-- @view
-- @column uscc  enterprise
-- @column visit_id  visit
-- @column started_on  first day
-- @column ended_on  last day; empty while open
-- @column kind  kind of inspection
-- @column is_review  kind 复查
-- @column levels  levels of the agencies
-- @column agencies  agency codes
-- @column agency_names  their names
-- @column hazards  hazards found in it by the cut-off
-- @column majors  the major ones
-- @column recurrences  its episodes that are recurrences
-- @column penalties  penalties naming one of its inspections
-- @column fines_yuan  their fines
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
recurrence as (
    select s.visit_id, cast(count(*) as bigint) as recurrences
    from mart.episode_index as e
    join mart.episode_sequence as s on s.episode_id = e.episode_id -- every recurrence is in one
    where e.is_recurrence and not e.is_unresolved_again
    group by s.visit_id
),
penalty as (
    select visit_id, cast(count(*) as bigint) as penalties, cast(sum(fine_yuan) as decimal(18, 2)) as fines_yuan
    from mart.penalty_index
    where visit_id is not null
    group by visit_id
)
select
    v.uscc, v.visit_id, v.started_on, v.ended_on, v.kind, v.is_review, v.levels, v.agencies,
    s.agency_names,
    v.hazards, v.majors,
    coalesce(r.recurrences, 0) as recurrences,
    coalesce(p.penalties, 0) as penalties,
    p.fines_yuan,
    v.file_id, v.sheet, v.row_number
from mart.visit_index as v
left join mart.agency_set as s on s.agencies = v.agencies
left join recurrence as r on r.visit_id = v.visit_id
left join penalty as p on p.visit_id = v.visit_id
