-- Codes of agencies: those of the register, and those that inspections and plans name beside them.
-- @enum
select r.agency_code from raw.agency as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'agency'
union all
select r.agency_code from raw.inspection as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'inspection'
union all
select r.agency_code from raw.plan_item as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
