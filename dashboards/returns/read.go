package returns

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Queryer is the part of *sql.DB that is needed. It must see one published version.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// city is everything one workbook holds.
type city struct {
	code, name string
	cutOff     time.Time
	counts     []count
	sheets     []*source
}

// count is the state of one file's rejected rows.
type count struct {
	file                       string
	pending, corrected, waived int
}

// source is one table of a sheet of a file with rows to be corrected.
type source struct {
	file, hash, sheet string
	datasets          []string
	header            []string
	rows              []line
}

// line is one row to be corrected; where several datasets refused it, their reasons are together.
type line struct {
	number  int
	cells   []string
	reasons []reason
}

type reason struct {
	Column     string `json:"column"`
	Header     string `json:"header"`
	Value      string `json:"value"`
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

// readCities reads all cities with rejected rows, in administrative order; rows of no known city come last, under an empty code.
func readCities(ctx context.Context, db Queryer) ([]*city, error) {
	cutOff, err := readCutOff(ctx, db)
	if err != nil {
		return nil, err
	}
	cities, byCode := []*city{}, map[string]*city{}
	err = each(ctx, db, `
		select r.city_code, coalesce(g.region_name, ''), r.file_name, r.file_id,
			count(distinct case when r.state = 'pending' then r.sheet || chr(0) || cast(r.row_number as varchar) end),
			count(distinct case when r.state = 'corrected' then r.sheet || chr(0) || cast(r.row_number as varchar) end),
			count(distinct case when r.state = 'waived' then r.sheet || chr(0) || cast(r.row_number as varchar) end)
		from mart.rejected as r
		left join mart.region as g on g.region_code = r.city_code
		group by r.city_code, g.region_name, g.sort_order, r.file_name, r.file_id
		order by r.city_code = '', g.sort_order, r.city_code, r.file_id`,
		func(rows *sql.Rows) error {
			var code, name string
			var c count
			var id int
			if err := rows.Scan(&code, &name, &c.file, &id, &c.pending, &c.corrected, &c.waived); err != nil {
				return err
			}
			if byCode[code] == nil {
				byCode[code] = &city{code: code, name: name, cutOff: cutOff}
				cities = append(cities, byCode[code])
			}
			byCode[code].counts = append(byCode[code].counts, c)
			return nil
		})
	if err != nil {
		return nil, err
	}
	return cities, readPending(ctx, db, byCode)
}

func readCutOff(ctx context.Context, db Queryer) (cutOff time.Time, err error) {
	err = each(ctx, db, "select cut_off from run.parameter", func(rows *sql.Rows) error { return rows.Scan(&cutOff) })
	return cutOff, err
}

func readPending(ctx context.Context, db Queryer, cities map[string]*city) error {
	return each(ctx, db, `
		select city_code, file_name, content_hash, sheet, coalesce(dataset, ''), coalesce(header, '[]'), row_number, coalesce(cells, '[]'), coalesce(reasons, '[]')
		from mart.rejected
		where state = 'pending'
		order by file_id, sheet, row_number, dataset`,
		func(rows *sql.Rows) error {
			var code, header, cells, reasons string
			dataset, s := "", &source{}
			l := line{}
			if err := rows.Scan(&code, &s.file, &s.hash, &s.sheet, &dataset, &header, &l.number, &cells, &reasons); err != nil {
				return err
			}
			for what, into := range map[string]any{header: &s.header, cells: &l.cells, reasons: &l.reasons} {
				if err := json.Unmarshal([]byte(what), into); err != nil {
					return fmt.Errorf("rejected row %d of %s: %w", l.number, s.file, err)
				}
			}
			l.cells = dropMarks(s.header, l.cells)
			s.header = dropMarks(s.header, s.header)
			c := cities[code]
			if n := len(c.sheets); n > 0 && c.sheets[n-1].hash == s.hash && c.sheets[n-1].sheet == s.sheet && slices.Equal(c.sheets[n-1].header, s.header) {
				s = c.sheets[n-1]
			} else {
				c.sheets = append(c.sheets, s)
			}
			if !slices.Contains(s.datasets, dataset) {
				s.datasets = append(s.datasets, dataset)
			}
			if n := len(s.rows); n > 0 && s.rows[n-1].number == l.number {
				s.rows[n-1].reasons = append(s.rows[n-1].reasons, l.reasons...)
				return nil
			}
			s.rows = append(s.rows, l)
			return nil
		})
}

func each(ctx context.Context, db Queryer, query string, scan func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("rejected rows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("rejected rows: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("rejected rows: %w", err)
	}
	return nil
}

// why joins the reasons of a row for its reader, one per line.
func (l *line) why() (reasons, suggestions string) {
	var why, how []string
	for _, r := range l.reasons {
		text := r.Reason
		if r.Header != "" {
			text = "【" + r.Header + "】" + text
		}
		if !slices.Contains(why, text) { // several datasets may say the same of one cell
			why = append(why, text)
		}
		if text = r.Suggestion; r.Header != "" && len(l.reasons) > 1 {
			text = "【" + r.Header + "】" + text
		}
		if r.Suggestion != "" && !slices.Contains(how, text) {
			how = append(how, text)
		}
	}
	return strings.Join(why, "\n"), strings.Join(how, "\n")
}

// dropMarks leaves out the columns that an earlier 退回单 added, where a correction of it was rejected again.
func dropMarks(header, cells []string) []string {
	if !slices.ContainsFunc(header, isMark) {
		return cells
	}
	var kept []string
	for i, cell := range cells {
		if i >= len(header) || !isMark(header[i]) {
			kept = append(kept, cell)
		}
	}
	return kept
}

func isMark(header string) bool {
	switch header {
	case HeaderReason, HeaderSuggestion, HeaderWaivedBy, HeaderWaivedReason, HeaderOrigin:
		return true
	}
	return false
}
