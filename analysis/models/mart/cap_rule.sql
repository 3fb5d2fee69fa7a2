-- The cap that applies to each kind of enterprise, for each level a cap is set for, as seen on every d.
-- One row per period, sector, risk grade, standard level and level of agency.
-- @grain period_index, sector, risk_grade, standard_level, level
-- @lookup sector, risk_grade, standard_level
-- @column period_index     the period
-- @column sector           sector of the enterprise
-- @column risk_grade       its risk grade; empty text when it has none
-- @column standard_level   its level of standardisation; empty text when it has none
-- @column level            level of agency the cap counts; * counts all visits
-- @column grade            grade the winning row is for
-- @column max_visits       visits allowed in a year
-- @column basis            where the cap is from
with
kind as (
    select distinct sector, coalesce(risk_grade, '') as risk_grade, coalesce(standard_level, '') as standard_level
    from core.enterprise
),
applies as (
    select
        p.period_index, k.sector, k.risk_grade, k.standard_level, c.level, c.grade, c.max_visits, c.basis,
        row_number() over (
            partition by p.period_index, k.sector, k.risk_grade, k.standard_level, c.level
            order by
                case when c.sector = k.sector then 0 else 1 end,
                case when c.grade = k.risk_grade then 0 when c.grade = k.standard_level then 1 else 2 end,
                c.effective_from desc nulls last
        ) as place
    from core.frequency_cap as c
    join kind as k on c.sector in (k.sector, '*') and c.grade in (k.risk_grade, k.standard_level, '*')
    join run.period as p on c.effective_from <= p.d
)
select period_index, sector, risk_grade, standard_level, level, grade, max_visits, basis
from applies
where place = 1
