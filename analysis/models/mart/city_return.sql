-- The quarterly return of each city that counts: the one submitted last by the cut-off.
-- One row per city and period that exists.
-- @grain region_code, period
-- @column region_code         the city
-- @column period              the period
-- @column period_index        its index
-- @column submitted_at        when it was submitted
-- @column planned             计划数
-- @column completed           完成数
-- @column inspected           检查家次
-- @column hazards_found       发现隐患数
-- @column hazards_rectified   已整改隐患数
-- @column penalties           处罚次数
-- @column fines_yuan          罚款金额
-- @column file_id             file of the row
-- @column sheet               its sheet
-- @column row_number          its row
with
submitted as (
    select
        q.region_code, q.period, p.period_index, q.submitted_at, q.planned, q.completed, q.inspected, q.hazards_found,
        q.hazards_rectified, q.penalties, q.fines_yuan, q.file_id, q.sheet, q.row_number,
        row_number() over (partition by q.region_code, q.period order by q.submitted_at desc nulls last) as place
    from core.quarterly_return as q
    cross join run.parameter as r
    join run.period as p on p.period = q.period
    join run.region as g on g.region_code = q.region_code and g.level = 'city'
    where q.submitted_at <= r.cut_off
)
select
    region_code,
    period,
    period_index,
    submitted_at,
    planned,
    completed,
    inspected,
    hazards_found,
    hazards_rectified,
    penalties,
    fines_yuan,
    file_id,
    sheet,
    row_number
from submitted
where place = 1
