-- Levels of agencies: those a cap counts too, and unknown.
-- @enum
select code from run.code where column_name = 'level'
union all
select r.level from raw.agency as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'agency'
union all
select 'unknown'
