-- Kinds of inspection.
-- @enum
select code from run.code where dataset = 'inspection' and column_name = 'kind'
union all
select r.kind from raw.inspection as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'inspection'
