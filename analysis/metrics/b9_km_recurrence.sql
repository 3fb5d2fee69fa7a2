-- @metric B9
-- @title_zh 12个月累计复发概率
-- @title_en Probability of recurrence within twelve months
-- @definition_zh 销号后365天内同类问题再次出现的累计概率（Kaplan–Meier），未再出现者以最后一次非复查检查为删失。
-- @definition_en 1 − S(W) by Kaplan–Meier over episodes closed in the last 730 days and visited since; censored at the last non-review visit.
-- @theme B
-- @unit probability
-- @better lower
-- @goal none
-- @basis 烟应急〔2022〕3号
-- @aggregate km
-- @span at
-- @subject episode
-- @by enterprise
-- @datasets hazard inspection
-- @sort 270
with
recurred as (
    select
        e.episode_id, e.code, e.sector, e.risk_grade,
        seen_index(e.next_started_on, r.cut_off_date, r.first_year) as visited_p,
        seen_index(e.next_found_on, r.cut_off_date, r.first_year) as found_p,
        seen_index(add_days(e.closed_on, 730), r.cut_off_date, r.first_year) as expired_p,
        days_between(e.closed_on, e.next_found_on) as days_to_event,
        r.recurrence_days + 1 as horizon
    from mart.episode_index as e
    cross join run.parameter as r
    where e.code is not null and e.next_started_on <= r.cut_off_date and e.next_found_on <= r.cut_off_date
),
-- What both have in common is written twice, so that nothing of a million rows need be kept between.
visited as (
    select
        e.episode_id, e.uscc, e.code, e.sector, e.risk_grade, e.closed_on,
        seen_index(e.next_started_on, r.cut_off_date, r.first_year) as visited_p,
        earlier_of(seen_index(e.next_found_on, r.cut_off_date, r.first_year), seen_index(add_days(e.closed_on, 730), r.cut_off_date, r.first_year)) as over_p,
        r.recurrence_days + 1 as horizon
    from mart.episode_index as e
    cross join run.parameter as r
    where e.code is not null and e.next_started_on <= r.cut_off_date
)
select
    s.episode_id as subject_id,
    s.code,
    later_of(s.visited_p, s.found_p) as den_from,
    s.expired_p as den_until,
    earlier_of(s.days_to_event, s.horizon) as days,
    s.days_to_event < s.horizon as event,
    s.sector,
    s.risk_grade
from recurred as s
where s.found_p < s.expired_p
union all
select
    s.episode_id,
    s.code,
    later_of(s.visited_p, v.from_p),
    earlier_of(s.over_p, v.until_p),
    earlier_of(days_between(s.closed_on, v.last_on), s.horizon),
    false,
    s.sector,
    s.risk_grade
from visited as s
join mart.last_visit as v on v.uscc = s.uscc and v.until_p > s.visited_p and v.from_p < s.over_p
