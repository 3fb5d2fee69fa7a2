-- @metric C5
-- @title_zh 非监管主体检查率
-- @title_en Visits by agencies that do not regulate
-- @definition_zh 期内开始的对名录内企业的非豁免检查中，检查机构均不是其监管主体的占比。
-- @definition_en Non-exempt visits of known enterprises with none of their agencies among the regulators, over those visits.
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
-- @sort 410
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_by_regulator then 9999 else started_q end as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null and not is_exempt and is_known_enterprise
