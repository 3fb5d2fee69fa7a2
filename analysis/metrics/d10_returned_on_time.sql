-- @metric D10
-- @title_zh 上报及时率（字面）
-- @title_en Quarterly returns on time, to the letter
-- @definition_zh 各市（地）在次季首月5日前报送季度数据的占比。
-- @definition_en Cities whose first return of the quarter came by the 5th of the following month, over cities.
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
-- @sort 600
select
    city_code || ' ' || period as subject_id,
    city_code as code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when is_late = false then period_index else 9999 end as num_from,
    period_index + 1 as num_until
from mart.return_timeliness
where is_due
