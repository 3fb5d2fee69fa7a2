-- @metric D9
-- @title_zh 逻辑错误率
-- @title_en Rows with a logic error
-- @definition_zh 期内检查、隐患、处罚记录中，带有一个以上逻辑错误标记的占比。
-- @definition_en Rows with at least one flag over rows, of inspections, hazards and penalties of the span.
-- @theme D
-- @unit ratio
-- @better lower
-- @goal 0
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject inspection
-- @by enterprise
-- @datasets inspection hazard penalty plan_item
-- @rank band
-- @sort 580
select
    i.inspection_id as subject_id,
    i.region_code as code,
    quarter_index(i.started_on, r.first_year) as quarter,
    quarter_index(i.started_on, r.first_year) as den_from,
    case when i.flag_count > 0 then quarter_index(i.started_on, r.first_year) else 9999 end as num_from,
    'inspection' as subject_kind,
    'inspection' as dataset
from core.inspection as i
cross join run.parameter as r
where i.region_code is not null and i.started_on <= r.cut_off_date
union all
select
    h.hazard_id,
    h.agency_region_code,
    quarter_index(h.found_on, r.first_year),
    quarter_index(h.found_on, r.first_year),
    case when h.flag_count > 0 then quarter_index(h.found_on, r.first_year) else 9999 end,
    'hazard',
    'hazard'
from core.hazard as h
cross join run.parameter as r
where h.agency_region_code is not null and h.found_on <= r.cut_off_date
union all
select
    p.penalty_id,
    p.region_code,
    quarter_index(p.decided_on, r.first_year),
    quarter_index(p.decided_on, r.first_year),
    case when p.flag_count > 0 then quarter_index(p.decided_on, r.first_year) else 9999 end,
    'penalty',
    'penalty'
from core.penalty as p
cross join run.parameter as r
where p.region_code is not null and p.decided_on <= r.cut_off_date
