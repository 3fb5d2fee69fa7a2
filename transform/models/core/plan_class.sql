-- Classes of plan items.
-- @enum
select code from run.code where dataset = 'plan_item' and column_name = 'class'
union all
select r.class from raw.plan_item as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
