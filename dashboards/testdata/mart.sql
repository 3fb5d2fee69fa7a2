-- A small published version to render: three cities of two counties each, six quarters, every mart table of docs/architecture.md.
-- Values are made by arithmetic alone, so that they are the same with every version of the engine.
create schema mart;
create table mart.period as
  select i as period_index, format('{}Q{}', 2019 + i // 4, i % 4 + 1) as period, 2019 + i // 4 as year, i % 4 + 1 as quarter,
    make_date(2019 + i // 4, 3 * (i % 4) + 1, 1) as first_day,
    cast(make_date(2019 + i // 4, 3 * (i % 4) + 1, 1) + interval 3 month - interval 1 day as date) as last_day,
    cast(make_date(2019 + i // 4, 3 * (i % 4) + 1, 1) + interval 3 month - interval 1 day as date) as d,
    [60, 122, 188, 250][i % 4 + 1] as workdays_to_d, 250 as workdays_of_year, i < 3 as is_closed
  from range(6) as t(i);
create table mart.region as select * from (values
  ('230000', '黑龙江省', '黑龙江', 'province', null, '', 0),
  ('230100', '哈尔滨市', '哈尔滨', 'city', '230000', '230100', 1), ('230102', '道里区', '道里区', 'county', '230100', '230100', 2), ('230103', '南岗区', '南岗区', 'county', '230100', '230100', 3),
  ('230400', '鹤岗市', '鹤岗', 'city', '230000', '230400', 4), ('230402', '向阳区', '向阳区', 'county', '230400', '230400', 5), ('230403', '工农区', '工农区', 'county', '230400', '230400', 6),
  ('232700', '大兴安岭地区', '大兴安岭', 'city', '230000', '232700', 7), ('232701', '漠河市', '漠河市', 'county', '232700', '232700', 8), ('232721', '呼玛县', '呼玛县', 'county', '232700', '232700', 9)
) as t(region_code, region_name, short_name, level, parent_code, city_code, sort_order);
create table mart.code as select * from (values
  ('sector', 'coal_mine', '煤矿', 1), ('sector', 'hazchem', '危险化学品', 2), ('sector', 'other', '其他', 3),
  ('kind', 'planned', '计划检查', 1), ('kind', 'special', '专项检查', 2), ('kind', 'review', '复查', 3),
  ('level', 'province', '省', 1), ('level', 'city', '市', 2), ('level', 'county', '县', 3), ('level', 'township', '乡', 4),
  ('reason', 'suspended', '停产', 1), ('reason', 'closed', '注销', 2), ('status', 'active', '正常', 1)
) as t(column_name, code, word, sort_order);
create table mart.parameter as select * from (values
  ('cut_off', '2020-07-06 23:59:59', '数据截止'), ('province', '230000', ''), ('recurrence_days', '365', '复发观察期(天)'),
  ('duplicate_days', '90', '重复检查窗口(天)'), ('min_base', '10', '最小基数')
) as t(name, value, note);
create table mart.metric as select metric, title_zh, metric as title_en, title_zh || '的定义。' as definition_zh, 'Definition.' as definition_en, unit, better, goal,
    case when metric = 'A5' then '黑应急发〔2020〕9号' end as basis, aggregate, spans, 'all own' as scopes, '' as slices, theme, sort_order, 'visit' as subject, 'select 1' as sql,
    is_ranked, theme = 'A' as is_census, theme in ('B', 'C') as has_interval
  from (values
    ('A1', '计划完成率', 'ratio', 'higher', null, 'ratio', 'at', 'A', 1, true), ('A2', '计划完成率(家次)', 'ratio', 'higher', null, 'ratio', 'at', 'A', 2, true),
    ('A4k', '重点检查完成率', 'ratio', 'higher', null, 'ratio', 'at', 'A', 4, true), ('A4g', '一般检查完成率', 'ratio', 'higher', null, 'ratio', 'at', 'A', 5, true),
    ('A5', '重点检查占比', 'ratio', 'higher', 0.6, 'ratio', 'at', 'A', 6, false), ('A6', '双随机占比', 'ratio', 'higher', 0.3, 'ratio', 'at', 'A', 7, false),
    ('A7', '序时进度差', 'points', 'higher', 0.0, 'value', 'at', 'A', 8, true), ('A9', '核减率', 'ratio', 'lower', null, 'ratio', 'at', 'A', 9, false),
    ('B1', '到期整改率', 'ratio', 'higher', null, 'ratio', 'quarter ytd', 'B', 20, true), ('B3', '总整改率', 'ratio', 'higher', null, 'ratio', 'quarter ytd', 'B', 21, true),
    ('B4', '重大隐患闭环率', 'ratio', 'higher', null, 'ratio', 'quarter ytd', 'B', 22, true), ('B7', '复发率(再检口径)', 'ratio', 'lower', null, 'ratio', 'quarter ytd', 'B', 23, true),
    ('B8', '未再检比例', 'ratio', 'lower', null, 'ratio', 'quarter ytd', 'B', 24, false), ('C3', '重复检查率(净)', 'ratio', 'lower', null, 'ratio', 'quarter ytd', 'C', 30, true),
    ('C3g', '重复检查率(毛)', 'ratio', 'lower', null, 'ratio', 'quarter ytd', 'C', 31, false), ('C4', '可避免家次', 'count', 'none', null, 'count', 'quarter ytd', 'C', 32, false),
    ('D6', '录入及时率', 'ratio', 'higher', null, 'ratio', 'quarter ytd', 'D', 40, true), ('D7', '应填完整率', 'ratio', 'higher', null, 'ratio', 'quarter ytd', 'D', 41, true),
    ('D9', '逻辑错误率', 'ratio', 'lower', null, 'ratio', 'quarter ytd', 'D', 42, true), ('D10', '上报及时性(字面)', 'ratio', 'higher', null, 'ratio', 'at', 'D', 43, false),
    ('E1', '检查家次', 'count', 'none', null, 'count', 'quarter ytd', 'E', 50, false), ('E2', '检查家数', 'count', 'none', null, 'count', 'quarter ytd', 'E', 51, false),
    ('E3', '隐患', 'count', 'none', null, 'count', 'quarter ytd', 'E', 52, false), ('E5', '处罚宗数', 'count', 'none', null, 'count', 'quarter ytd', 'E', 53, false),
    ('E6', '罚款金额', 'yuan', 'none', null, 'count', 'quarter ytd', 'E', 54, false)
  ) as t(metric, title_zh, unit, better, goal, aggregate, spans, theme, sort_order, is_ranked);
-- Counts of each county (own rows of a city or the province as a county of its own), summed upward by prefix.
create table leaf as
  select m.metric, m.unit, m.aggregate, m.sort_order, p.period_index, p.period, s.span, r.region_code, r.level,
    20 + (m.sort_order * 7 + r.sort_order * 13 + p.period_index * 5) % 37 as den,
    (m.sort_order * 11 + r.sort_order * 17 + p.period_index * 3) % 20 as num
  from mart.metric as m cross join mart.period as p cross join mart.region as r
    join (values ('at'), ('quarter'), ('ytd')) as s(span) on contains(' ' || m.spans || ' ', ' ' || s.span || ' ')
  where r.level <> 'province' and r.region_code not in ('232721');
create table mart.figure as
  with scoped as (
    select metric, unit, aggregate, period_index, period, span, region_code, 'all' as scope, num, den from leaf where level = 'county'
    union all select metric, unit, aggregate, period_index, period, span, region_code, 'own', num, den from leaf where level = 'city'
    union all select metric, unit, aggregate, period_index, period, span, left(region_code, 4) || '00', 'all', sum(num), sum(den) from leaf group by metric, unit, aggregate, period_index, period, span, left(region_code, 4)
    union all select metric, unit, aggregate, period_index, period, span, '230000', 'all', sum(num), sum(den) from leaf group by metric, unit, aggregate, period_index, period, span
  ), valued as (
    select metric, period, period_index, span, region_code, scope, '' as slice,
      case when unit = 'points' then null when unit = 'yuan' then cast(sum(num) * 1234.56 as decimal(18, 2)) else cast(sum(num) as decimal(18, 2)) end as num,
      case when aggregate = 'ratio' then cast(sum(den) as bigint) end as den,
      case when unit = 'points' then cast(sum(num) as double) / cast(sum(den) as double) - 0.3 when unit = 'yuan' then sum(num) * 1234.56 when aggregate = 'count' then cast(sum(num) as double)
        else cast(sum(num) as double) / cast(sum(den) as double) end as value,
      metric in ('B1', 'B3', 'B7', 'C3') as is_estimate
    from scoped group by metric, unit, aggregate, period, period_index, span, region_code, scope having aggregate <> 'count' or sum(num) > 0
  )
  select v.metric || '.' || period || case span when 'at' then '' when 'ytd' then 'y' else 'q' end || '.' || region_code || case scope when 'own' then 'o' else '' end as figure_id,
    v.metric, period, period_index, span, region_code, scope, slice, num, den, value,
    case when is_estimate then greatest(0, value - 0.1) end as lower, case when is_estimate then least(1, value + 0.1) end as upper, coalesce(den, 99) < 10 as is_small,
    m.goal, value >= m.goal as is_goal_met, cast(null as integer) as rank, cast(null as integer) as rank_low, cast(null as integer) as rank_high, cast(null as integer) as rank_of,
    cast(null as varchar) as band,
    lag(value) over (partition by v.metric, span, region_code, scope order by period_index) as prior_value,
    lag(value, 4) over (partition by v.metric, span, region_code, scope order by period_index) as prior_year_value
  from valued as v join mart.metric as m on m.metric = v.metric;
drop table leaf;
create table mart.change as
  select f.figure_id, f.metric, f.period, f.period_index, f.span, f.region_code, 'qoq' as basis, b.period as base_period, f.num, f.den, f.value, b.num as base_num, b.den as base_den,
    b.value as base_value, f.value - b.value as difference, case when m.unit in ('count', 'yuan') and b.num >= 10 then (f.value - b.value) / b.value end as percent,
    m.unit in ('count', 'yuan') and b.num < 10 as is_suppressed, '' as regions, '' as excluded
  from mart.figure as f join mart.figure as b using (metric, span, region_code, scope, slice) join mart.metric as m on m.metric = f.metric
  where b.period_index = f.period_index - 1 and f.scope = 'all';
create table mart.enterprise as
  select format('91999999{:08d}XX', i) as uscc,
    case i when 1 then '</script><script>alert(1)</script>有限公司' when 2 then '=HYPERLINK("http://x","点")' when 3 then '🔥消防' || chr(8238) || '公司' when 4 then repeat('长', 200)
      when 41 then '<img src=x onerror=alert(1)>' when 42 then '${7*7}%{x}\u003c\' when 43 then 'a&amp;b "引" ''单'' &#60;b&#62;' when 44 then chr(8294) || 'x' || chr(8297) || chr(8206) || '公司' when 45 then chr(1) || '控制' || chr(31)
      when 46 then '@SUM(A1)' when 47 then '-1+1|cmd' when 48 then '+1+1' when 49 then '../../etc/passwd' when 50 then 'Z' || chr(824) || chr(802) || 'a' || chr(823) || 'lgo' when 51 then ']]>-->' when 52 then '行' || chr(8232) || '分' || chr(8233) when 53 then chr(65279) || '空' || chr(8203)
      else format('测试企业{}号有限公司', i) end as enterprise_name,
    ['230102', '230103', '230402', '230403', '232701'][i % 5 + 1] as region_code, ['230100', '230100', '230400', '230400', '232700'][i % 5 + 1] as city_code,
    ['coal_mine', 'hazchem', 'other'][i % 3 + 1] as sector, ['A', 'B', 'C', 'D'][i % 4 + 1] as risk_grade, '2' as standard_level, i % 4 = 0 as is_key_unit, 'active' as status
  from range(1, 61) as t(i);
create table mart.agency as select region_code || '01' as agency_code, region_name || '应急管理局' as agency_name, level, region_code, city_code, 12 as officers from mart.region;
create table mart.enterprise_timeline as
  select uscc, format('V{:04d}', row_number() over (order by uscc, j)) as visit_id, cast(date '2019-02-01' + interval 1 day * (j * 97 + ord(substr(uscc, 15, 1)) * 3) as date) as started_on,
    cast(date '2019-02-02' + interval 1 day * (j * 97 + ord(substr(uscc, 15, 1)) * 3) as date) as ended_on, ['planned', 'special', 'review'][j % 3 + 1] as kind, j % 3 = 2 as is_review,
    ['county', 'city', 'county;city'][j % 3 + 1] as levels, region_code || '01' as agencies, r.region_name || '应急管理局' as agency_names, j as hazards, j // 4 as majors, j // 3 as recurrences,
    j // 4 as penalties, cast(j // 4 * 20000 as decimal(18, 2)) as fines_yuan, 1 as file_id, '' as sheet, cast(row_number() over (order by uscc, j) as integer) as row_number
  from mart.enterprise join mart.region as r using (region_code) cross join range(5) as t(j);
create table mart.enterprise_strip as select uscc, '2020Q2' as last_period, '------0gmr-p' as strip from mart.enterprise;
create table mart.list_open_major as
  select p.period, p.period_index, e.region_code, e.city_code, 'H' || right(uscc, 6) as hazard_id, uscc, enterprise_name, sector, 'V1' as visit_id, e.region_code || '01' as agency_code,
    r.region_name || '应急管理局' as agency_name, '安全出口堵塞' as description, date '2020-02-03' as found_on, date '2020-03-01' as due_on, 60 as days_open, 40 as days_overdue, 1 as file_id, '' as sheet, 7 as row_number
  from mart.enterprise as e join mart.region as r using (region_code) cross join mart.period as p where is_key_unit order by p.period_index, uscc;
create table mart.list_repeat as
  select p.period, p.period_index, e.region_code, e.city_code, uscc, enterprise_name, sector, 'X-01' as class, 'item' as class_kind, 3 as episodes, 2 as recurrences, 3 as visits,
    date '2019-03-01' as first_found_on, date '2020-05-01' as last_found_on, 1 as file_id, '' as sheet, 9 as row_number
  from mart.enterprise as e cross join mart.period as p where right(left(uscc, 16), 1) in ('1', '2', '3', '4') order by p.period_index, uscc;
create table mart.list_duplicate_pair as
  select p.period, p.period_index, e.region_code, e.city_code, uscc, enterprise_name, 'V1' as earlier_visit_id, 'V2' as later_visit_id, r.region_name || '应急管理局' as earlier_agencies, '市应急管理局' as later_agencies,
    'county' as earlier_levels, 'city' as later_levels, 'planned' as earlier_kind, 'special' as later_kind, date '2020-04-01' as earlier_started_on, date '2020-05-01' as later_started_on, 30 as days_apart,
    3 as shared_items, 6 as united_items, true as is_overlap_known, 'multi_level' as pair_kind, true as is_net, true as was_visible, true as is_avoidable, 1 as file_id, '' as sheet, 3 as row_number
  from mart.enterprise as e join mart.region as r using (region_code) cross join mart.period as p where risk_grade = 'B' order by p.period_index, uscc;
create table mart.list_late_return as
  select p.period, p.period_index, region_code, region_code as city_code, region_name, timestamp '2020-04-06 09:00:00' as first_submitted_at, date '2020-04-05' as limit_on, date '2020-04-07' as rolled_limit_on,
    false as is_missing, true as is_late, false as is_late_rolled, 1 as file_id, '' as sheet, 2 as row_number
  from mart.region cross join mart.period as p where level = 'city' order by p.period_index, region_code;
create table mart.km_curve as
  select period, period_index, '230000' as region_code, slice, day, 200 - day // 3 as at_risk, 2 as events, 1 as censored, 1 - day / 1000.0 * w as survival, day / 1000.0 * w as cumulative, day / 1200.0 * w as lower, day / 800.0 * w as upper
  from mart.period cross join (values ('', 1.0), ('sector=coal_mine', 0.6), ('sector=hazchem', 1.3)) as s(slice, w) cross join (select 30 * i as day from range(13) as t(i)) order by period_index, slice, day;
create table mart.funnel as
  select figure_id, metric, period, period_index, span, region_code, num, den, value, 0.4 as pooled, 0.25 as lower_95, 0.55 as upper_95, 0.2 as lower_998, 0.6 as upper_998, 1.0 as phi, 0.0 as tau2,
    cast(null as double) as wide_lower_95, cast(null as double) as wide_upper_95, cast(null as double) as wide_lower_998, cast(null as double) as wide_upper_998,
    case when value > 0.55 then 'high_95' else 'inside' end as position
  from mart.figure where metric in ('B7', 'C3') and right(region_code, 2) = '00' and region_code <> '230000' and scope = 'all';
create table mart.waterfall as
  select f.period, f.period_index, f.region_code, f.scope, s.step, s.reason, cast(case s.step when 'original' then den when 'added' then 4 when 'removed' then 2 when 'in_force' then den when 'complete' then num else den - num end as bigint) as items, s.sort_order
  from mart.figure as f cross join (values ('original', '', 1), ('added', '', 2), ('removed', 'suspended', 3), ('removed', 'closed', 4), ('in_force', '', 5), ('complete', '', 6), ('incomplete', '', 7)) as s(step, reason, sort_order)
  where f.metric = 'A1' order by f.period_index, f.region_code, f.scope, s.sort_order;
create table mart.recurrence_matrix as
  select p.period, p.period_index, s.span, c.class, 'item' as class_kind, r.region_code, 30 + r.sort_order as episodes, (r.sort_order * c.n) % 11 as recurrences, cast((r.sort_order * c.n) % 11 as double) / cast(30 + r.sort_order as double) as value
  from mart.period as p cross join (values ('quarter'), ('ytd')) as s(span) cross join (values ('用电-01', 3), ('消防-02', 5), ('危化-03', 7)) as c(class, n) cross join mart.region as r where r.level <> 'county';
create table mart.duplicate_matrix as
  select p.period, p.period_index, s.span, a.city_code, a.agency_code as earlier_agency, a.agency_name as earlier_name, b.agency_code as later_agency, b.agency_name as later_name, 5 as pairs, 3 as net_pairs, 2 as visible_pairs
  from mart.period as p cross join (values ('quarter'), ('ytd')) as s(span) cross join mart.agency as a join mart.agency as b on a.city_code = b.city_code and a.agency_code < b.agency_code where a.city_code <> '';
create table mart.cap_use as
  select p.period, p.period_index, r.region_code, '*' as level, 4 as max_visits, u.used, 20 - 3 * u.used as enterprises
  from mart.period as p cross join mart.region as r cross join range(6) as u(used);
create table mart.cap_month as
  select p.period, p.period_index, r.region_code, '*' as level, 4 as max_visits, m.month, 10 * m.month as used
  from mart.period as p cross join mart.region as r cross join (select range as month from range(1, 13)) as m where m.month <= month(p.d);
create table mart.file as
  select row_number() over (order by region_code) as file_id, region_code || '检查.csv' as name, 'h' as content_hash, timestamp '2020-07-01 08:00:00' + interval 1 hour * sort_order as received_at, 'csv' as format, region_code, 100 as rows_read, 95 as rows_loaded, 5 as rows_rejected, 0 as rows_duplicate, 0 as rows_ignored
  from mart.region where level = 'city';
create table mart.rejected as select file_id, '' as sheet, 5 as row_number, 'inspection' as dataset, region_code, '[{"column":"started_on","header":"检查开始日期","value":"2020.2.30","reason":"没有这一天","suggestion":""}]' as reasons, '[]' as cells, case when region_code = '230400' then 'corrected' else 'pending' end as state from mart.file;
