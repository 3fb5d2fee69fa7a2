-- Classes of hazards: items, clauses and categories, each marked as what it is.
-- @enum
select 'item:' || r.item_code from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
union all
select 'clause:' || r.clause from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
union all
select 'category:' || r.category from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
