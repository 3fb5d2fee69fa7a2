-- A published version for tests: real-looking figures of one quarter (figures.csv, metrics.csv beside), small lists, hostile names.
-- DIR is replaced by the folder these files lie in.
create schema mart;
create table mart.region as select * from (values
  ('230000','黑龙江省','黑龙江','province',null,'',0),
  ('230100','哈尔滨市','哈尔滨','city','230000','230100',1),
  ('230102','哈尔滨甲区','哈尔滨甲','county','230100','230100',2),
  ('230200','齐齐哈尔市','齐齐哈尔','city','230000','230200',11),
  ('230202','齐齐哈尔甲区','齐齐哈尔甲','county','230200','230200',12),
  ('230300','鸡西市','鸡西','city','230000','230300',21),
  ('230302','鸡西甲区','鸡西甲','county','230300','230300',22),
  ('230400','鹤岗市','鹤岗','city','230000','230400',31),
  ('230402','鹤岗甲区','鹤岗甲','county','230400','230400',32),
  ('230500','双鸭山市','双鸭山','city','230000','230500',41),
  ('230502','双鸭山甲区','双鸭山甲','county','230500','230500',42),
  ('230600','大庆市','大庆','city','230000','230600',51),
  ('230602','大庆甲区','大庆甲','county','230600','230600',52),
  ('230700','伊春市','伊春','city','230000','230700',61),
  ('230702','伊春甲区','伊春甲','county','230700','230700',62),
  ('230800','佳木斯市','佳木斯','city','230000','230800',71),
  ('230802','佳木斯甲区','佳木斯甲','county','230800','230800',72),
  ('230900','七台河市','七台河','city','230000','230900',81),
  ('230902','七台河甲区','七台河甲','county','230900','230900',82),
  ('231000','牡丹江市','牡丹江','city','230000','231000',91),
  ('231002','牡丹江甲区','牡丹江甲','county','231000','231000',92),
  ('231100','黑河市','黑河','city','230000','231100',101),
  ('231102','黑河甲区','黑河甲','county','231100','231100',102),
  ('231200','绥化市','绥化','city','230000','231200',111),
  ('231202','绥化甲区','绥化甲','county','231200','231200',112),
  ('232700','大兴安岭地区','大兴安岭','city','230000','232700',121),
  ('232702','大兴安岭甲区','大兴安岭甲','county','232700','232700',122)
) as t(region_code, region_name, short_name, level, parent_code, city_code, sort_order);
create table mart.period as select * from (values
  (0, '2019Q1', 2019, 1, date '2019-01-01', date '2019-03-31', date '2019-03-31', 60, 250, true),
  (4, '2020Q1', 2020, 1, date '2020-01-01', date '2020-03-31', date '2020-03-31', 59, 249, false)
) as t(period_index, period, year, quarter, first_day, last_day, d, workdays_to_d, workdays_of_year, is_closed);
create table mart.metric as
  select metric, title_zh, metric as title_en, definition_zh, '' as definition_en, unit, better, cast(goal as double) as goal, basis, aggregate, spans, 'all own' as scopes,
    '' as slices, theme, sort_order, '' as subject, '' as sql, rank is not null as is_ranked, rank = 'exact' as is_census, false as has_interval
  from read_csv('DIR/metrics.csv', header = true, quote = '"', types = {'goal': 'varchar', 'basis': 'varchar', 'rank': 'varchar'});
update mart.metric set is_census = is_census is true or theme = 'A';
create table mart.figure as
  with figures as (
    select *, metric || '.' || period || case span when 'quarter' then 'q' when 'ytd' then 'y' else '' end || '.' || region_code || case scope when 'own' then 'o' else '' end as figure_id
    from read_csv('DIR/figures.csv', header = true, types = {'region_code': 'varchar', 'num': 'decimal(18,2)', 'den': 'bigint', 'value': 'double', 'lower': 'double', 'upper': 'double'})
  ), ranked as (
    select f.*, m.is_ranked and scope = 'all' and f.region_code <> '230000' as in_rank, m.better
    from figures as f join mart.metric as m using (metric)
  )
  select figure_id, metric, period, case period when '2019Q1' then 0 else 4 end as period_index, span, region_code, scope, '' as slice, num, den, value, lower, upper,
    coalesce(den < 10, false) as is_small, cast(null as double) as goal, cast(null as boolean) as is_goal_met,
    cast(case when in_rank then rank() over w end as integer) as rank, cast(case when in_rank then rank() over w end as integer) as rank_low,
    cast(case when in_rank then rank() over w end as integer) as rank_high, cast(case when in_rank then count(*) over (partition by metric, period, span, in_rank) end as integer) as rank_of,
    case when in_rank and rank() over w <= 3 then 'front' end as band, cast(null as double) as prior_value, cast(null as double) as prior_year_value
  from ranked
  window w as (partition by metric, period, span, in_rank order by case when better = 'lower' then value else -value end);
insert into mart.figure
  select 'E8.2020Q1q.' || region_code || ':class=key', 'E8', '2020Q1', 4, 'quarter', region_code, 'all', 'class=key', num, null, cast(num as double), null, null, false, null, null, null, null, null, null, null, null, null
  from mart.figure where metric = 'A4k' and scope = 'all' and period = '2020Q1' and num > 0;
create table mart.change as
  select n.figure_id, n.metric, n.period, 4 as period_index, n.span, n.region_code, 'yoy' as basis, '2019Q1' as base_period, n.num, n.den, n.value, b.num as base_num, b.den as base_den,
    b.value as base_value, n.value - b.value as difference, case when b.value >= 10 then (n.value - b.value) / b.value end as percent, b.value < 10 as is_suppressed, 13 as regions, '' as excluded
  from mart.figure as n join mart.figure as b on b.period = '2019Q1' and n.period = '2020Q1' and b.metric = n.metric and b.span = n.span and b.region_code = n.region_code and b.scope = n.scope
  where n.scope = 'all' and n.metric in ('E1', 'E2', 'E3', 'E3m', 'E5', 'E7');
