package ingest

import (
	"encoding/json"
	"fmt"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/internal/warehouse"
)

// mostPending bounds how many rejected rows are held to find returned rows that bear no origin any more.
const mostPending = 200_000

// pendingRows are rejected rows still to be corrected, found again by the cells their correction left as they were.
type pendingRows struct {
	all   []pendingRow
	cells map[cellOf][]int // header and text → rows
}

type cellOf struct{ header, text string }

type pendingRow struct {
	origin
	filled int
	taken  bool
}

// pendingRows reads the rejected rows of a file that may still be corrected; of all files when it is 0.
func (s *session) pendingRows(file int) (*pendingRows, error) {
	type line struct {
		Hash   string  `db:"content_hash"`
		Sheet  string  `db:"sheet"`
		Row    int     `db:"row_number"`
		Cells  string  `db:"cells"`
		Header *string `db:"header"`
	}
	lines, err := warehouse.Select[line](s.ctx, s.tx, fmt.Sprintf(`
with tables as (
    select file_id, sheet, header, coalesce(header_row, 0) as header_row, coalesce(lead(header_row) over (partition by file_id, sheet order by header_row nulls first), 2147483647) as until_row
    from raw.sheet where header_row is not null or header <> '[]' -- names of keys and columns stand in no row
)
select f.content_hash, r.sheet, r.row_number, any_value(r.cells) as cells, any_value(t.header) as header
from raw.rejected as r
inner join raw.file as f using (file_id)
left join tables as t on t.file_id = r.file_id and t.sheet = r.sheet and r.row_number > t.header_row and r.row_number < t.until_row
where r.state in ('pending', 'waived') and (r.file_id = %[1]d or %[1]d = 0)
group by f.content_hash, r.file_id, r.sheet, r.row_number
order by r.file_id desc, r.sheet, r.row_number
limit %[2]d`, file, mostPending))
	if err != nil {
		return nil, fmt.Errorf("rows still to be corrected: %w", err)
	}
	p := &pendingRows{cells: map[cellOf][]int{}}
	for _, l := range lines {
		var cells, header []string
		if json.Unmarshal([]byte(l.Cells), &cells) != nil || l.Header == nil || json.Unmarshal([]byte(*l.Header), &header) != nil {
			continue
		}
		row := pendingRow{origin: origin{hash: l.Hash[:min(16, len(l.Hash))], row: l.Row, sheet: l.Sheet}}
		for j, text := range cells {
			if j < len(header) && text != "" && !isReturnMark(header[j]) {
				key := cellOf{header[j], text}
				p.cells[key] = append(p.cells[key], len(p.all))
				row.filled++
			}
		}
		p.all = append(p.all, row)
	}
	return p, nil
}

// find returns the origin of the row that shares most cells with this one: at least half of its own, and more than any other row does.
func (p *pendingRows) find(header []string, row *sheet.Row, marks map[string]int) (origin, bool) {
	votes := map[int]int{}
	for j, name := range header {
		if isReturnMark(name) || j >= len(row.Cells) {
			continue
		}
		if text := strings.TrimSpace(row.Cells[j].Text); text != "" {
			if rows := p.cells[cellOf{name, text}]; len(rows) <= 1000 || len(votes) > 0 {
				for _, at := range rows {
					votes[at]++
				}
			}
		}
	}
	best, most, second := -1, 0, 0
	for at, n := range votes {
		switch {
		case p.all[at].taken:
		case n > most:
			best, most, second = at, n, most
		case n == most && at < best:
			best, second = at, n
		default:
			second = max(second, n)
		}
	}
	if best < 0 || most*2 < p.all[best].filled || most == second {
		return origin{}, false
	}
	p.all[best].taken = true
	return p.all[best].origin, true
}
