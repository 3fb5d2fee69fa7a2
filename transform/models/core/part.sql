-- Parts and equipment in which hazards were found.
-- @enum
select r.part from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