create table mart.code as select * from (values
  ('sector', 'coal_mine', '煤矿', 1), ('sector', 'hazchem', '危险化学品', 2), ('sector', 'other', '其他', 3), ('level', 'city', '市', 2), ('level', 'county', '县', 3),
  ('reason', 'suspended', '停产', 1), ('reason', 'closed', '注销', 2), ('reason', 'transferred', '移交', 3)
) as t(column_name, code, word, sort_order);
create table mart.parameter as select * from (values
  ('cut_off', '2020-04-10 23:59:59', '数据截止'), ('recurrence_days', '365', '复发观察期（天）'), ('duplicate_days', '90', '重复检查窗口（天）'), ('min_base', '10', '最小基数')
) as t(name, value, note);
create table mart.waterfall as
  select '2020Q1' as period, 4 as period_index, f.region_code, f.scope, s.step, s.reason, s.items, s.sort_order
  from mart.figure as f cross join lateral (values ('original', '', f.den, 1), ('added', '', cast(0 as bigint), 2), ('removed', 'suspended', cast(f.num as bigint), 3)) as s(step, reason, items, sort_order)
  where f.metric = 'A9' and f.period = '2020Q1' and s.items > 0;
create table mart.list_uninspected_key as
  select '2020Q1' as period, 4 as period_index, r.region_code, r.city_code, format('91230100{:010d}', i) as uscc,
    [ '=HYPERLINK("http://x","点此")', '</script><script>alert(1)</script>', '哈尔滨' || chr(8238) || '甲厂', '@SUM(1+1)有限公司', '龙江' || repeat('长', 200) || '公司', '正常化工有限公司'][i % 6 + 1] as enterprise_name,
    'hazchem' as sector, 'C' as risk_grade, 1 as planned_items, date '2019-06-30' as last_visit_on, 1 as file_id, 's' as sheet, i as row_number
  from range(41) as t(i) join mart.region as r on r.level = 'county' and r.sort_order = (i % 13) * 10 + 2;
create table mart.list_repeat as
  select '2020Q1' as period, 4 as period_index, '230102' as region_code, '230100' as city_code, '912301000000000001' as uscc, '甲化工有限公司' as enterprise_name, 'hazchem' as sector,
    'item:A01' as class, 'item' as class_kind, 4 as episodes, 2 as recurrences, 3 as visits, date '2018-05-01' as first_found_on, date '2020-03-02' as last_found_on, 1 as file_id, 's' as sheet, 7 as row_number;
create table mart.list_duplicate_pair as
  select '2020Q1' as period, 4 as period_index, '230102' as region_code, '230100' as city_code, '912301000000000001' as uscc, '甲化工有限公司' as enterprise_name,
    'v1' as earlier_visit_id, 'v2' as later_visit_id, '哈尔滨市应急管理局' as earlier_agencies, '道里区应急管理局;-1+1局' as later_agencies, 'city' as earlier_levels, 'county' as later_levels, 'planned' as earlier_kind, 'planned' as later_kind,
    date '2020-01-10' as earlier_started_on, date '2020-02-20' as later_started_on, 41 as days_apart, 4 as shared_items, 9 as united_items, true as is_overlap_known, 'multi_level' as pair_kind,
    i < 3 as is_net, true as was_visible, i < 3 as is_avoidable, 1 as file_id, 's' as sheet, i as row_number
  from range(4) as t(i);
create table mart.list_removal_fault as select '2020Q1' as period, 'late' as fault from range(1);
create table mart.list_late_return as
  select '2020Q1' as period, 4 as period_index, region_code, city_code, region_name, timestamp '2020-04-04 10:00:00' + interval (sort_order // 10 % 4) day as first_submitted_at,
    date '2020-04-05' as limit_on, date '2020-04-07' as rolled_limit_on, region_code = '232700' as is_missing, sort_order // 10 % 4 > 1 as is_late, sort_order // 10 % 4 > 3 as is_late_rolled
  from mart.region where level = 'city';
update mart.list_late_return set first_submitted_at = null where is_missing;
create table mart.list_return_check as
  select '2020Q1' as period, region_code, city_code, s.identity, cast(10 as decimal(18, 2)) as returned, cast(12 as decimal(18, 2)) as computed, s.identity <> 'completed' or region_code < '230600' as holds
  from mart.region cross join (values ('planned'), ('completed')) as s(identity) where level = 'city';
create table mart.rejected as select '230100' as region_code, case when i < 5 then 'pending' when i < 7 then 'corrected' else 'waived' end as state from range(8) as t(i);
create table mart.file as select cast(sort_order as integer) as file_id, region_name || '_检查记录_2020Q1.xlsx' as name, region_code, timestamp '2020-04-08 09:30:00' as received_at from mart.region where level = 'city' and region_code <> '232700';
create table mart.restatement as
  select '2019Q1' as period, 'E1.2019Q1q.230000' as figure_id, 'E1' as metric, 'quarter' as span, '230000' as region_code, 'all' as scope, cast(57 as decimal(18, 2)) as old_num, cast(null as bigint) as old_den, 57.0 as old_value,
    cast(58 as decimal(18, 2)) as new_num, cast(null as bigint) as new_den, 58.0 as new_value, 'late_rows' as cause, 1 as late_rows, 0 as changed_rows, '哈尔滨市_检查记录_2020Q1.xlsx:Sheet1:17' as source_rows;
