-- Rows returned for correction. One row per rejected row.
-- @column file_id  file of a row behind the line
-- @column sheet  its sheet
-- @column row_number  its row
-- @column dataset  dataset
-- @column region_code  region the line belongs to
-- @column reasons  JSON array of what is wrong
-- @column cells  JSON array of the cells as received
-- @column header  JSON array of the headers as printed
-- @column state  pending, corrected, waived or superseded
-- @column state_by  state by
-- @column state_reason  state reason
-- @column corrected_file_id  corrected file id
-- @column file_name  file name
-- @column content_hash  content hash
-- @column received_at  received at
-- @column city_code  city it belongs to; empty for the province itself
select
    x.file_id,
    x.sheet,
    x.row_number,
    x.dataset,
    x.region_code,
    x.reasons,
    x.cells,
    x.header,
    x.state,
    x.state_by,
    x.state_reason,
    x.corrected_file_id,
    f.name as file_name,
    f.content_hash,
    f.received_at,
    coalesce(r.city_code, '') as city_code
from core.source_rejected as x
join core.source_file as f on f.file_id = x.file_id
left join mart.region as r on r.region_code = coalesce(x.region_code, f.region_code)
order by x.file_id, x.sheet nulls first, x.row_number
