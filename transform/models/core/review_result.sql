-- What a review found.
-- @enum
select code from run.code where column_name = 'review_result'
union all
select r.review_result from raw.hazard as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
