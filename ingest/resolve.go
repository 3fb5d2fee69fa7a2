package ingest

import (
	"fmt"
	"slices"
	"strings"

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
	spot
	dataset *contract.Dataset
	key     string
	others  []spot
}

// repeat is a row of raw as the key check sees it.
type repeat struct {
	ID      int64  `db:"id"`
	Key     int64  `db:"key_number"`
	Sheet   string `db:"sheet"`
	Row     int    `db:"row_number"`
	Content uint64 `db:"content"`
	Shown   string `db:"shown"`
}

// settle decides what becomes of keys that came more than once: the same content is a duplicate; different content is rejected, all
// rows of the key, unless the contract says that the last one wins.
func (s *session) settle() error {
	conflicts := map[spot]conflict{}
	for _, sink := range s.sinks {
		if !sink.repeated || sink.dataset.Conflict == contract.Last {
			continue
		}
		groups, err := s.repeats(sink.dataset)
		if err != nil {
			return err
		}
		for _, group := range groups {
			if !differ(group) {
				continue
			}
			for _, row := range group {
				at := spot{row.Sheet, row.Row}
				if _, known := conflicts[at]; !known {
					conflicts[at] = conflict{at, sink.dataset, row.Shown, others(group, at)}
				}
			}
		}
	}
	if err := s.withdraw(conflicts); err != nil {
		return err
	}
	return s.duplicates()
}

// repeats returns the rows of this file whose key is there more than once, grouped by key, in the order they came.
func (s *session) repeats(d *contract.Dataset) ([][]repeat, error) {
	keys := strings.Join(d.Key, ", ")
	var columns []string
	for i := range d.Columns {
		columns = append(columns, d.Columns[i].Name)
	}
	query := fmt.Sprintf(`
with mine as (
    select rowid as id, sheet, row_number, %[1]s, hash(%[2]s) as content
    from raw.%[3]s where file_id = %[4]d
),
twice as (
    select %[1]s, min(id) as key_number from mine group by %[1]s having count(*) > 1
)
select mine.id, twice.key_number, mine.sheet, mine.row_number, mine.content, concat_ws(' ', %[5]s) as shown
from mine join twice using (%[1]s)
order by twice.key_number, mine.id`, keys, strings.Join(columns, ", "), d.Name, s.fileID, "mine."+strings.Join(d.Key, ", mine."))
	rows, err := warehouse.Select[repeat](s.ctx, s.tx, query)
	if err != nil {
		return nil, fmt.Errorf("check the keys of raw.%s: %w", d.Name, err)
	}
	var groups [][]repeat
	for i, row := range rows {
		if i == 0 || row.Key != rows[i-1].Key {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], row)
	}
	return groups, nil
}

func differ(group []repeat) bool {
	return slices.ContainsFunc(group, func(r repeat) bool { return r.Content != group[0].Content })
}

func others(group []repeat, at spot) []spot {
	var all []spot
	for _, row := range group {
		if other := (spot{row.Sheet, row.Row}); other != at && !slices.Contains(all, other) && len(all) < 5 {
			all = append(all, other)
		}
	}
	return all
}

// withdraw takes conflicting rows out of every dataset of the file and keeps them to be rejected once their cells are read again.
func (s *session) withdraw(conflicts map[spot]conflict) error {
	if len(conflicts) == 0 {
		return nil
	}
	spots := make([]spot, 0, len(conflicts))
	for at := range conflicts {
		spots = append(spots, at)
	}
	if err := s.deleteSpots(spots); err != nil {
		return err
	}
	s.counts.loaded -= int64(len(spots))
	return s.rereject(conflicts)
}

