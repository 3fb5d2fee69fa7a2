-- @metric D11
-- @title_zh 勾稽通过率
-- @title_en Returned figures that reconcile
-- @definition_zh 各市（地）最后一次报送的数据中，与系统及表内勾稽相符的项数 ÷ 应勾稽项数；全省为各市之和。
-- @definition_en Of the identities whose returned cells are filled, those that hold, over each city’s last return; the province sums its cities.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 黑应急发〔2020〕9号
-- @aggregate ratio
-- @span at
-- @scope all
-- @subject quarterly_return
-- @datasets quarterly_return inspection hazard penalty plan_item plan_change
-- @rank exact
-- @sort 630
select
    region_code || ' ' || period || ' ' || identity as subject_id,
    region_code as code,
    period_index as den_from,
    period_index + 1 as den_until,
    case when holds then period_index else 9999 end as num_from,
    period_index + 1 as num_until,
    identity
from mart.list_return_check
