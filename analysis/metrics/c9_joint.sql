-- @metric C9
-- @title_zh 联合检查率
-- @title_en Joint visits
-- @definition_zh 期内被两个以上机构检查的企业的非豁免检查中，两个以上机构联合进行的占比。
-- @definition_en Visits with two or more agencies, over non-exempt visits of enterprises that two or more agencies visited in the span.
-- @theme C
-- @unit ratio
-- @better higher
-- @goal none
-- @basis 能联合不重复（长春2025）
-- @aggregate ratio
-- @span quarter ytd
-- @subject visit
-- @by enterprise
-- @datasets inspection
-- @sort 470
with
agency_quarter as (
    select distinct v.uscc, a.agency_code, v.started_q
    from mart.visit_index as v
    join core.visit_agency as a on a.visit_id = v.visit_id
    where not v.is_exempt and v.started_q >= 0
),
several as (
    select uscc, started_q
    from agency_quarter
    group by uscc, started_q
    having count(*) >= 2
),
agency_year as (
    select uscc, agency_code, int_div(started_q, 4) * 4 as from_p, min(started_q) as first_q
    from agency_quarter
    group by uscc, agency_code, int_div(started_q, 4) * 4
),
ordered as (
    select uscc, from_p, first_q, row_number() over (partition by uscc, from_p order by first_q, agency_code) as place
    from agency_year
)
select
    v.visit_id as subject_id,
    v.code,
    'quarter' as span,
    v.started_q as quarter,
    v.started_q as den_from,
    case when v.agency_count >= 2 then v.started_q else 9999 end as num_from,
    v.sector,
    v.level
from mart.visit_index as v
join several as s on s.uscc = v.uscc and s.started_q = v.started_q
where v.code is not null and not v.is_exempt
union all
select
    v.visit_id,
    v.code,
    'ytd',
    v.started_q,
    later_of(v.started_q, s.first_q),
    case when v.agency_count >= 2 then later_of(v.started_q, s.first_q) else 9999 end,
    v.sector,
    v.level
from mart.visit_index as v
join ordered as s on s.uscc = v.uscc and s.place = 2 and int_div(v.started_q, 4) * 4 = s.from_p
where v.code is not null and not v.is_exempt and v.started_q >= 0
