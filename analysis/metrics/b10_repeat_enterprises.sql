-- @metric B10
-- @title_zh 同类问题反复出现企业占比
-- @title_en Enterprises where the same problem keeps coming back
-- @definition_zh 近730天内接受两次以上非复查检查的企业中，同类问题两次以上复发、或在三次以上检查中出现的占比。
-- @definition_en Enterprises with, in the last 730 days, two recurrences of one class or one class in three non-review visits, over enterprises with two non-review visits.
-- @theme B
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 烟应急〔2022〕3号
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets hazard/730 inspection-review/730
-- @rank band
-- @sort 280
select
    s.uscc as subject_id,
    e.region_code as code,
    s.from_p as den_from,
    s.until_p as den_until,
    case when s.is_repeat then s.from_p else 9999 end as num_from,
    s.until_p as num_until,
    e.sector,
    coalesce(e.risk_grade, 'none') as risk_grade
from mart.repeat_state as s
join core.enterprise as e on e.uscc = s.uscc
