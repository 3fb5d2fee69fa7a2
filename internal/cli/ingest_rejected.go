package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// rejectedShown is how many rejected rows of a file are named on the terminal; all are in raw.rejected and in the returned workbooks.
const rejectedShown = 3

// rejectedRow is one row that was not taken, and why.
type rejectedRow struct {
	Sheet   string         `json:"sheet,omitempty"`
	Row     int64          `json:"row"`
	Reasons []rejectReason `json:"reasons"`
}

// rejectReason is one cell's fault, as raw.rejected keeps it.
type rejectReason struct {
	Column     string `json:"column"`
	Header     string `json:"header"`
	Value      string `json:"value"`
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

// String names the place, what is wrong there and what to do about it.
func (r rejectedRow) String() string {
	var words []string
	for _, reason := range r.Reasons {
		header := reason.Header
		if at := strings.LastIndex(header, "/"); at >= 0 && at+1 < len(header) {
			header = header[at+1:] // the last of several header rows
		}
		word := fmt.Sprintf("%s %q: %s", header, shorten(reason.Value, 40), reason.Reason)
		if reason.Suggestion != "" {
			word += " (" + reason.Suggestion + ")"
		}
		words = append(words, word)
	}
	place := fmt.Sprintf("row %d", r.Row)
	if r.Sheet != "" {
		place = fmt.Sprintf("sheet %s, row %d", r.Sheet, r.Row)
	}
	return place + ": " + strings.Join(words, "; ")
}

// firstRejected reads the first rejected rows of a file.
func firstRejected(ctx context.Context, db *warehouse.DB, file int) ([]rejectedRow, error) {
	found, err := warehouse.Select[struct {
		Sheet   *string `db:"sheet"`
		Row     int64   `db:"row_number"`
		Reasons string  `db:"reasons"`
	}](ctx, db, "select sheet, row_number, reasons from raw.rejected where file_id = ? order by sheet, row_number limit ?", file, rejectedShown)
	if err != nil {
		return nil, fmt.Errorf("rejected rows of file %d: %w", file, err)
	}
	var rows []rejectedRow
	for _, f := range found {
		row := rejectedRow{Row: f.Row}
		if f.Sheet != nil {
			row.Sheet = *f.Sheet
		}
		if err := json.Unmarshal([]byte(f.Reasons), &row.Reasons); err != nil {
			return nil, fmt.Errorf("rejected row %d of file %d: %w", f.Row, file, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
