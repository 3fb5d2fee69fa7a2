-- @metric A10
-- @title_zh 体外循环率
-- @title_en Completed outside the system
-- @definition_zh 市级自报完成数超出系统完成项数的部分 ÷ 自报完成数；全省为各市之和。
-- @definition_en The part of a city’s returned completions that the system does not show, over the returned completions; the province sums its cities.
-- @theme A
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 计划内检查全部录入执法系统（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span at
-- @scope all
-- @subject quarterly_return
-- @datasets quarterly_return plan_item plan_change inspection
-- @rank exact
-- @sort 110
select
    t.region_code || ' ' || t.period as subject_id,
    t.region_code as code,
    t.period_index as den_from,
    t.period_index + 1 as den_until,
    t.period_index as num_from,
    t.period_index + 1 as num_until,
    later_of(0, t.completed - coalesce(cast(f.num as bigint), 0)) as num,
    t.completed as den
from mart.city_return as t
left join mart.figure as f on f.metric = 'A1' and f.period = t.period and f.region_code = t.region_code and f.scope = 'all' and f.slice = ''
where t.completed is not null
