-- Items of checklists that hazards name.
-- @enum
select r.item_code from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
