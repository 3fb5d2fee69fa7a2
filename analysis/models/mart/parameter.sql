-- Parameters of this version. One row per parameter.
-- @grain name
-- @column name  as in tongbao.yaml
-- @column value  its value
-- @column note  what it is
select
    'cut_off' as name,
    cast(cast(cut_off as date) as varchar) || ' ' || lpad(cast(extract(hour from cut_off) as varchar), 2, '0') || ':'
        || lpad(cast(extract(minute from cut_off) as varchar), 2, '0') || ':'
        || lpad(cast(extract(second from cut_off) as varchar), 2, '0') as value,
    '数据截止时间' as note
from run.parameter
union all
select 'province', province, '省级行政区划代码'
from run.parameter
union all
select 'first_year', cast(first_year as varchar), '起始年度'
from run.parameter
union all
select 'recurrence_days', cast(recurrence_days as varchar), '复发观察期 W（天）'
from run.parameter
union all
select 'duplicate_days', cast(duplicate_days as varchar), '重复检查窗口 D（天）'
from run.parameter
union all
select 'theta', cast(theta_num as varchar) || '/' || cast(theta_den as varchar), '检查事项重合度阈值 θ'
from run.parameter
union all
select 'review_days', cast(review_days as varchar), '复查期限（天）'
from run.parameter
union all
select 'entry_days', cast(entry_days as varchar), '录入期限（工作日）'
from run.parameter
union all
select 'inspection_disclosure_days', cast(inspection_disclosure_days as varchar), '检查公示期限（工作日）'
from run.parameter
union all
select 'penalty_disclosure_days', cast(penalty_disclosure_days as varchar), '处罚公示期限（工作日）'
from run.parameter
union all
select 'many_hazards', cast(many_hazards as varchar), '必列计划的一般隐患条数'
from run.parameter
union all
select 'min_base', cast(min_base as varchar), '最小基数'
from run.parameter
union all
select 'calendar_note', calendar_note, '工作日历说明'
from run.parameter
union all
select 'exempt_kinds', text_join(array_agg(kind order by kind), ';'), '不计重复检查的检查类型'
from run.exempt_kind
