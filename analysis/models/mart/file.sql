-- Files received by the cut-off. One row per file.
-- @grain file_id
-- @column file_id  number of the file
-- @column name  file name as received
-- @column path  where it was read from
-- @column content_hash  content hash
-- @column bytes  bytes
-- @column received_at  received at
-- @column format  format
-- @column encoding  encoding
-- @column layout  layout
-- @column region_code  region that sent it
-- @column rows_read  rows read
-- @column rows_loaded  rows loaded
-- @column rows_rejected  rows rejected
-- @column rows_duplicate  rows duplicate
-- @column rows_ignored  rows ignored
-- @column origin_file_id  origin file id
-- @column note  remark of the reader
-- @column city_code  city it belongs to; empty for the province itself
select
    f.file_id,
    f.name,
    f.path,
    f.content_hash,
    f.bytes,
    f.received_at,
    f.format,
    f.encoding,
    f.layout,
    f.region_code,
    f.rows_read,
    f.rows_loaded,
    f.rows_rejected,
    f.rows_duplicate,
    f.rows_ignored,
    f.origin_file_id,
    f.note,
    coalesce(r.city_code, '') as city_code
from core.source_file as f
left join mart.region as r on r.region_code = f.region_code
order by f.file_id
