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
-- A single agency's visits have its code for the set of agencies: several of a quarter differ in that, or one visit has them all.
by_quarter as (
    select uscc, started_q, int_div(started_q, 4) * 4 as year_p, min(agencies) as low, max(agencies) as high, max(agency_count) as agency_count
    from mart.visit_index
    where not is_exempt and started_q >= 0
    group by uscc, started_q
),
by_year as (
    select uscc, year_p, min_by(low, started_q) as first_agency
    from by_quarter
    group by uscc, year_p
    having min(low) <> max(high) or max(agency_count) >= 2
),
several_so_far as (
    select q.uscc, q.year_p, min(q.started_q) as first_q
    from by_quarter as q
    join by_year as y on y.uscc = q.uscc and y.year_p = q.year_p
    where q.agency_count >= 2 or q.low <> y.first_agency or q.high <> y.first_agency
    group by q.uscc, q.year_p
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
join by_quarter as q on q.uscc = v.uscc and q.started_q = v.started_q and (q.low <> q.high or q.agency_count >= 2)
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
join several_so_far as s on s.uscc = v.uscc and s.year_p = int_div(v.started_q, 4) * 4
where v.code is not null and not v.is_exempt and v.started_q >= 0
