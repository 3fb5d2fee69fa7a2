-- @metric D10r
-- @title_zh 上报及时率（顺延）
-- @title_en Quarterly returns on time, rolled over days off
-- @definition_zh 同上，5日为非工作日的顺延至下一工作日。
-- @definition_en The same, with the limit moved to the next working day when the 5th is a day off.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 每季度首月5日前报送（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span at
-- @scope all
-- @subject quarterly_return
-- @datasets quarterly_return
-- @rank exact
-- @sort 610
select
    city_code || ' ' || period as subject_id,
    city_code as code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_late_rolled = false then period_index else 9999 end as num_from,
    period_index + 1 as num_until
from mart.return_timeliness
where is_due_rolled
