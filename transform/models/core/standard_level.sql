-- Levels of standardisation of enterprises.
-- @enum
select code from run.code where column_name = 'standard_level'
union all
select r.standard_level from raw.enterprise as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
