-- Risk grades of enterprises, and none for those without.
-- @enum
select code from run.code where column_name = 'risk_grade'
union all
select r.risk_grade from raw.enterprise as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
union all
select 'none'
