-- 第113条预警, 达线: enterprises with a major hazard that were penalised again and again. One row per period and enterprise.
-- @by uscc
-- @coded region_code, sector
-- @column period  the period
-- @column period_index  its index
-- @column region_code  region the line belongs to
-- @column city_code  city it belongs to; empty for the province itself
-- @column uscc  enterprise
-- @column enterprise_name  its name; empty when it is in no register
-- @column sector  its sector; unknown when it is in no register
-- @column state  warning or reached
-- @column major_hazards  major hazards open on d or found in the last 365 days
-- @column open_majors  those open on d
-- @column penalties_180  penalties of the last 180 days
-- @column penalties_365  penalties of the last 365 days
-- @column last_penalty_on  the last of them
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
with
penalty as (
    select p.uscc, p.decided_on, p.file_id, p.sheet, p.row_number, row_number() over (partition by p.uscc, p.decided_on order by p.penalty_id) as place
    from core.penalty as p
)
select
    p.period, p.period_index, e.region_code, e.city_code, s.uscc, e.enterprise_name, e.sector,
    case when s.penalties_180 >= 3 or s.penalties_365 >= 4 then 'reached' else 'warning' end as state,
    s.major_hazards, s.open_majors, s.penalties_180, s.penalties_365, s.last_penalty_on,
    x.file_id, x.sheet, x.row_number
from mart.article_113 as s
join run.period as p on p.period_index = s.period_index
join mart.enterprise as e on e.uscc = s.uscc
left join penalty as x on x.uscc = s.uscc and x.decided_on = s.last_penalty_on and x.place = 1
where s.penalties_180 >= 2 or s.penalties_365 >= 3
order by p.period_index, e.region_code, s.penalties_365 desc nulls last, s.uscc
