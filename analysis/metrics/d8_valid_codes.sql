-- @metric D8
-- @title_zh 信用代码有效率
-- @title_en Valid credit codes
-- @definition_zh 名录内企业中，统一社会信用代码校验位正确的占比。
-- @definition_en Known enterprises with a valid check digit, over known enterprises.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis GB 32100-2015
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets enterprise
-- @rank band
-- @sort 570
select
    uscc as subject_id,
    region_code as code,
    0 as den_from,
    case when has_valid_code then 0 else 9999 end as num_from,
    sector
from core.enterprise
