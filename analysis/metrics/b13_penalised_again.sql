-- @metric B13
-- @title_zh 屡罚不改率
-- @title_en Recurrence after a penalty
-- @definition_zh 近365天内作出、所指检查有隐患的处罚中，处罚后365天内同一企业在其他检查中再现同类隐患的占比。
-- @definition_en Penalties of the last 365 days naming a visit with an episode: those after which a class of that visit is found in another visit within W days.
-- @theme B
-- @unit ratio
-- @better lower
-- @goal none
-- @basis 烟应急〔2022〕3号
-- @aggregate ratio
-- @span at
-- @subject penalty
-- @by enterprise
-- @datasets penalty hazard inspection
-- @rank band
-- @interval wilson
-- @sort 320
with
fined_for as (
    select
        p.penalty_id, p.uscc, p.code, p.sector, p.kind, p.visit_id, p.decided_on, p.decided_q, p.decided_p365,
        e.class, quarter_index(e.found_on, r.first_year) as found_q
    from core.episode as e
    cross join run.parameter as r
    join mart.penalty_index as p on p.visit_id = e.visit_id
    where p.code is not null and e.found_on <= r.cut_off_date
),
fined as (
    select penalty_id, code, sector, kind, decided_q, decided_p365, min(found_q) as found_p
    from fined_for
    group by penalty_id, code, sector, kind, decided_q, decided_p365
),
again as (
    select
        p.penalty_id,
        min(later_of(p.found_q, quarter_index(n.found_on, r.first_year))) as again_p
    from core.episode as n
    cross join run.parameter as r
    join fined_for as p on p.uscc = n.uscc and p.class = n.class
    where n.found_on <= r.cut_off_date and n.visit_id <> p.visit_id and n.found_on > p.decided_on and n.found_on <= add_days(p.decided_on, r.recurrence_days)
    group by p.penalty_id
)
select
    p.penalty_id as subject_id,
    p.code,
    later_of(p.decided_q, p.found_p) as den_from,
    p.decided_p365 as den_until,
    later_of(p.decided_q, later_of(p.found_p, coalesce(a.again_p, 9999))) as num_from,
    p.decided_p365 as num_until,
    p.sector,
    p.kind
from fined as p
left join again as a on a.penalty_id = p.penalty_id
