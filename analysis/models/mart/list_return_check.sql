-- 勾稽: every identity of every city's last return, returned against computed.
-- One row per city, period and identity whose returned cells are filled.
-- @grain period_index, region_code, identity
-- @column period          the period
-- @column period_index    its index
-- @column region_code     the city
-- @column city_code       the city
-- @column identity        planned, completed, inspected, hazards_found, hazards_rectified, penalties, fines_yuan, completed_within_planned, rectified_within_found
-- @column returned        the cell as returned
-- @column computed        what the system says; for the last two the cell it must not exceed
-- @column holds           the identity holds
-- @column file_id         file of the return
-- @column sheet           its sheet
-- @column row_number      its row
with
system as (
    select
        f.period_index, f.region_code,
        max(case when f.metric = 'A1' then f.den end) as planned,
        max(case when f.metric = 'A1' then f.num end) as completed,
        max(case when f.metric = 'E1' then f.num end) as inspected,
        max(case when f.metric = 'E3' then f.num end) as hazards_found,
        max(case when f.metric = 'E5' then f.num end) as penalties,
        max(case when f.metric = 'E6' then f.num end) as fines_yuan
    from mart.figure as f
    where f.metric in ('A1', 'E1', 'E3', 'E5', 'E6') and f.span in ('at', 'ytd') and f.scope = 'all' and f.slice = ''
    group by f.period_index, f.region_code
),
counted as (
    select substr(h.code, 1, 4) as city, h.found_q, h.rectified_p, cast(count(*) as bigint) as hazards
    from mart.hazard_index as h
    where h.code is not null and h.found_q >= 0 and h.rectified_p < 9999
    group by substr(h.code, 1, 4), h.found_q, h.rectified_p
),
rectified as (
    select p.period_index, c.city, cast(sum(c.hazards) as bigint) as hazards
    from counted as c
    join run.period as p on c.found_q between int_div(p.period_index, 4) * 4 and p.period_index and c.rectified_p <= p.period_index
    group by p.period_index, c.city
),
identity as (
    select t.region_code, t.period_index, 1 as place, 'planned' as identity, cast(t.planned as decimal(18, 2)) as returned, cast(s.planned as decimal(18, 2)) as computed
    from mart.city_return as t
    left join system as s on s.period_index = t.period_index and s.region_code = t.region_code
    union all
    select t.region_code, t.period_index, 2, 'completed', t.completed, s.completed
    from mart.city_return as t
    left join system as s on s.period_index = t.period_index and s.region_code = t.region_code
    union all
    select t.region_code, t.period_index, 3, 'inspected', t.inspected, s.inspected
    from mart.city_return as t
    left join system as s on s.period_index = t.period_index and s.region_code = t.region_code
    union all
    select t.region_code, t.period_index, 4, 'hazards_found', t.hazards_found, s.hazards_found
    from mart.city_return as t
    left join system as s on s.period_index = t.period_index and s.region_code = t.region_code
    union all
    select t.region_code, t.period_index, 5, 'hazards_rectified', t.hazards_rectified, x.hazards
    from mart.city_return as t
    left join rectified as x on x.period_index = t.period_index and x.city = substr(t.region_code, 1, 4)
    union all
    select t.region_code, t.period_index, 6, 'penalties', t.penalties, s.penalties
    from mart.city_return as t
    left join system as s on s.period_index = t.period_index and s.region_code = t.region_code
    union all
    select t.region_code, t.period_index, 7, 'fines_yuan', t.fines_yuan, s.fines_yuan
    from mart.city_return as t
    left join system as s on s.period_index = t.period_index and s.region_code = t.region_code
    union all
    select t.region_code, t.period_index, 8, 'completed_within_planned', t.completed, t.planned
    from mart.city_return as t
    where t.planned is not null
    union all
    select t.region_code, t.period_index, 9, 'rectified_within_found', t.hazards_rectified, t.hazards_found
    from mart.city_return as t
    where t.hazards_found is not null
)
select
    t.period,
    i.period_index,
    i.region_code,
    i.region_code as city_code,
    i.identity,
    cast(i.returned as decimal(18, 2)) as returned,
    cast(coalesce(i.computed, 0) as decimal(18, 2)) as computed,
    case when i.place >= 8 then i.returned <= i.computed else i.returned = coalesce(i.computed, 0) end as holds,
    t.file_id,
    t.sheet,
    t.row_number
from identity as i
join mart.city_return as t on t.region_code = i.region_code and t.period_index = i.period_index
where i.returned is not null
order by i.period_index, i.region_code, i.place
