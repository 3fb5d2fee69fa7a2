-- One row per file received by the cut-off: the ledger outputs and status read.
-- @grain file_id
-- @column file_id         number of the file, in the order of the ledger
-- @column name            file name as received
-- @column path            where it was read from
-- @column content_hash    hash of its bytes
-- @column bytes           size
-- @column received_at     when it was received, local time
-- @column format          how it was read: csv, xlsx, xls, json, parquet …
-- @column encoding        text encoding, where it has one
-- @column layout          layout of the contracts that was recognised
-- @column region_code     region that sent it
-- @column city_code       city of that region; empty where no city is known
-- @column rows_read       rows read = loaded + rejected + duplicate + ignored
-- @column rows_loaded     rows that became data
-- @column rows_rejected   rows returned for correction
-- @column rows_duplicate  rows that repeat one of the same file
-- @column rows_ignored    titles, units, blanks, totals and footnotes
-- @column origin_file_id  file this one came out of or corrects
-- @column note            remark of the reader

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
  case g.level when 'city' then g.region_code when 'county' then g.parent_code else '' end as city_code,
  f.rows_read,
  f.rows_loaded,
  f.rows_rejected,
  f.rows_duplicate,
  f.rows_ignored,
  f.origin_file_id,
  f.note
from core.source_file as f
left join run.region as g on g.region_code = f.region_code
