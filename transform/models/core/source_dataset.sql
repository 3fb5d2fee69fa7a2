-- One row per dataset and file whose rows count: received by the cut-off and, where every export is a whole snapshot, part of
-- the last one its sender gave.
-- @grain dataset, file_id
-- @column dataset  name of the dataset
-- @column file_id  the file
-- @column receipt  place in the order of receipt; of two versions of a row the one of the greater receipt counts

with received as (
  select
    d.dataset,
    f.file_id,
    f.region_code,
    f.received_at,
    coalesce(o.received_at, f.received_at) as sent_at
  from raw.file_dataset as d
  join raw.file as f on f.file_id = d.file_id
  left join raw.file as o on o.file_id = f.origin_file_id
  cross join run.parameter as p
  where f.received_at <= p.cut_off
),
last_sent as (
  select dataset, region_code, max(sent_at) as sent_at
  from received
  group by dataset, region_code
),
counted as (
  select r.dataset, r.file_id, r.received_at
  from received as r
  join run.dataset as d on d.dataset = r.dataset
  join last_sent as l on l.dataset = r.dataset and l.region_code is not distinct from r.region_code
  where not d.is_snapshot or r.sent_at = l.sent_at
)
select
  dataset,
  file_id,
  row_number() over (partition by dataset order by received_at, file_id) as receipt
from counted
