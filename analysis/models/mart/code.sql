-- Words of the codes that labels need. One row per column and code.
-- @grain column_name, code
-- @column column_name  column that holds the code
-- @column code  the code
-- @column word  its Chinese word
-- @column sort_order  order of the list
select column_name, code, min(word) as word, min(sort_order) as sort_order
from run.code
group by column_name, code
order by 1, 4, 2
