-- One row per hazard, as last received by the cut-off, with the visit and episode it belongs to and what is wrong with it.
-- Its class is the item, else the clause, else the category, marked with which it is.
-- @grain hazard_id
-- @by hazard_id
-- @coded item_code, clause, category, part, class as hazard_class, severity, review_result, class_kind, region_code, agency_region_code as region_code, sector, risk_grade, level
-- @virtual visit_id = case when not is_unknown_inspection then coalesce(first_inspection_id, inspection_id) end
-- @virtual episode_id = case when not is_unknown_inspection then coalesce(first_hazard_id, hazard_id) end
-- @zstd hazard_id
-- @column hazard_id                   隐患编号
-- @column inspection_id               检查编号
-- @column item_code                   检查项编码
-- @column clause                      违法条款
-- @column category                    隐患类别
-- @column part                        部位/设备
-- @column description                 隐患描述
-- @column severity                    general or major
-- @column found_on                    发现日期
-- @column due_on                      整改期限
-- @column rectified_on                整改完成日期; empty when before it was found
-- @column reviewed_on                 复查日期; empty when before it was found
-- @column review_result               pass or fail; empty without a review date that counts
-- @column closed_on                   销号日期 as exported, else the day of a passed review; empty: open
-- @column uscc                        enterprise of its inspection; empty when the inspection is unknown
-- @column visit_id                    visit of its inspection; empty when the inspection is unknown
-- @column first_inspection_id         smallest inspection_id of that visit; empty where that is its own inspection's
-- @column class                       item:…, clause:… or category:…
-- @column class_kind                  item, clause or category
-- @column region_code                 region of its visit
-- @column agency_region_code          region of the agency of its inspection
-- @column sector                      sector of its enterprise; empty when that is in no register
-- @column risk_grade                  risk grade of its enterprise; likewise
-- @column level                       level of its visit's lead agency; empty when none is known
-- @column episode_id                  episode it belongs to; empty when the inspection is unknown
-- @column first_hazard_id             smallest hazard_id of that episode; empty where that is its own
-- @column episode_hazards             hazards of that episode
-- @column is_review_visit             found in a 复查
-- @column is_unknown_inspection       flag: its inspection is unknown
-- @column is_found_before_start       flag: found before its inspection started
-- @column is_rectified_before_found   flag: rectified before it was found
-- @column is_reviewed_before_found    flag: reviewed before it was found
-- @column is_closed_before_found      flag: closed before it was found
-- @column is_after_cut_off            flag: found, rectified, reviewed or closed after the day of the cut-off
-- @column flag_count                  flags it has
-- @column file_id                     file the row was read from
-- @column sheet                       sheet of that file, empty for text files
-- @column row_number                  row of that sheet or file, as the reader counts them
-- @check closed_on is null or closed_on >= found_on: nothing is closed before it is found
-- @check (episode_id is null) = is_unknown_inspection: orphans make no episode, all others do

