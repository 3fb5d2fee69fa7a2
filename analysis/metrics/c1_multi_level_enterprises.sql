-- @metric C1
-- @title_zh 多层级检查企业占比
-- @title_en Enterprises visited by several levels
-- @definition_zh 期内接受非豁免检查的企业中，有两次检查机构与层级均不相同的占比。
-- @definition_en Enterprises with two non-exempt visits in the span that share no agency and no level, over enterprises with any.
-- @theme C
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 一家企业一个执法主体，杜绝多头多层级重复检查（黑应急发〔2020〕9号）
-- @aggregate ratio
-- @span quarter ytd
-- @subject enterprise
-- @by enterprise
-- @datasets inspection-exempt
-- @sort 340
select
    s.uscc as subject_id,
    e.region_code as code,
    s.span,
    s.from_p as quarter,
    s.from_p as den_from,
    s.multi_level_p as num_from,
    e.sector,
    coalesce(e.risk_grade, 'none') as risk_grade
from mart.enterprise_mix as s
join core.enterprise as e on e.uscc = s.uscc
