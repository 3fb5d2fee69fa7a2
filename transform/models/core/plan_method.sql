-- Ways of choosing whom a plan inspects, and unknown.
-- @enum
select code from run.code where dataset = 'plan_item' and column_name = 'method'
union all
select r.method from raw.plan_item as r join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'plan_item'
union all
select 'unknown'
