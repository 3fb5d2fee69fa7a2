-- What the class of a hazard is made of.
-- @enum
select 'item' union all select 'clause' union all select 'category'
