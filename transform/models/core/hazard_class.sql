-- Classes of hazards: items, clauses and categories, each marked as what it is.
-- @enum
with named as (
  select r.item_code, r.clause, r.category
  from raw.hazard as r
  join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'hazard'
)
select 'item:' || item_code from (select distinct item_code from named) as i
union all
select 'clause:' || clause from (select distinct clause from named) as c
union all
select 'category:' || category from (select distinct category from named) as g
