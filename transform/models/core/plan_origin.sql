-- Whether a plan item was there from the start.
-- @enum
select code from run.code where dataset = 'plan_item' and column_name = 'origin'
union all
select r.origin from raw.plan_item as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
union all
select 'original'
