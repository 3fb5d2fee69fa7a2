-- Clauses that hazards break.
-- @enum
select r.clause from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
