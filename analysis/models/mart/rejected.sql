-- One row per rejected row as of the cut-off, with the file it came in: what is sent back for correction.
-- @grain file_id, sheet, row_number, dataset
-- @column file_id            file the row came in
-- @column file_name          its name
-- @column content_hash       hash of its bytes
-- @column received_at        when it was received
-- @column sheet              sheet of the file; empty for text files
-- @column row_number         row as printed in the file
-- @column dataset            dataset the row was meant for
-- @column region_code        region the row is booked to
-- @column city_code          city that corrects it; empty where no city is known
-- @column reasons            JSON array of {column, header, value, reason, suggestion}
-- @column cells              JSON array of the cells as received
-- @column header             JSON array of the headers as printed
-- @column state              pending, corrected, waived or superseded (a correction of it was rejected again)
-- @column state_by           who waived it
-- @column state_reason       why it was waived
-- @column corrected_file_id  file that brought the correction

select
  r.file_id,
  f.name as file_name,
  f.content_hash,
  f.received_at,
  r.sheet,
  r.row_number,
  r.dataset,
  r.region_code,
  case g.level when 'city' then g.region_code when 'county' then g.parent_code else '' end as city_code,
  r.reasons,
  r.cells,
  r.header,
  r.state,
  r.state_by,
  r.state_reason,
  r.corrected_file_id
from core.source_rejected as r
inner join core.source_file as f on f.file_id = r.file_id
left join run.region as g on g.region_code = coalesce(r.region_code, f.region_code)
