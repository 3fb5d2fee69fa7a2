package ingest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// spot is a row of the export.
type spot struct {
	sheet string
	row   int
}

// conflict is a row whose key has different content elsewhere in the file.
type conflict struct {
	Row     int    `db:"row_number"`
	Dataset string `db:"dataset"`
	Key     string `db:"shown"`
	Others  string `db:"places"` // up to six rows of the key, its own among them: row, \x1f, sheet, separated by \x1e
}

// settle decides what becomes of keys that came more than once: the same content is a duplicate; different content is rejected, all
// rows of the key, unless the contract says that the last one wins. Everything happens in the database: a file may hold nothing but
// repeated keys.
func (s *session) settle() error {
	var repeated []*sink
	for _, sink := range s.sinks {
		twice, err := sink.keys.twice()
		if err != nil {
			return err
		}
		if twice {
			repeated = append(repeated, sink)
		}
	}
	if len(repeated) == 0 {
		return nil
	}
	if err := s.conflicts(repeated); err != nil {
		return err
	}
	return s.duplicates(repeated)
}

// mine is the beginning of a query: the file's rows of a dataset, and the keys there more than once.
func (s *session) mine(d *contract.Dataset) (with, keys string) {
	keys = strings.Join(d.Key, ", ")
	var columns []string
	for i := range d.Columns {
		columns = append(columns, d.Columns[i].Name)
	}
	return fmt.Sprintf(`
with mine as (
    select rowid as id, sheet, row_number, %[1]s, hash(%[2]s) as content
    from raw.%[3]s where file_id = %[4]d
),
twice as (
    select %[1]s, min(id) as key_number, min(content) <> max(content) as differs from mine group by %[1]s having count(*) > 1
)`, keys, strings.Join(columns, ", "), d.Name, s.fileID), keys
}

// conflicts rejects the rows of keys with different contents.
func (s *session) conflicts(repeated []*sink) error {
	exec := func(statement string) (int64, error) {
		result, err := s.tx.ExecContext(s.ctx, statement)
		if err != nil {
			return 0, fmt.Errorf("check the keys: %w", err)
		}
		return result.RowsAffected()
	}
	if _, err := exec("create or replace temp table conflicting (sheet varchar, row_number integer, dataset varchar, shown varchar, places varchar)"); err != nil {
		return err
	}
	var found int64
	for _, sink := range repeated {
		if sink.conflict == contract.Last {
			continue
		}
		with, keys := s.mine(sink.dataset)
		n, err := exec(fmt.Sprintf(`insert into conflicting %[1]s,
spots as (
    select key_number, sheet, row_number, min(id) as id, min(concat_ws(' ', %[2]s)) as shown
    from mine join twice using (%[2]s) where differs group by all
),
placed as (
    select *, row_number() over (partition by key_number order by id) as place from spots
),
named as (
    select key_number, string_agg(row_number || chr(31) || sheet, chr(30) order by id) as places from placed where place <= 6 group by key_number
)
select spots.sheet, spots.row_number, %[3]s, min_by(shown, key_number), min_by(places, key_number)
from spots join named using (key_number)
where not exists (from conflicting as c where c.sheet = spots.sheet and c.row_number = spots.row_number)
group by spots.sheet, spots.row_number`, with, keys, warehouse.Literal(sink.dataset.Name)))
		if err != nil {
			return err
		}
		found += n
	}
	if found == 0 {
		return nil
	}
	for _, sink := range s.sinks {
		n, err := exec(fmt.Sprintf("delete from raw.%s where file_id = %d and (sheet, row_number) in (select (sheet, row_number) from conflicting)", sink.dataset.Name, s.fileID))
		if err != nil {
			return err
		}
		sink.inserted -= n
		sink.offered -= n
	}
	s.counts.loaded -= found
	return s.rereject(found)
}

// rereject reads the file once more for the cells of rows that were loaded and must be rejected.
func (s *session) rereject(left int64) error {
	book, _, err := openBook(s.ctx, s.run.Formats, s.in, s.run.options())
	if err != nil {
		return err
	}
	defer book.Close()
	for i := range book.Sheets() {
		bands := s.bands[i]
		if bands == nil {
			bands = []band{{}}
		}
		for j := range bands {
			if left == 0 {
				return nil
			}
			rows, err := book.Rows(i)
			if err != nil {
				return err
			}
			if s.bands[i] != nil {
				rows = &banded{Rows: rows, band: bands[j]}
			}
			found, err := s.rerejectRows(rows)
			if err != nil {
				return err
			}
			left -= found
		}
	}
	if left > 0 {
		return fmt.Errorf("%d rows with conflicting keys were not found again", left)
	}
	return nil
}

