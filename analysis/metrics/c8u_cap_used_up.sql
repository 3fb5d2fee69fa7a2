-- @metric C8u
-- @title_zh 频次上限用尽率
-- @title_en Enterprises whose cap is used up
-- @definition_zh 适用频次上限的企业中，当年非豁免检查次数恰好达到上限（且无超出）的占比。
-- @definition_en Enterprises with exactly as many visits as a cap allows, at least one, and none with more.
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
-- @sort 460
select
    uscc as subject_id,
    code,
    from_p as den_from,
    until_p as den_until,
    case when is_used_up then from_p else 9999 end as num_from,
    until_p as num_until,
    sector,
    risk_grade
from mart.cap_outcome
