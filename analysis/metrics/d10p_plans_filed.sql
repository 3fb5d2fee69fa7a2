-- @metric D10p
-- @title_zh 计划报备及时率
-- @title_en Plans filed on time
-- @definition_zh 有原计划的机构中，全部原计划项在3月10日前报备的占比。
-- @definition_en Agencies all of whose original plan items were filed by 10 March, over agencies with such items; from 10 March.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 年度计划3月10日前报备（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span at
-- @subject agency
-- @datasets plan_item
-- @rank exact
-- @sort 620
with
filing as (
    select
        s.period_index,
        s.agency_code,
        s.code,
        s.level,
        max(case when t.filed_on <= add_days(add_months(p.year_start, 2), 9) then 0 else 1 end) as is_late
    from mart.plan_state as s
    join mart.plan_item_index as t on t.plan_item_id = s.plan_item_id
    join run.period as p on p.period_index = s.period_index
    where s.origin = 'original' and s.code is not null and p.d >= add_days(add_months(p.year_start, 2), 9)
    group by s.period_index, s.agency_code, s.code, s.level
)
select
    agency_code as subject_id,
    code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_late = 0 then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    level
from filing
