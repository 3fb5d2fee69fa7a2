-- @metric D5a
-- @title_zh 处罚公示及时率
-- @title_en Penalties disclosed in time
-- @definition_zh 期内作出、公示期限（7个工作日）已满的处罚中，按期公示的占比。
-- @definition_en Penalties decided in the span whose limit of 7 working days has passed, disclosed by it, over those.
-- @theme D
-- @unit ratio
-- @better higher
-- @goal 1
-- @basis 国办发〔2018〕118号
-- @aggregate ratio
-- @span quarter ytd
-- @subject penalty
-- @by enterprise
-- @datasets penalty
-- @rank band
-- @sort 530
select
    penalty_id as subject_id,
    code,
    decided_q as quarter,
    later_of(decided_q, limit_p) as den_from,
    case when is_disclosed then later_of(decided_q, limit_p) else 9999 end as num_from,
    sector,
    level
from mart.penalty_index
where code is not null
