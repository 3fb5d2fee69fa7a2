package xlsx

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// stored is what the elements of one cell say.
type stored struct {
	kind       []byte // attribute t, in the scanner's buffer: read before the next token
	style      int
	hasFormula bool
	hasInline  bool
	formula    string
}

// readCell reads the cell whose start tag is current, and returns its column.
func (r *rows) readCell(before int) (int, error) {
	column, c := before+1, stored{}
	for rest := r.s.Attrs; ; {
		key, value, next, ok := xmlscan.NextAttr(rest)
		if !ok {
			break
		}
		if len(key) == 1 {
			switch key[0] {
			case 'r':
				if at, _, ok := cellRef(value); ok {
					column = at
				}
			case 's':
				for _, d := range value {
					if d < '0' || d > '9' || c.style > maxStyles {
						c.style = 0
						break
					}
					c.style = c.style*10 + int(d-'0')
				}
			case 't':
				c.kind = value
			}
		}
		rest = next
	}
	if column >= r.book.options.Limits.Columns {
		return 0, sheet.Refuse(openAndSave, "sheet %s, row %d: column %d is beyond the last column of a workbook", r.tab.info.Name, r.row.Number, column+1)
	}
	if r.s.Empty {
		return column, nil
	}
	var kind [10]byte
	c.kind = kind[:copy(kind[:], c.kind)]
	if err := r.readContent(&c); err != nil {
		return 0, err
	}
	cell, err := r.value(&c)
	if err != nil {
		return 0, err
	}
	if cell.Kind == sheet.Empty {
		return column, nil
	}
	if gap := column - len(r.row.Cells); gap > 0 {
		if err := r.spread.Count(1, gap, r.tab.info.Name, r.row.Number); err != nil {
			return 0, err
		}
	}
	for len(r.row.Cells) <= column {
		r.row.Cells = append(r.row.Cells, sheet.Cell{})
	}
	r.row.Cells[column] = cell
	return column, nil
}

// readContent collects value, inline text and formula up to the end of the cell.
func (r *rows) readContent(c *stored) error {
	const (
		outside = iota
		inValue
		inFormula
	)
	where := outside
	r.text = r.text[:0]
	for {
		kind, err := r.s.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.EOF:
			return io.ErrUnexpectedEOF
		case xmlscan.Chars:
			switch where {
			case inValue:
				r.text = r.s.AppendText(r.text)
				if len(r.text) > r.book.options.Limits.CellBytes {
					return sheet.Refuse(openAndSave, "sheet %s, row %d: a cell holds more than %d bytes", r.tab.info.Name, r.row.Number, r.book.options.Limits.CellBytes)
				}
			case inFormula:
				if len(c.formula) < 4096 {
					c.formula += string(r.s.AppendText(nil))
				}
			}
		case xmlscan.End:
			if string(r.s.Name) == "c" {
				return nil
			}
			where = outside
		case xmlscan.Start:
			switch string(r.s.Name) {
			case "v":
				where = inValue
			case "t":
				where, c.hasInline = inValue, true
			case "f":
				where, c.hasFormula = inFormula, true
			case "is", "r":
				continue
			default: // run properties, pronunciation, extensions
				if err := r.s.Skip(); err != nil {
					return err
				}
				continue
			}
			if r.s.Empty {
				where = outside
			}
		}
	}
}

func (r *rows) value(c *stored) (sheet.Cell, error) {
	if len(r.text) == 0 {
		if c.hasFormula && string(c.kind) != "str" {
			return sheet.Cell{Kind: sheet.Error, Text: "=" + c.formula}, nil
		}
		return sheet.Cell{}, nil
	}
	switch string(c.kind) {
	case "s":
		i, err := strconv.Atoi(string(bytes.TrimSpace(r.text)))
		if err != nil {
			i = -1
		}
		text, ok, err := r.book.strings.Get(i)
		if err != nil {
			return sheet.Cell{}, err
		}
		if !ok {
			return sheet.Cell{Kind: sheet.Error, Text: "#TEXT " + string(r.text) + "?"}, nil
		}
		return textCell(text), nil
	case "str", "inlineStr":
		return textCell(r.arena.String(unescapeHex(r.text))), nil
	case "b":
		if v := string(bytes.TrimSpace(r.text)); v == "1" || v == "true" {
			return sheet.Cell{Kind: sheet.Bool, Text: "TRUE"}, nil
		}
		return sheet.Cell{Kind: sheet.Bool, Text: "FALSE"}, nil
	case "e":
		return sheet.Cell{Kind: sheet.Error, Text: r.arena.String(r.text)}, nil
	case "d":
		return isoCell(string(r.text)), nil
	}
	if c.hasFormula && r.book.uncomputed && string(bytes.TrimSpace(r.text)) == "0" {
		return sheet.Cell{Kind: sheet.Error, Text: "=" + c.formula}, nil
	}
	if c.hasInline {
		return textCell(r.arena.String(unescapeHex(r.text))), nil
	}
	return r.number(c.style), nil
}

func (r *rows) number(style int) sheet.Cell {
	class := numfmt.Class{}
	if style < len(r.book.formats) {
		class = r.book.formats[style]
	}
	digits := r.text
	if class == (numfmt.Class{}) && numfmt.Plain(digits) {
		return sheet.Cell{Kind: sheet.Number, Text: r.arena.String(digits)}
	}
	value, err := strconv.ParseFloat(string(bytes.TrimSpace(digits)), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return textCell(r.arena.String(digits))
	}
	text, isDate := numfmt.Show(value, class, r.book.is1904)
	if isDate {
		return sheet.Cell{Kind: sheet.Date, Text: text}
	}
	return sheet.Cell{Kind: sheet.Number, Text: text}
}

func textCell(text string) sheet.Cell {
	if text == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Text: text}
}

// isoCell reads the ISO 8601 dates of strict workbooks.
func isoCell(text string) sheet.Cell {
	trimmed := strings.TrimSuffix(strings.TrimSpace(text), "Z")
	for _, layout := range []struct{ from, to string }{
		{"2006-01-02", "2006-01-02"}, {"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.000"}, {"2006-01-02T15:04", "2006-01-02 15:04:05.000"},
		{"15:04:05.999999999", "15:04:05.000"},
	} {
		if at, err := time.Parse(layout.from, trimmed); err == nil {
			shown := strings.TrimSuffix(at.Format(layout.to), ".000")
			return sheet.Cell{Kind: sheet.Date, Text: strings.TrimSuffix(shown, " 00:00:00")}
		}
	}
	return textCell(text)
}
