-- @metric B5
-- @title_zh 复查及时率
-- @title_en Hazards reviewed in time
-- @definition_zh 期内发现且期限届满已超过复查天数的隐患中，在期限后10日内复查的占比。
-- @definition_en Hazards found in the span, due by d less review_days, reviewed within review_days after they were due, over those.
-- @theme B
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 安全生产违法行为行政处罚办法
-- @aggregate ratio
-- @span quarter ytd
-- @subject hazard
-- @by enterprise
-- @datasets hazard inspection
-- @rank band
-- @interval wilson
-- @sort 210
select
    hazard_id as subject_id,
    code,
    found_q as quarter,
    later_of(found_q, review_due_p) as den_from,
    case when is_reviewed_on_time then later_of(found_q, review_due_p) else 9999 end as num_from,
    sector,
    severity,
    level
from mart.hazard_index
where code is not null
