package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"tongbao/ingest/sheet"
	"tongbao/internal/warehouse"
)

// ledgerRows collects the rows of one ledger table.
type ledgerRows struct {
	table    string
	batch    *batch
	inserted int64
}

func newLedger(table string, fields ...arrow.Field) *ledgerRows {
	return &ledgerRows{table: table, batch: newBatch(append([]arrow.Field{intField("file_id")}, fields...))}
}

func newRejected() *ledgerRows {
	return newLedger("raw.rejected", textField("sheet"), intField("row_number"), textField("dataset"), textField("region_code"),
		textField("reasons"), textField("cells"), textField("state"))
}

func newIgnored() *ledgerRows {
	return newLedger("raw.ignored", textField("sheet"), intField("row_number"), textField("reason"), textField("cells"))
}

func newDuplicate() *ledgerRows {
	return newLedger("raw.duplicate", textField("sheet"), intField("row_number"), textField("dataset"), textField("first_sheet"), intField("first_row"))
}

// add appends one row: int and string by column, nil for null.
func (l *ledgerRows) add(values ...any) {
	for i, v := range values {
		switch v := v.(type) {
		case int:
			l.batch.vectors[i].number(int64(v))
		case string:
			l.batch.vectors[i].text(v)
		default:
			l.batch.vectors[i].null()
		}
	}
	l.batch.rows++
}

func (l *ledgerRows) flush(ctx context.Context, tx *warehouse.Tx) error {
	if l.batch.rows == 0 {
		return nil
	}
	reader, err := l.batch.reader()
	if err != nil {
		return err
	}
	defer reader.Release()
	n, err := tx.InsertArrow(ctx, l.table, reader)
	if err != nil {
		return fmt.Errorf("insert into %s: %w", l.table, err)
	}
	l.inserted += n
	l.batch.reset()
	return nil
}

// textOr gives nil, which is stored as null, for an empty text.
func textOr(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// cellsJSON writes a row's cells as received, trailing empty ones left out.
func cellsJSON(row *sheet.Row) string {
	texts := make([]string, 0, len(row.Cells))
	last := 0
	for i := range row.Cells {
		c := &row.Cells[i]
		text := c.Text
		if c.Merge == sheet.Beside {
			text = ""
		}
		texts = append(texts, clipCell(text))
		if text != "" {
			last = i + 1
		}
	}
	return jsonTexts(texts[:last])
}

// clipCell bounds what the ledger shows of one cell; the original file is kept whole.
func clipCell(s string) string {
	const most = 32_767
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…(原件中共" + fmt.Sprint(len(s)) + "字节)"
}
