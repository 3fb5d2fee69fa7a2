package xlsx

import (
	"bytes"
	"io"

	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// rows streams one sheet.
type rows struct {
	book   *Book
	tab    *tab
	layout *layout
	s      *xmlscan.Scanner
	closer io.Closer
	arena  sheet.Arena
	spread sheet.Spread
	row    sheet.Row
	width  int    // of the widest row so far
	text   []byte // of the cell being read
	done   bool
}

// Rows opens the i-th sheet.
func (b *Book) Rows(i int) (sheet.Rows, error) {
	t := &b.sheets[i]
	if t.part == "" {
		return &rows{tab: t, done: true}, nil
	}
	if b.strings == nil {
		table, err := b.loadStrings()
		if err != nil {
			return nil, err
		}
		b.strings = table
	}
	layout, err := b.readLayout(t.part)
	if err != nil {
		return nil, err
	}
	t.info.HiddenColumns = nil
	for column, hidden := range layout.hidden {
		if hidden {
			t.info.HiddenColumns = append(t.info.HiddenColumns, column)
		}
	}
	r := &rows{book: b, tab: t, layout: layout, done: !layout.hasCells}
	if r.done {
		return r, nil
	}
	var source io.Reader = bytes.NewReader(layout.kept)
	if layout.kept == nil {
		part, err := b.parts.open(t.part)
		if err != nil {
			return nil, err
		}
		source, r.closer = part, part
	}
	decoded, _, err := xmlscan.Decoded(source)
	if err != nil {
		r.Close()
		return nil, partError(t.part, err)
	}
	r.s = xmlscan.New(decoded, b.options.Limits.CellBytes*2)
	if err := r.toCells(); err != nil {
		r.Close()
		return nil, partError(t.part, err)
	}
	return r, nil
}

// toCells moves to the first row.
func (r *rows) toCells() error {
	for {
		kind, err := r.s.Next()
		if err != nil {
			return err
		}
		if kind == xmlscan.EOF || kind == xmlscan.Start && string(r.s.Name) == "sheetData" {
			r.done = kind == xmlscan.EOF || r.s.Empty
			return nil
		}
	}
}

func (r *rows) Info() sheet.Info { return r.tab.info.Within(r.width) }

func (r *rows) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// Next returns the next row of the file.
func (r *rows) Next() (*sheet.Row, error) {
	for !r.done {
		kind, err := r.s.Next()
		if err != nil {
			return nil, partError(r.tab.part, err)
		}
		switch {
		case kind == xmlscan.EOF || kind == xmlscan.End && string(r.s.Name) == "sheetData":
			r.done = true
		case kind == xmlscan.Start && string(r.s.Name) == "row":
			if err := r.readRow(); err != nil {
				return nil, partError(r.tab.part, err)
			}
			r.width = max(r.width, len(r.row.Cells))
			r.row.Doubt()
			return &r.row, nil
		}
	}
	return nil, io.EOF
}

func (r *rows) readRow() error {
	limits := r.book.options.Limits
	last := r.row.Number
	r.row = sheet.Row{Number: last + 1, Hidden: r.layout.rowsHidden, Cells: r.row.Cells[:0]}
	for rest := r.s.Attrs; ; {
		key, value, next, ok := xmlscan.NextAttr(rest)
		if !ok {
			break
		}
		switch string(key) {
		case "r":
			n := 0
			for _, c := range bytes.TrimSpace(value) {
				if c < '0' || c > '9' || n > limits.Rows {
					return sheet.Refuse(openAndSave, "sheet %s: %q is no row number", r.tab.info.Name, value)
				}
				n = n*10 + int(c-'0')
			}
			r.row.Number = n
		case "hidden":
			r.row.Hidden = string(value) == "1" || string(value) == "true"
		}
		rest = next
	}
	switch {
	case r.row.Number <= last:
		return sheet.Refuse(openAndSave, "sheet %s: row %d stands behind row %d", r.tab.info.Name, r.row.Number, last)
	case r.row.Number > limits.Rows:
		return sheet.Refuse(openAndSave, "sheet %s: row %d is beyond the last row of a workbook (%d)", r.tab.info.Name, r.row.Number, limits.Rows)
	}
	if !r.s.Empty {
		if err := r.readCells(); err != nil {
			return err
		}
	}
	return r.layout.merges.Apply(&r.row)
}

func (r *rows) readCells() error {
	column := -1
	for {
		kind, err := r.s.Next()
		if err != nil {
			return err
		}
		switch {
		case kind == xmlscan.EOF:
			return io.ErrUnexpectedEOF
		case kind == xmlscan.End:
			if string(r.s.Name) == "row" {
				return nil
			}
		case kind == xmlscan.Start && string(r.s.Name) == "c":
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
