-- How bad a hazard is.
-- @enum
select code from run.code where column_name = 'severity'
union all
select r.severity from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
