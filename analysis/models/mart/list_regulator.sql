-- 监管主体不唯一, 不在名录: enterprises claimed by several regulators, or visited but in no register. One row per period and enterprise.
-- @by uscc
-- @coded region_code
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column fault  several or unlisted
-- @column regulators  names of the regulators
-- @column regulator_count  how many
-- @column visits  visits of the year so far
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
several as (
    select e.uscc, e.regulators, cast(e.regulator_count as integer) as regulator_count
    from core.enterprise as e
    where e.regulator_count > 1
),
regulator as (
    select s.regulators, u.item
    from (select distinct regulators from several) as s
    cross join unnest(split_list(s.regulators)) as u(item)
),
named as (
    select r.regulators, text_join(array_agg(coalesce(a.agency_name, r.item) order by r.item), ';') as names
    from regulator as r
    left join core.agency as a on a.agency_code = r.item
    group by r.regulators
),
concerned as (
    select v.uscc, v.started_q, v.code, v.visit_id
    from mart.visit_index as v
    left join several as s on s.uscc = v.uscc
    where v.started_q >= 0 and (s.uscc is not null or not v.is_known_enterprise)
),
visited as (
    select p.period_index, v.uscc, cast(count(*) as bigint) as visits, min(v.code) as code, min(v.visit_id) as visit_id
    from concerned as v
    join run.period as p on int_div(p.period_index, 4) = int_div(v.started_q, 4) and p.period_index >= v.started_q
    group by p.period_index, v.uscc
),
unlisted as (
    select v.period_index, v.uscc, v.visits, v.code, v.visit_id
    from visited as v
    left join core.enterprise as e on e.uscc = v.uscc
    where e.uscc is null
),
line as (
    select
        p.period, p.period_index, e.region_code, e.city_code, e.uscc, e.enterprise_name, 'several' as fault, n.names as regulators, s.regulator_count,
        coalesce(v.visits, 0) as visits, e.file_id, e.sheet, e.row_number
    from several as s
    join named as n on n.regulators = s.regulators
    join mart.enterprise as e on e.uscc = s.uscc
    cross join run.period as p
    left join visited as v on v.period_index = p.period_index and v.uscc = s.uscc
    where e.status is distinct from 'closed'
    union all
    select
        p.period, p.period_index, v.code, coalesce(r.city_code, ''), v.uscc, null, 'unlisted', '', 0, v.visits, i.file_id, i.sheet, i.row_number
    from mart.visit_index as i
    join unlisted as v on v.visit_id = i.visit_id
    join run.period as p on p.period_index = v.period_index
    left join mart.region as r on r.region_code = v.code
)
select period, period_index, region_code, city_code, uscc, enterprise_name, fault, regulators, regulator_count, visits, file_id, sheet, row_number
from line
order by period_index, region_code nulls last, fault, uscc
