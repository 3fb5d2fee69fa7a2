// Package sqlmodel turns folders of SQL files into an ordered, checked and documented build.
//
// A file is a header comment and exactly one SELECT. Folder = schema, file = table: models/core/visit.sql makes core.visit.
// A later layer's file replaces an earlier one's of the same name. References come from DuckDB's own parser, so the order is
// computed, and an unknown table, a cycle, an upward reference or a duplicate is an error before anything runs.
//
// The header is a closed grammar; an unknown word is an error:
//
//	-- What one row is, in a sentence or more.
//	-- @grain visit_id
//	-- @by visit_id
//	-- @column visit_id  smallest inspection_id of its rows
//	-- @check  ended_on is null or ended_on >= started_on: a visit ends on or after its start
//	-- @warn   agency_count > 0: every visit has an agency
//
// @by says that the rows of one enterprise depend only on that enterprise's rows of tables that are @by (and of raw.*), and on all rows of
// those that are not; the column it names says whose a row is. @lookup says that a row depends on the named columns alone, not on which
// other rows there are. A table without either is of one piece. So a late file costs what its enterprises cost.
//
// @view alone on its line makes a view: for what costs less to compute where it is read than to keep. Its checks run like a table's.
//
// @enum alone on its line makes a type: its one column lists the values, core/level.sql those of core.level. @coded names the columns of a
// table that are kept as such values, `code as region_code` one whose type bears another name: a text that is written once per value and
// not once per row. They read, compare and sort as the texts they are.
//
// @virtual says a column by others of its row, `visit_id = coalesce(first_inspection_id, inspection_id)`: for a text that in nearly every row
// another column says already. It is computed where it is read, stands after the columns of the SELECT, and is like any other to a reader.
//
// @zstd names columns of text that hardly say the same in two rows: they are packed without looking for what was said before, in a third of the
// time. Read they are at the speed of a long dictionary: a short one is read faster, so keys that many models join by keep it.
//
// A text goes on in lines that begin with two dashes and three spaces. A check fails for rows where its expression is false
// (null passes, as in SQL). Other kinds of file add words of their own (Grammar).
package sqlmodel
