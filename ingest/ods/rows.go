package ods

import (
	"io"

	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// rows streams one sheet. Repeated rows are handed out one by one, blank ones not at all.
type rows struct {
	book   *Book
	info   *sheet.Info
	s      *xmlscan.Scanner
	closer io.Closer
	merges sheet.Spans
	arena  sheet.Arena
	spread sheet.Spread
	row    sheet.Row
	width  int          // of the widest row so far
	own    []sheet.Cell // the row as stored, before merged regions
	held   int          // cells of it that the file holds
	last   int          // row number of the row element read last, with its repetitions
	repeat int          // how often the row is still to be handed out
	column int          // of the column elements
	text   []byte
	done   bool
}

func (r *rows) Info() sheet.Info { return r.info.Within(r.width) }

func (r *rows) Close() error { return r.closer.Close() }

// Next returns the next row that holds something.
func (r *rows) Next() (*sheet.Row, error) {
	for r.repeat == 0 {
		if r.done {
			return nil, io.EOF
		}
		kind, err := r.s.Next()
		switch {
		case err != nil:
			return nil, wrap(err)
		case kind == xmlscan.EOF, kind == xmlscan.End && string(r.s.Name) == "table":
			r.done = true
		case kind != xmlscan.Start:
		case string(r.s.Name) == "table-column":
			r.readColumn()
		case string(r.s.Name) == "table-row":
			if err := r.readRow(); err != nil {
				return nil, wrap(err)
			}
		case string(r.s.Name) == "shapes", string(r.s.Name) == "forms", string(r.s.Name) == "named-expressions", string(r.s.Name) == "table-source":
			if err := r.s.Skip(); err != nil {
				return nil, wrap(err)
			}
		}
	}
	r.repeat--
	r.row.Number++
	r.row.Cells = append(r.row.Cells[:0], r.own...)
	r.merges.Fill(&r.row)
	r.row.Problem = ""
	r.width = max(r.width, len(r.row.Cells))
	r.row.Doubt()
	return &r.row, nil
}

func (r *rows) readColumn() {
	count := max(1, xmlscan.AttrInt(r.s.Attrs, "number-columns-repeated", 1))
	if state := xmlscan.AttrText(r.s.Attrs, "visibility"); state == "collapse" || state == "filter" {
		for c := r.column; c < min(r.column+count, 1024); c++ {
			r.info.HiddenColumns = append(r.info.HiddenColumns, c)
		}
	}
	r.column = min(r.column+count, 1<<20)
}

func (r *rows) readRow() error {
	limits := r.book.options.Limits
	count := max(1, xmlscan.AttrInt(r.s.Attrs, "number-rows-repeated", 1))
	state := xmlscan.AttrText(r.s.Attrs, "visibility")
	first := r.last + 1
	r.last += min(count, 1<<30)
	r.row = sheet.Row{Number: first - 1, Hidden: state == "collapse" || state == "filter", Cells: r.row.Cells}
	r.own, r.held = r.own[:0], 0
	if !r.s.Empty {
		if err := r.readCells(first); err != nil {
			return err
		}
	}
	if len(r.own) == 0 {
		return nil
	}
	if r.last > limits.Rows {
		return sheet.Refuse(saveAgain, "sheet %s: row %d is beyond the last row of a spreadsheet (%d)", r.info.Name, r.last, limits.Rows)
	}
	if err := r.spread.Count(r.held, len(r.own)*count-r.held, r.info.Name, first); err != nil {
		return err
	}
	r.repeat = count
	return nil
}

func (r *rows) readCells(row int) error {
	limits := r.book.options.Limits
	column := 0
	for {
		kind, err := r.s.Next()
		switch {
		case err != nil:
			return err
		case kind == xmlscan.EOF:
			return io.ErrUnexpectedEOF
		case kind == xmlscan.End && string(r.s.Name) == "table-row":
			return nil
		case kind != xmlscan.Start:
			continue
		}
		name := string(r.s.Name)
		if name != "table-cell" && name != "covered-table-cell" {
			if err := r.s.Skip(); err != nil {
				return err
			}
			continue
		}
		attrs := r.s.Attrs
		count := max(1, xmlscan.AttrInt(attrs, "number-columns-repeated", 1))
		across, down := max(1, xmlscan.AttrInt(attrs, "number-columns-spanned", 1)), max(1, xmlscan.AttrInt(attrs, "number-rows-spanned", 1))
		value, err := r.readCell()
		if err != nil {
			return err
		}
		if value.Kind != sheet.Empty {
			if column+count > limits.Columns || column+count < column {
				return sheet.Refuse(saveAgain, "sheet %s, row %d: column %d is beyond the last column of a spreadsheet", r.info.Name, row, column+count)
			}
			if count == 1 && (across > 1 || down > 1) {
				value.Merge = sheet.Anchor
				r.merges.Add(sheet.Region{Left: column, Top: row, Right: column + across - 1, Bottom: row + down - 1}, value)
			}
			for len(r.own) < column {
				r.own = append(r.own, sheet.Cell{})
			}
			r.held++
			for range count {
				r.own = append(r.own, value)
			}
		}
		column = min(column+count, 1<<24)
	}
}
