-- Caps burning down: of the visits a year's caps allow, those used by the end of each month, as the caps stand in the period.
-- One row per period, region (cities and province), level, cap and month of the year so far.
-- @grain period_index, region_code, level, max_visits, month
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column level  level of agency the cap counts; * counts all visits
-- @column max_visits  visits allowed in a year
-- @column month  month of the year; the last one ends on d
-- @column used  non-exempt visits started in the year by the end of the month, of each enterprise at most max_visits
with
visit as (
    select visit_id, uscc, level, agency_count, started_on, started_q, cast(extract(month from started_on) as bigint) as month
    from mart.visit_index
    where not is_exempt and is_known_enterprise and started_q >= 0
),
shared as (
    select v.visit_id, v.uscc, a.level, v.started_on, v.started_q, v.month
    from core.visit_agency as a
    join visit as v on v.visit_id = a.visit_id
    where v.agency_count > 1 and a.is_known and a.level in (select level from mart.cap_rule)
    group by v.visit_id, v.uscc, a.level, v.started_on, v.started_q, v.month
),
by_kind as (
    select
        e.region_code as code, e.sector, coalesce(e.risk_grade, '') as risk_grade, coalesce(e.standard_level, '') as standard_level,
        case when v.agency_count = 1 then v.level end as level, v.started_q, v.month, cast(count(*) as bigint) as visits
    from visit as v
    join core.enterprise as e on e.uscc = v.uscc
    where e.status is distinct from 'closed'
    group by e.region_code, e.sector, coalesce(e.risk_grade, ''), coalesce(e.standard_level, ''), case when v.agency_count = 1 then v.level end, v.started_q, v.month
),
counted as (
    select code, sector, risk_grade, standard_level, '*' as level, started_q, month, visits
    from by_kind
    union all
    select code, sector, risk_grade, standard_level, level, started_q, month, visits
    from by_kind
    where level in (select level from mart.cap_rule)
    union all
    select e.region_code, e.sector, coalesce(e.risk_grade, ''), coalesce(e.standard_level, ''), v.level, v.started_q, v.month, 1
    from shared as v
    join core.enterprise as e on e.uscc = v.uscc
    where e.status is distinct from 'closed'
),
-- Few enterprises have more visits than their cap allows: those visits are numbered and taken off again.
over as (
    select period_index, int_div(period_index, 4) * 4 as year_p, uscc, code, level, max_visits
    from mart.cap_state
    where visits > max_visits
),
crowded as (
    select distinct uscc, level, year_p
    from over
),
by_level as (
    select v.visit_id, v.uscc, c.level, v.started_on, v.started_q, v.month, c.year_p
    from visit as v
    join crowded as c on c.uscc = v.uscc and c.year_p = int_div(v.started_q, 4) * 4
    where c.level = '*' or v.agency_count = 1 and c.level = v.level
    union all
    select v.visit_id, v.uscc, v.level, v.started_on, v.started_q, v.month, c.year_p
    from shared as v
    join crowded as c on c.uscc = v.uscc and c.level = v.level and c.year_p = int_div(v.started_q, 4) * 4
),
placed as (
    select uscc, level, started_q, month, year_p, row_number() over (partition by uscc, level, year_p order by started_on, visit_id) as place
    from by_level
),
part as (
    select p.period_index, c.code, c.level, r.max_visits, c.month, c.visits
    from counted as c
    join run.period as p on c.started_q between int_div(p.period_index, 4) * 4 and p.period_index
    join mart.cap_rule as r on r.period_index = p.period_index and r.level = c.level and r.sector = c.sector
        and r.risk_grade = c.risk_grade and r.standard_level = c.standard_level
    union all
    select o.period_index, o.code, o.level, o.max_visits, v.month, -1
    from placed as v
    join over as o on o.uscc = v.uscc and o.level = v.level and o.year_p = v.year_p and o.period_index >= v.started_q and o.max_visits < v.place
),
within as (
    select period_index, code, level, max_visits, month, cast(sum(visits) as bigint) as used
    from part
    group by period_index, code, level, max_visits, month
    having cast(sum(visits) as bigint) > 0
),
region_month as (
    select w.period_index, g.region_code, w.level, w.max_visits, w.month, cast(sum(w.used) as bigint) as used
    from within as w
    join mart.region as g on g.level = 'province' and substr(w.code, 1, 2) = substr(g.region_code, 1, 2) or g.level = 'city' and substr(w.code, 1, 4) = substr(g.region_code, 1, 4)
    group by w.period_index, g.region_code, w.level, w.max_visits, w.month
),
month_end as (
    select p.period, p.period_index, cast(m.item as bigint) as month
    from run.period as p
    cross join unnest(int_range(1, 12)) as m(item)
    where cast(m.item as bigint) <= cast(extract(month from p.d) as bigint)
)
select
    m.period, m.period_index, w.region_code, w.level, w.max_visits, m.month,
    cast(sum(case when w.month <= m.month then w.used else 0 end) as bigint) as used
from month_end as m
join region_month as w on w.period_index = m.period_index
group by m.period, m.period_index, w.region_code, w.level, w.max_visits, m.month
order by 2, 3, 4, 5, 6
