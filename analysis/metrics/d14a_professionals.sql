-- @metric D14a
-- @title_zh 专业人员占比
-- @title_en Professional officers
-- @definition_zh 执法人员中专业人员的占比，不低于75%。
-- @definition_en Professional officers over officers; at least 75 %.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 0.75
-- @basis 杭政办函〔2017〕66号
-- @aggregate ratio
-- @span at
-- @subject officer
-- @datasets officer
-- @sort 660
select
    o.officer_id as subject_id,
    a.region_code as code,
    0 as den_from,
    case when o.is_professional then 0 else 9999 end as num_from,
    a.level
from core.officer as o
join core.agency as a on a.agency_code = o.agency_code
