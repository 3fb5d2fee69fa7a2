-- One row per rejected row received by the cut-off, in the state it had then: what was corrected later is still pending here.
-- @grain file_id, sheet, row_number, dataset
-- @column file_id            file the row came in
-- @column sheet              sheet of the file; empty for text files
-- @column row_number         row as printed in the file
-- @column dataset            dataset the row was meant for
-- @column region_code        region the row is booked to
-- @column reasons            JSON array of {column, header, value, reason, suggestion}
-- @column cells              JSON array of the cells as received
-- @column header             JSON array of the headers of its table as printed
-- @column state              pending, corrected, waived or superseded (a correction of it was rejected again)
-- @column state_by           who waived it
-- @column state_reason       why it was waived
-- @column corrected_file_id  file that brought the correction

with
-- Names of JSON's keys and Parquet's columns stand in no row.
headed as (
  select t.file_id, t.sheet, t.header, coalesce(t.header_row, 0) as header_row
  from raw.sheet as t
  where t.header_row is not null or t.header <> '[]'
),
table_spans as (
  select
    file_id,
    sheet,
    header,
    case when row_number() over (partition by file_id, sheet order by header_row) = 1 then 0 else header_row end as from_row,
    coalesce(lead(header_row) over (partition by file_id, sheet order by header_row), 2147483647) as until_row
  from headed
)

select
  r.file_id,
  r.sheet,
  r.row_number,
  coalesce(r.dataset, '') as dataset,
  r.region_code,
  r.reasons,
  r.cells,
  s.header,
  case when r.corrected_file_id is null or c.received_at <= p.cut_off then r.state else 'pending' end as state,
  case when r.corrected_file_id is null or c.received_at <= p.cut_off then r.state_by else null end as state_by,
  case when r.corrected_file_id is null or c.received_at <= p.cut_off then r.state_reason else null end as state_reason,
  case when c.received_at <= p.cut_off then r.corrected_file_id else null end as corrected_file_id
from raw.rejected as r
cross join run.parameter as p
inner join raw.file as f on f.file_id = r.file_id
left join raw.file as c on c.file_id = r.corrected_file_id
left join table_spans as s on s.file_id = r.file_id and s.sheet = r.sheet and r.row_number >= s.from_row and r.row_number < s.until_row
where f.received_at <= p.cut_off
