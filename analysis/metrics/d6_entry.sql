-- @metric D6
-- @title_zh 录入及时率
-- @title_en Visits entered in time
-- @definition_zh 期内结束、录入期限（3个工作日）已满的检查中，按期录入系统的占比。
-- @definition_en Visits ended in the span whose limit of 3 working days has passed, entered by it, over those.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @rank band
-- @sort 550
select
    visit_id as subject_id,
    code,
    ended_q as quarter,
    later_of(ended_q, entry_p) as den_from,
    case when is_entered then later_of(ended_q, entry_p) else 9999 end as num_from,
    sector,
    level
from mart.visit_index
where code is not null and ended_p < 9999
