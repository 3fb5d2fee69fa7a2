-- @metric C8
-- @title_zh 频次上限突破率
-- @title_en Enterprises visited more than their cap allows
-- @definition_zh 适用频次上限的企业中，当年非豁免检查次数超过上限的占比。
-- @definition_en Enterprises with more non-exempt visits this year than a cap allows, over enterprises to which a cap applies.
-- @theme C
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 检查频次上限（国办发〔2024〕54号）
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets inspection-exempt/0y frequency_cap
-- @sort 450
select
    uscc as subject_id,
    code,
    from_p as den_from,
    until_p as den_until,
    case when is_exceeded then from_p else 9999 end as num_from,
    until_p as num_until,
    sector,
    risk_grade
from mart.cap_outcome
