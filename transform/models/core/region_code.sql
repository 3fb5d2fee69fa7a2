-- Codes of the regions of the province, and those that agencies and enterprises name beside them.
-- @enum
select region_code from run.region
union all
select region_code from core.agency
union all
select coalesce(a.region_code, r.region_code)
from raw.enterprise as r
join core.source_dataset as s on s.file_id = r.file_id and s.dataset = 'enterprise'
left join run.region_alias as a on a.old_code = r.region_code
