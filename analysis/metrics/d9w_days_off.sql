-- @metric D9w
-- @title_zh 非工作日检查占比
-- @title_en Visits on days off
-- @definition_zh 期内开始的检查中，在法定非工作日开始的占比。
-- @definition_en Visits started on a day off, over visits started in the span.
-- @theme D
-- @unit ratio
-- @better none
-- @goal none
-- @basis 检查全部如实录入执法系统（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 590
select
    visit_id as subject_id,
    code,
    started_q as quarter,
    started_q as den_from,
    case when is_day_off then started_q else 9999 end as num_from,
    sector,
    level,
    kind
from mart.visit_index
where code is not null
