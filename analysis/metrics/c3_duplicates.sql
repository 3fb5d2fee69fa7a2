-- @metric C3
-- @title_zh 重复检查率（净）
-- @title_en Duplicate visits, net
-- @definition_zh 期内开始的非豁免检查中，90天内其他机构已就重叠事项检查过同一企业的占比。
-- @definition_en Non-exempt visits started in the span that are the later one of a net pair, over non-exempt visits.
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
-- @rank band
-- @interval wilson
-- @sort 360
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_duplicate then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.duplicate_index
where code is not null and not is_exempt
