-- @metric C6
-- @title_zh 监管主体唯一率
-- @title_en Enterprises with one regulator
-- @definition_zh 名录内未注销企业中，只有一个监管主体的占比。
-- @definition_en Known enterprises, not closed, with exactly one regulator, over those enterprises.
-- @theme C
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 一家企业一个执法主体（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets enterprise
-- @sort 420
select
    uscc as subject_id,
    region_code as code,
    0 as den_from,
    case when regulator_count = 1 then 0 else 9999 end as num_from,
    sector
from core.enterprise
where status is distinct from 'closed'
