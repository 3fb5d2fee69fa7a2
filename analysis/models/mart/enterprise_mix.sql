-- Enterprises visited in a quarter, and in a year so far: since when by several levels, since when by several agencies of a level.
-- One row per span, enterprise and quarter (span quarter) or year (span ytd) with a non-exempt visit.
-- @by uscc
-- @column span             quarter or ytd
-- @column uscc             enterprise
-- @column from_p           the quarter; for ytd the first quarter of the year with such a visit
-- @column multi_level_p    first period on whose d two visits share no agency and no level (both known); 9999 for never
-- @column multi_head_p     first period on whose d two visits share no agency but a level; 9999 for never
with
by_agencies as (
    select
        v.uscc, v.agencies, v.levels, v.started_q,
        int_div(v.started_q, 4) * 4 as year_p
    from mart.visit_index as v
    where not v.is_exempt and v.started_q >= 0
    group by v.uscc, v.agencies, v.levels, v.started_q
),
by_year as (
    select uscc, agencies, levels, year_p, min(started_q) as started_q
    from by_agencies
    group by uscc, agencies, levels, year_p
),
pair as (
    select 'quarter' as span, a.uscc, a.started_q as group_p, a.started_q as seen_p, a.levels as a_levels, b.levels as b_levels
    from by_agencies as a
    join by_agencies as b on b.uscc = a.uscc and b.started_q = a.started_q
    where a.agencies < b.agencies and set_shared(a.agencies, b.agencies) = 0
    union all
    select 'ytd', a.uscc, a.year_p, later_of(a.started_q, b.started_q), a.levels, b.levels
    from by_year as a
    join by_year as b on b.uscc = a.uscc and b.year_p = a.year_p
    where a.agencies < b.agencies and set_shared(a.agencies, b.agencies) = 0
),
mixed as (
    select
        span, uscc, group_p,
        min(case when a_levels <> '' and b_levels <> '' and set_shared(a_levels, b_levels) = 0 then seen_p end) as multi_level_p,
        min(case when set_shared(a_levels, b_levels) > 0 then seen_p end) as multi_head_p
    from pair
    group by span, uscc, group_p
),
visited as (
    select 'quarter' as span, uscc, started_q as group_p, started_q as from_p
    from by_agencies
    group by uscc, started_q
    union all
    select 'ytd', uscc, year_p, min(started_q)
    from by_year
    group by uscc, year_p
)
select
    v.span,
    v.uscc,
    v.from_p,
    coalesce(m.multi_level_p, 9999) as multi_level_p,
    coalesce(m.multi_head_p, 9999) as multi_head_p
from visited as v
left join mixed as m on m.span = v.span and m.uscc = v.uscc and m.group_p = v.group_p