with repeated as (
  select r.hazard_id
  from raw.hazard as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
  group by r.hazard_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.hazard_id,
    row_number() over (partition by r.hazard_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.hazard as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
  join repeated as k on k.hazard_id = r.hazard_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, hazard_id
  from versions
  where version > 1
),
places as (
  select
    i.inspection_id,
    i.uscc,
    i.visit_id,
    i.started_on,
    i.region_code as agency_region_code,
    v.region_code,
    v.is_review,
    e.sector,
    e.risk_grade,
    a.level
  from core.inspection as i
  join core.visit as v on v.visit_id = i.visit_id
  left join core.enterprise as e on e.uscc = v.uscc
  left join core.agency as a on a.agency_code = v.lead_agency
),
classes as (
  select
    r.inspection_id,
    case
      when r.item_code is not null then 'item:' || r.item_code
      when r.clause is not null then 'clause:' || r.clause
      else 'category:' || r.category
    end as class,
    r.hazard_id
  from raw.hazard as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
  left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.hazard_id = r.hazard_id
  where o.file_id is null
),
-- Few hazards share their episode with others: of one inspection, or of several that are one visit. So all rows need not be joined to their visits.
alike as (
  select inspection_id, class
  from classes
  group by inspection_id, class
  having count(*) > 1
),
several as (
  select i.visit_id, a.class
  from core.inspection as i
  join alike as a on a.inspection_id = i.inspection_id
  union
  select i.visit_id, c.class
  from classes as c
  join core.inspection as i on i.inspection_id = c.inspection_id and i.visit_inspections > 1
  group by i.visit_id, c.class
  having count(*) > 1
),
concerned as (
  select i.inspection_id, v.visit_id, v.class
  from core.inspection as i
  join several as v on v.visit_id = i.visit_id
),
shared as (
  select v.visit_id, v.class, min(c.hazard_id) as episode_id, count(*) as episode_hazards
  from classes as c
  join concerned as v on v.inspection_id = c.inspection_id and v.class = c.class
  group by v.visit_id, v.class
),
latest as (
  select
    r.hazard_id,
    r.inspection_id,
    r.item_code,
    r.clause,
    r.category,
    r.part,
    r.description,
    r.severity,
    r.found_on,
    r.due_on,
    case when r.rectified_on >= r.found_on then r.rectified_on end as rectified_on,
    case when r.reviewed_on >= r.found_on then r.reviewed_on end as reviewed_on,
    case when r.reviewed_on < r.found_on then null else r.review_result end as review_result,
    case when r.closed_on >= r.found_on then r.closed_on end as exported_closed_on,
    p.uscc,
    p.visit_id,
    case
      when r.item_code is not null then 'item:' || r.item_code
      when r.clause is not null then 'clause:' || r.clause
      else 'category:' || r.category
    end as class,
    case when r.item_code is not null then 'item' when r.clause is not null then 'clause' else 'category' end as class_kind,
    p.region_code,
    p.agency_region_code,
    p.sector,
    p.risk_grade,
    p.level,
    coalesce(p.is_review, false) as is_review_visit,
    p.inspection_id is null as is_unknown_inspection,
    coalesce(r.found_on < p.started_on, false) as is_found_before_start,
    coalesce(r.rectified_on < r.found_on, false) as is_rectified_before_found,
    coalesce(r.reviewed_on < r.found_on, false) as is_reviewed_before_found,
    coalesce(r.closed_on < r.found_on, false) as is_closed_before_found,
    r.found_on > c.cut_off_date or coalesce(r.rectified_on > c.cut_off_date, false) or coalesce(r.reviewed_on > c.cut_off_date, false)
      or coalesce(r.closed_on > c.cut_off_date, false) as is_after_cut_off,
    r.file_id,
    r.sheet,
    r.row_number
  from raw.hazard as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
  cross join run.parameter as c
  left join places as p on p.inspection_id = r.inspection_id
  left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.hazard_id = r.hazard_id
  where o.file_id is null
)
select
  l.hazard_id,
  l.inspection_id,
  l.item_code,
  l.clause,
  l.category,
  l.part,
  l.description,
  l.severity,
  l.found_on,
  l.due_on,
  l.rectified_on,
  l.reviewed_on,
  l.review_result,
  coalesce(l.exported_closed_on, case when l.review_result = 'pass' then l.reviewed_on end) as closed_on,
  l.uscc,
  nullif(l.visit_id, l.inspection_id) as first_inspection_id,
  l.class,
  l.class_kind,
  l.region_code,
  l.agency_region_code,
  l.sector,
  l.risk_grade,
  l.level,
  nullif(e.episode_id, l.hazard_id) as first_hazard_id,
  case when not l.is_unknown_inspection then coalesce(e.episode_hazards, 1) end as episode_hazards,
  l.is_review_visit,
  l.is_unknown_inspection,
  l.is_found_before_start,
  l.is_rectified_before_found,
  l.is_reviewed_before_found,
  l.is_closed_before_found,
  l.is_after_cut_off,
  cast(l.is_unknown_inspection as integer) + cast(l.is_found_before_start as integer) + cast(l.is_rectified_before_found as integer)
    + cast(l.is_reviewed_before_found as integer) + cast(l.is_closed_before_found as integer) + cast(l.is_after_cut_off as integer) as flag_count,
  l.file_id,
  l.sheet,
  l.row_number
from latest as l
left join shared as e on e.visit_id = l.visit_id and e.class = l.class
