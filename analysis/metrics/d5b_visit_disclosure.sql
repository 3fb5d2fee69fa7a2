-- @metric D5b
-- @title_zh 检查公示及时率
-- @title_en Visits disclosed in time
-- @definition_zh 期内结束、公示期限（20个工作日）已满的检查中，按期公示的占比。
-- @definition_en Visits ended in the span whose limit of 20 working days has passed, disclosed by it, over those.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 双随机、一公开实施方案
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @rank band
-- @sort 540
select
    visit_id as subject_id,
    code,
    ended_q as quarter,
    later_of(ended_q, disclosure_p) as den_from,
    case when is_disclosed then later_of(ended_q, disclosure_p) else 9999 end as num_from,
    sector,
    level
from mart.visit_index
where code is not null and ended_p < 9999
