-- Sectors of enterprises, and unknown for those of no register.
-- @enum
select code from run.code where column_name = 'sector'
union all
select r.sector from raw.enterprise as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
union all
select 'unknown'
