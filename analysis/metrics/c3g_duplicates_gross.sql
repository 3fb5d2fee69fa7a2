-- @metric C3g
-- @title_zh 重复检查率（毛）
-- @title_en Duplicate visits, gross
-- @definition_zh 期内开始的全部检查中，90天内其他机构已就重叠事项检查过同一企业的占比（含豁免类型）。
-- @definition_en Visits started in the span that are the later one of a gross pair, over all visits.
-- @theme C
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 390
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_paired then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.duplicate_index
where code is not null