// rerejectRows rejects the conflicting rows of one sheet, or of one of the tables side by side on it.
func (s *session) rerejectRows(rows sheet.Rows) (found int64, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	name := rows.Info().Name
	next, err := s.conflictsAfter(name, -1)
	if err != nil {
		return 0, err
	}
	for len(next) > 0 {
		row, err := rows.Next()
		if err != nil {
			break
		}
		c := next[0]
		if row.Number != c.Row {
			continue
		}
		found++
		if err := s.reject(name, row, c.Dataset, "", []Reason{c.reason(name, s.run.Contracts.Dataset(c.Dataset))}); err != nil {
			return found, err
		}
		if next = next[1:]; len(next) == 0 {
			if next, err = s.conflictsAfter(name, c.Row); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// conflictsAfter returns the next conflicting rows of a sheet, a few thousand at a time.
func (s *session) conflictsAfter(name string, row int) ([]conflict, error) {
	return warehouse.Select[conflict](s.ctx, s.tx,
		"select row_number, dataset, shown, places from conflicting where sheet = ? and row_number > ? order by row_number limit 5000", name, row)
}

// reason says where the other rows of the key are.
func (c *conflict) reason(sheet string, d *contract.Dataset) Reason {
	key := d.Column(d.Key[0])
	var places []string
	for place := range strings.SplitSeq(c.Others, "\x1e") {
		number, other, _ := strings.Cut(place, "\x1f")
		row, _ := strconv.Atoi(number)
		if (other != sheet || row != c.Row) && len(places) < 5 {
			places = append(places, rowName(other, row))
		}
	}
	where := "(另见" + strings.Join(places, "、") + ")"
	if len(places) == 0 {
		where = "(均在本行)"
	}
	return Reason{Column: key.Name, Header: key.Label, Value: clip(c.Key),
		Reason: "同一文件中编号相同而内容不同" + where, Suggestion: "请核对后只保留正确的一行"}
}

// duplicates removes what came again with the same content, or before the last one where that one wins.
func (s *session) duplicates(repeated []*sink) error {
	var gone int64
	for _, sink := range repeated {
		with, keys := s.mine(sink.dataset)
		order := "id"
		if sink.conflict == contract.Last {
			order = "id desc"
		}
		for _, statement := range []string{
			fmt.Sprintf(`create or replace temp table repeating as %[1]s
select id, sheet, row_number, first_sheet, first_row
from (
    select mine.id, mine.sheet, mine.row_number, row_number() over kept as place, first_value(mine.sheet) over kept as first_sheet, first_value(mine.row_number) over kept as first_row
    from mine join twice using (%[2]s)
    window kept as (partition by key_number order by %[3]s)
)
where place > 1`, with, keys, order),
			fmt.Sprintf(`insert into raw.duplicate select %d, sheet, row_number, %s, first_sheet, first_row from repeating order by id`, s.fileID, warehouse.Literal(sink.dataset.Name)),
			fmt.Sprintf(`delete from raw.%s where rowid in (select id from repeating)`, sink.dataset.Name),
		} {
			result, err := s.tx.ExecContext(s.ctx, statement)
			if err != nil {
				return fmt.Errorf("settle the keys of raw.%s: %w", sink.dataset.Name, err)
			}
			if !strings.HasPrefix(statement, "delete") {
				continue
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			sink.inserted -= n
			sink.offered -= n
			gone += n
		}
	}
	return s.countDuplicates(gone)
}

// countDuplicates counts the rows of the export of which nothing is left.
func (s *session) countDuplicates(gone int64) error {
	if gone == 0 {
		return nil
	}
	if len(s.sinks) == 1 && s.sinks[0].offered+gone == s.counts.loaded { // a row of the export was a row of the dataset
		s.counts.duplicate += gone
		s.counts.loaded -= gone
		return nil
	}
	left, err := s.loadedSpots()
	if err != nil {
		return err
	}
	s.counts.duplicate += s.counts.loaded - left
	s.counts.loaded = left
	return nil
}

// loadedSpots counts the rows of the export that became a row of some dataset.
func (s *session) loadedSpots() (int64, error) {
	var parts []string
	for _, sink := range s.sinks {
		parts = append(parts, fmt.Sprintf("select sheet, row_number from raw.%s where file_id = %d", sink.dataset.Name, s.fileID))
	}
	return warehouse.One[int64](s.ctx, s.tx, "select count(*) from ("+strings.Join(parts, " union ")+")")
}
