-- One row per decision of an administrative penalty, as last received by the cut-off. A decision of several kinds counts once,
-- under the heaviest.
-- @grain penalty_id
-- @by penalty_id
-- @column penalty_id               处罚编号
-- @column uscc                     统一社会信用代码
-- @column agency_code              处罚机构代码
-- @column inspection_id            检查编号 it names
-- @column decided_on               处罚决定日期
-- @column kinds                    all kinds as received, ;-separated
-- @column kind                     the heaviest of them
-- @column is_fine                  a fine is among them
-- @column amount_yuan              罚款金额, yuan
-- @column clause                   违法条款
-- @column disclosed_on             公示日期
-- @column region_code              region of its agency; empty when the agency is unknown
-- @column visit_id                 visit of the inspection it names
-- @column is_unknown_agency        the agency is in no register
-- @column is_unknown_inspection    flag: the inspection it names is unknown
-- @column is_decided_before_start  flag: decided before that inspection started
-- @column is_after_cut_off         flag: decided or disclosed after the day of the cut-off
-- @column flag_count               flags it has
-- @column file_id                  file the row was read from
-- @column sheet                    sheet of that file, empty for text files
-- @column row_number               row of that sheet or file, as the reader counts them

with repeated as (
  select r.penalty_id
  from raw.penalty as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'penalty'
  group by r.penalty_id
  having count(*) > 1
),
versions as (
  select
    r.file_id,
    r.sheet,
    r.row_number,
    r.penalty_id,
    row_number() over (partition by r.penalty_id order by s.receipt desc nulls last, r.row_number desc nulls last, r.sheet desc nulls last) as version
  from raw.penalty as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'penalty'
  join repeated as k on k.penalty_id = r.penalty_id
),
superseded as (
  select file_id, coalesce(sheet, '') as sheet, row_number, penalty_id
  from versions
  where version > 1
),
latest as (
  select
    r.penalty_id, r.uscc, r.agency_code, r.inspection_id, r.decided_on, r.kind as kinds, r.amount_yuan, r.clause, r.disclosed_on, r.file_id, r.sheet, r.row_number
  from raw.penalty as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'penalty'
  left join superseded as o on o.file_id = r.file_id and o.row_number = r.row_number and o.sheet = coalesce(r.sheet, '') and o.penalty_id = r.penalty_id
  where o.file_id is null
),
weighed as (
  select
    l.penalty_id,
    max_by(u.kind, coalesce(c.sort_order, 0)) as kind,
    bool_or(u.kind = 'fine') as is_fine
  from latest as l
  cross join unnest(split_list(l.kinds)) as u(kind)
  left join run.code as c on c.dataset = 'penalty' and c.column_name = 'kind' and c.code = u.kind
  group by l.penalty_id
),
judged as (
  select
    l.penalty_id,
    l.uscc,
    l.agency_code,
    l.inspection_id,
    l.decided_on,
    l.kinds,
    w.kind,
    coalesce(w.is_fine, false) as is_fine,
    l.amount_yuan,
    l.clause,
    l.disclosed_on,
    a.region_code,
    i.visit_id,
    a.agency_code is null as is_unknown_agency,
    l.inspection_id is not null and i.inspection_id is null as is_unknown_inspection,
    coalesce(l.decided_on < i.started_on, false) as is_decided_before_start,
    l.decided_on > p.cut_off_date or coalesce(l.disclosed_on > p.cut_off_date, false) as is_after_cut_off,
    l.file_id,
    l.sheet,
    l.row_number
  from latest as l
  cross join run.parameter as p
  left join weighed as w on w.penalty_id = l.penalty_id
  left join core.agency as a on a.agency_code = l.agency_code
  left join core.inspection as i on i.inspection_id = l.inspection_id
)
select
  penalty_id,
  uscc,
  agency_code,
  inspection_id,
  decided_on,
  kinds,
  kind,
  is_fine,
  amount_yuan,
  clause,
  disclosed_on,
  region_code,
  visit_id,
  is_unknown_agency,
  is_unknown_inspection,
  is_decided_before_start,
  is_after_cut_off,
  cast(is_unknown_inspection as integer) + cast(is_decided_before_start as integer) + cast(is_after_cut_off as integer) as flag_count,
  file_id,
  sheet,
  row_number
from judged