// deleteSpots removes every row made of these rows of the export.
func (s *session) deleteSpots(spots []spot) error {
	bySheet := map[string][]string{}
	for _, at := range spots {
		bySheet[at.sheet] = append(bySheet[at.sheet], fmt.Sprint(at.row))
	}
	for _, sink := range s.sinks {
		for sheet, rows := range bySheet {
			slices.Sort(rows)
			for chunk := range slices.Chunk(rows, 10_000) {
				result, err := s.tx.ExecContext(s.ctx, fmt.Sprintf("delete from raw.%s where file_id = %d and sheet = %s and row_number in (%s)",
					sink.dataset.Name, s.fileID, warehouse.Literal(sheet), strings.Join(chunk, ", ")))
				if err != nil {
					return err
				}
				n, err := result.RowsAffected()
				if err != nil {
					return err
				}
				sink.inserted -= n
				sink.offered -= n
			}
		}
	}
	return nil
}

// rereject reads the file once more for the cells of rows that were loaded and must be rejected.
func (s *session) rereject(conflicts map[spot]conflict) error {
	book, _, err := openBook(s.ctx, s.run.Formats, s.in, s.run.options())
	if err != nil {
		return err
	}
	defer book.Close()
	left := len(conflicts)
	for i := range book.Sheets() {
		if left == 0 {
			break
		}
		rows, err := book.Rows(i)
		if err != nil {
			return err
		}
		for left > 0 {
			row, err := rows.Next()
			if err != nil {
				break
			}
			c, ok := conflicts[spot{rows.Info().Name, row.Number}]
			if !ok {
				continue
			}
			left--
			var places []string
			for _, other := range c.others {
				places = append(places, rowName(other.sheet, other.row))
			}
			key := c.dataset.Column(c.dataset.Key[0])
			reason := Reason{Column: key.Name, Header: key.Label, Value: c.key,
				Reason: "同一文件中编号相同而内容不同(另见" + strings.Join(places, "、") + ")", Suggestion: "请核对后只保留正确的一行"}
			if err := s.reject(rows.Info().Name, row, c.dataset.Name, "", []Reason{reason}); err != nil {
				return err
			}
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	if left > 0 {
		return fmt.Errorf("%d rows with conflicting keys were not found again", left)
	}
	return nil
}

// duplicates removes what came again with the same content, or before the last one where that one wins.
func (s *session) duplicates() error {
	var gone []spot
	for _, sink := range s.sinks {
		if !sink.repeated {
			continue
		}
		groups, err := s.repeats(sink.dataset)
		if err != nil {
			return err
		}
		var ids []string
		ledger := s.run.repeat
		for _, group := range groups {
			keep := 0
			if sink.dataset.Conflict == contract.Last {
				keep = len(group) - 1
			}
			for i, row := range group {
				if i == keep {
					continue
				}
				ids = append(ids, fmt.Sprint(row.ID))
				gone = append(gone, spot{row.Sheet, row.Row})
				ledger.add(s.fileID, row.Sheet, row.Row, sink.dataset.Name, group[keep].Sheet, group[keep].Row)
				if ledger.batch.full() {
					if err := ledger.flush(s.ctx, s.tx); err != nil {
						return err
					}
				}
			}
		}
		if err := ledger.flush(s.ctx, s.tx); err != nil {
			return err
		}
		for chunk := range slices.Chunk(ids, 10_000) {
			if _, err := s.tx.ExecContext(s.ctx, fmt.Sprintf("delete from raw.%s where rowid in (%s)", sink.dataset.Name, strings.Join(chunk, ", "))); err != nil {
				return err
			}
		}
		sink.inserted -= int64(len(ids))
		sink.offered -= int64(len(ids))
	}
	return s.countDuplicates(gone)
}

// countDuplicates counts the rows of the export of which nothing is left.
func (s *session) countDuplicates(gone []spot) error {
	if len(gone) == 0 {
		return nil
	}
	if len(s.sinks) == 1 {
		distinct := map[spot]bool{}
		for _, at := range gone {
			distinct[at] = true
		}
		if int64(len(distinct)) == int64(len(gone)) && s.sinks[0].offered+int64(len(gone)) == s.counts.loaded {
			s.counts.duplicate += int64(len(gone))
			s.counts.loaded -= int64(len(gone))
			return nil
		}
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
