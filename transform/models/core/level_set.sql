-- Levels of the agencies of a visit, highest first, `;` between.
-- @enum
select 'province' union all select 'city' union all select 'province;city' union all select 'county' union all select 'province;county'
union all select 'city;county' union all select 'province;city;county' union all select 'township' union all select 'province;township'
union all select 'city;township' union all select 'province;city;township' union all select 'county;township'
union all select 'province;county;township' union all select 'city;county;township' union all select 'province;city;county;township'
