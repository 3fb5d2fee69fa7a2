-- @metric D14b
-- @title_zh 轮训率
-- @title_en Officers retrained
-- @definition_zh 近三年内参加过轮训的执法人员占比。
-- @definition_en Officers trained within the three years up to d, over officers.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 每三年轮训一次（杭政办函〔2017〕66号）
-- @aggregate ratio
-- @span at
-- @subject officer
-- @datasets officer
-- @sort 670
select
    o.officer_id as subject_id,
    a.region_code as code,
    p.period_index as den_from,
    p.period_index + 1 as den_until,
    case when o.trained_on > add_months(p.d, -36) and o.trained_on <= p.d then p.period_index else 9999 end as num_from,
    p.period_index + 1 as num_until,
    a.level
from core.officer as o
join core.agency as a on a.agency_code = o.agency_code
cross join run.period as p
