-- Reasons why plan items are removed, and unknown.
-- @enum
select code from run.code where dataset = 'plan_change' and column_name = 'reason'
union all
select r.reason from raw.plan_change as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_change'
union all
select 'unknown'
