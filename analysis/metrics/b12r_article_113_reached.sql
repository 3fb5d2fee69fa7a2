-- @metric B12r
-- @title_zh 第113条达线
-- @title_en Article 113, reached
-- @definition_zh 有重大隐患的企业中，180天内受罚3次以上或365天内受罚4次以上的占比。
-- @definition_en Enterprises with a major hazard: those penalised three times in 180 days or four times in 365.
-- @theme B
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 安全生产法第一百一十三条
-- @aggregate ratio
-- @span at
-- @subject enterprise
-- @by enterprise
-- @datasets penalty/365 hazard-general
-- @sort 310
select
    s.uscc as subject_id,
    e.region_code as code,
    s.period_index as den_from,
    s.period_index + 1 as den_until,
    case when s.penalties_180 >= 3 or s.penalties_365 >= 4 then s.period_index else 9999 end as num_from,
    s.period_index + 1 as num_until,
    e.sector,
    coalesce(e.risk_grade, 'none') as risk_grade
from mart.article_113 as s
join core.enterprise as e on e.uscc = s.uscc
