package spreadsheetml

import (
	"io"
	"strconv"
	"strings"
	"time"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// rows streams one sheet.
type rows struct {
	book   *Book
	info   *sheet.Info
	s      *xmlscan.Scanner
	row    sheet.Row
	width  int // of the widest row so far
	arena  sheet.Arena
	spread sheet.Spread
	spans  sheet.Spans
	text   []byte
	column int
	done   bool
}

func (r *rows) Info() sheet.Info { return r.info.Within(r.width) }

func (r *rows) Close() error { return nil }

// Next returns the next row of the file.
func (r *rows) Next() (*sheet.Row, error) {
	for !r.done {
		kind, err := r.s.Next()
		switch {
		case err != nil:
			return nil, wrap(err)
		case kind == xmlscan.EOF, kind == xmlscan.End && string(r.s.Name) == "Table":
			r.done = true
		case kind == xmlscan.Start && string(r.s.Name) == "Column":
			r.readColumn()
		case kind == xmlscan.Start && string(r.s.Name) == "Row":
			if err := r.readRow(); err != nil {
				return nil, wrap(err)
			}
			r.width = max(r.width, len(r.row.Cells))
			r.row.Doubt()
			return &r.row, nil
		}
	}
	return nil, io.EOF
}

func (r *rows) readColumn() {
	r.column = max(r.column+1, xmlscan.AttrInt(r.s.Attrs, "Index", r.column+1))
	last := r.column + max(0, xmlscan.AttrInt(r.s.Attrs, "Span", 0))
	if xmlscan.AttrBool(r.s.Attrs, "Hidden") {
		for c := r.column; c <= min(last, 1024); c++ {
			r.info.HiddenColumns = append(r.info.HiddenColumns, c-1)
		}
	}
	r.column = min(last, 1<<20)
}

func (r *rows) readRow() error {
	limits := r.book.options.Limits
	last := r.row.Number
	number := xmlscan.AttrInt(r.s.Attrs, "Index", last+1)
	span := max(0, xmlscan.AttrInt(r.s.Attrs, "Span", 0)) // so many blank rows of the same looks follow
	switch {
	case number <= last:
		return sheet.Refuse(saveAgain, "sheet %s: row %d stands behind row %d", r.info.Name, number, last)
	case number+span > limits.Rows:
		return sheet.Refuse(saveAgain, "sheet %s: row %d is beyond the last row of a workbook (%d)", r.info.Name, number+span, limits.Rows)
	}
	r.row = sheet.Row{Number: number, Hidden: xmlscan.AttrBool(r.s.Attrs, "Hidden"), Cells: r.row.Cells[:0]}
	if !r.s.Empty {
		if err := r.readCells(); err != nil {
			return err
		}
	}
	r.spans.Fill(&r.row)
	return nil
}

func (r *rows) readCells() error {
	column := 0
	for {
		kind, err := r.s.Next()
		switch {
		case err != nil:
			return err
		case kind == xmlscan.EOF:
			return io.ErrUnexpectedEOF
		case kind == xmlscan.End && string(r.s.Name) == "Row":
			return nil
		case kind == xmlscan.Start && string(r.s.Name) == "Cell":
			if column, err = r.readCell(column); err != nil {
				return err
			}
		case kind == xmlscan.Start:
			if err := r.s.Skip(); err != nil {
				return err
			}
		}
	}
}

// readCell reads the cell whose start tag is current and returns the column behind it.
func (r *rows) readCell(column int) (int, error) {
	attrs := r.s.Attrs
	column = max(column, xmlscan.AttrInt(attrs, "Index", column+1)-1)
	across := max(0, xmlscan.AttrInt(attrs, "MergeAcross", 0))
	down := max(0, xmlscan.AttrInt(attrs, "MergeDown", 0))
	formula := xmlscan.AttrText(attrs, "Formula")
	limits := r.book.options.Limits
	if column >= limits.Columns || across >= limits.Columns || column+across >= limits.Columns {
		return 0, sheet.Refuse(saveAgain, "sheet %s, row %d: column %d is beyond the last column of a workbook", r.info.Name, r.row.Number, column+across+1)
	}
	cell := sheet.Cell{}
	if !r.s.Empty {
		var err error
		if cell, err = r.readData(); err != nil {
			return 0, err
		}
	}
	if formula != "" && cell.Kind == sheet.Empty {
		cell = sheet.Cell{Kind: sheet.Error, Text: formula}
	}
	if cell.Kind != sheet.Empty {
		if err := r.spread.Count(1, max(0, column-len(r.row.Cells)), r.info.Name, r.row.Number); err != nil {
			return 0, err
		}
		if across+down > 0 {
			cell.Merge = sheet.Anchor
		}
		r.put(column, cell)
		if across+down > 0 {
			r.spans.Add(sheet.Region{Left: column, Top: r.row.Number, Right: column + across, Bottom: r.row.Number + min(down, limits.Rows)}, cell)
		}
	}
	return column + across + 1, nil
}

func (r *rows) put(column int, cell sheet.Cell) {
	for len(r.row.Cells) <= column {
		r.row.Cells = append(r.row.Cells, sheet.Cell{})
	}
	r.row.Cells[column] = cell
}

// readData reads up to the end of the cell: its data, with rich text inside, but not its comment.
func (r *rows) readData() (sheet.Cell, error) {
	kindOf, inData := "", 0
	r.text = r.text[:0]
	for {
		kind, err := r.s.Next()
		if err != nil {
			return sheet.Cell{}, err
		}
		switch {
		case kind == xmlscan.EOF:
			return sheet.Cell{}, io.ErrUnexpectedEOF
		case kind == xmlscan.End && inData == 0 && string(r.s.Name) == "Cell":
			return r.value(kindOf), nil
		case kind == xmlscan.End && inData > 0:
			inData--
		case kind == xmlscan.Start && inData > 0 && !r.s.Empty:
			inData++
		case kind == xmlscan.Start && inData == 0 && string(r.s.Name) == "Data":
			kindOf = xmlscan.AttrText(r.s.Attrs, "Type")
			if !r.s.Empty {
				inData = 1
			}
		case kind == xmlscan.Start && inData == 0:
			if err := r.s.Skip(); err != nil {
				return sheet.Cell{}, err
			}
		case kind == xmlscan.Chars && inData > 0:
			r.text = r.s.AppendText(r.text)
			if len(r.text) > r.book.options.Limits.CellBytes {
				return sheet.Cell{}, sheet.Refuse(saveAgain, "sheet %s, row %d: a cell holds more than %d bytes", r.info.Name, r.row.Number, r.book.options.Limits.CellBytes)
			}
		}
	}
}

func (r *rows) value(kind string) sheet.Cell {
	if len(r.text) == 0 {
		return sheet.Cell{}
	}
	text := r.arena.String(r.text)
	switch kind {
	case "Number":
		if numfmt.Plain(r.text) {
			return sheet.Cell{Kind: sheet.Number, Text: text}
		}
		if value, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && value-value == 0 {
			return sheet.Cell{Kind: sheet.Number, Text: numfmt.Decimal(value)}
		}
	case "DateTime":
		if at, err := time.Parse("2006-01-02T15:04:05.999", strings.TrimSpace(text)); err == nil {
			shown := strings.TrimSuffix(at.Format("2006-01-02 15:04:05.000"), ".000")
			if clock, onlyTime := strings.CutPrefix(shown, "1899-12-31 "); onlyTime {
				return sheet.Cell{Kind: sheet.Date, Text: clock}
			}
			return sheet.Cell{Kind: sheet.Date, Text: strings.TrimSuffix(shown, " 00:00:00")}
		}
	case "Boolean":
		if strings.TrimSpace(text) == "1" {
			return sheet.Cell{Kind: sheet.Bool, Text: "TRUE"}
		}
		return sheet.Cell{Kind: sheet.Bool, Text: "FALSE"}
	case "Error":
		return sheet.Cell{Kind: sheet.Error, Text: text}
	}
	return sheet.Cell{Kind: sheet.Text, Text: text}
}
