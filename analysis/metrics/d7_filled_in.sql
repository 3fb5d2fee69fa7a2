-- @metric D7
-- @title_zh 应填完整率
-- @title_en Fields filled in
-- @definition_zh 期内检查的执法人员、检查项、备案、录入时间，隐患的条款或检查项、部位、描述、整改期限，已填数 ÷ 应填数。
-- @definition_en Fields filled in over fields to be filled in, of inspections started and hazards found in the span.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject inspection
-- @by enterprise
-- @datasets inspection hazard
-- @rank band
-- @sort 560
select
    i.inspection_id as subject_id,
    i.region_code as code,
    quarter_index(i.started_on, r.first_year) as quarter,
    quarter_index(i.started_on, r.first_year) as den_from,
    quarter_index(i.started_on, r.first_year) as num_from,
    case when i.officers is null then 0 else 1 end
        + case when i.items is null then 0 else 1 end
        + case when i.filed_at is null then 0 else 1 end
        + case when i.entered_at is null then 0 else 1 end as num,
    4 as den,
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
    quarter_index(h.found_on, r.first_year),
    case when h.item_code is null and h.clause is null then 0 else 1 end
        + case when h.part is null then 0 else 1 end
        + case when h.description is null then 0 else 1 end
        + case when h.due_on is null then 0 else 1 end,
    4,
    'hazard',
    'hazard'
from core.hazard as h
cross join run.parameter as r
where h.agency_region_code is not null and h.found_on <= r.cut_off_date
