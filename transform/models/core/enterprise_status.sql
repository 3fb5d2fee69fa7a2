-- What enterprises are doing.
-- @enum
select code from run.code where dataset = 'enterprise' and column_name = 'status'
union all
select r.status from raw.enterprise as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
