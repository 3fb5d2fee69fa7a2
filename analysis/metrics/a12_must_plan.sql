-- @metric A12
-- @title_zh 必列未列率
-- @title_en Enterprises that should be planned but are not
-- @definition_zh 上年有重大隐患、10条以上一般隐患、处罚、失信惩戒、媒体曝光或近三年有死亡事故的企业中，没有在册计划项的占比。
-- @definition_en Enterprises with a trigger that have no plan item in force on d, over enterprises with a trigger.
-- @theme A
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 烟应急〔2022〕3号
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets accident/3y hazard/1y penalty/1y credit_event plan_item plan_change
-- @rank exact
-- @sort 130
select
    t.uscc as subject_id,
    t.code,
    p.period_index as den_from,
    p.period_index + 1 as den_until,
    case when x.uscc is null then p.period_index else 9999 end as num_from,
    p.period_index + 1 as num_until,
    t.sector
from mart.must_plan as t
join run.period as p on p.year = t.year
left join mart.enterprise_plan as x on x.period_index = p.period_index and x.uscc = t.uscc
