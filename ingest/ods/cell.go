package ods

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// readCell reads the cell whose start tag is current, up to its end: the value in its attributes, or its paragraphs.
func (r *rows) readCell() (sheet.Cell, error) {
	attrs := r.s.Attrs
	kind, value := "", ""
	isError := false
	hasFormula := false
	for {
		key, raw, rest, ok := xmlscan.NextAttr(attrs)
		if !ok {
			break
		}
		switch string(key) {
		case "value-type":
			// calcext:value-type, where it is there, says "error"; office:value-type the type the result would have.
			if string(raw) == "error" {
				isError = true
			} else if kind == "" {
				kind = string(raw)
			}
		case "value", "date-value", "time-value", "boolean-value", "string-value":
			value = string(xmlscan.Unescape(nil, raw))
		case "formula":
			hasFormula = true
		}
		attrs = rest
	}
	isEmpty := r.s.Empty
	r.text = r.text[:0]
	if !isEmpty {
		if err := r.readText(); err != nil {
			return sheet.Cell{}, err
		}
	}
	if hasFormula && (strings.HasPrefix(string(r.text), "#") || strings.HasPrefix(string(r.text), "Err:")) {
		isError = true
	}
	if isError {
		return sheet.Cell{Kind: sheet.Error, Text: cmp.Or(string(r.text), "#ERROR!")}, nil
	}
	return r.typed(kind, value), nil
}

func (r *rows) typed(kind, value string) sheet.Cell {
	switch kind {
	case "float", "currency", "percentage":
		if numfmt.Plain([]byte(value)) {
			return sheet.Cell{Kind: sheet.Number, Text: r.padded(value)}
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil && v-v == 0 {
			return sheet.Cell{Kind: sheet.Number, Text: numfmt.Decimal(v)}
		}
	case "date":
		for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04"} {
			if at, err := time.Parse(layout, value); err == nil {
				shown := strings.TrimSuffix(at.Round(time.Millisecond).Format("2006-01-02 15:04:05.000"), ".000")
				return sheet.Cell{Kind: sheet.Date, Text: strings.TrimSuffix(shown, " 00:00:00")}
			}
		}
	case "time":
		var h, m int
		var s float64
		if rest, ok := strings.CutPrefix(value, "PT"); ok {
			if h, m, s, ok = duration(rest); ok && h < 24 {
				millis := int(s*1000 + 0.5)
				at := time.Unix(0, 0).UTC().Add(time.Duration((h*60+m)*60000+millis) * time.Millisecond)
				return sheet.Cell{Kind: sheet.Date, Text: strings.TrimSuffix(at.Format("15:04:05.000"), ".000")}
			}
		}
	case "boolean":
		if value == "true" {
			return sheet.Cell{Kind: sheet.Bool, Text: "TRUE"}
		}
		return sheet.Cell{Kind: sheet.Bool, Text: "FALSE"}
	}
	if len(r.text) == 0 && value != "" {
		return sheet.Cell{Kind: sheet.Text, Text: value}
	}
	if len(r.text) == 0 {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Text: r.arena.String(r.text)}
}

// padded prefers what is shown where that is the number with zeros before it: a code.
func (r *rows) padded(value string) string {
	if shown := string(r.text); len(shown) > len(value) && shown[0] == '0' && strings.TrimLeft(shown, "0") == value {
		return shown
	}
	return value
}

func duration(text string) (h, m int, s float64, ok bool) {
	for text != "" {
		i := strings.IndexAny(text, "HMS")
		if i < 0 {
			return 0, 0, 0, false
		}
		n, err := strconv.ParseFloat(text[:i], 64)
		if err != nil || n < 0 || n > 1e6 {
			return 0, 0, 0, false
		}
		switch text[i] {
		case 'H':
			h = int(n)
		case 'M':
			m = int(n)
		default:
			s = n
		}
		text = text[i+1:]
	}
	return h, m, s, true
}

// readText collects the paragraphs of a cell, without comments and drawings.
func (r *rows) readText() error {
	paragraphs, depth := 0, 0
	for {
		kind, err := r.s.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.EOF:
			return io.ErrUnexpectedEOF
		case xmlscan.End:
			if depth == 0 {
				return nil
			}
			depth--
		case xmlscan.Chars:
			if depth > 0 {
				r.text = r.s.AppendText(r.text)
			}
			if len(r.text) > r.book.options.Limits.CellBytes {
				return sheet.Refuse(saveAgain, "sheet %s, row %d: a cell holds more than %d bytes", r.info.Name, r.last, r.book.options.Limits.CellBytes)
			}
		case xmlscan.Start:
			switch name := string(r.s.Name); {
			case name == "p" && depth == 0:
				if paragraphs++; paragraphs > 1 {
					r.text = append(r.text, '\n')
				}
				depth = deeper(depth, r.s.Empty)
			case depth == 0 || name == "annotation" || name == "ruby-text" || name == "frame":
				if err := r.s.Skip(); err != nil {
					return err
				}
			case name == "s":
				for range min(max(1, xmlscan.AttrInt(r.s.Attrs, "c", 1)), 4096) {
					r.text = append(r.text, ' ')
				}
				depth = deeper(depth, r.s.Empty)
			case name == "tab":
				r.text = append(r.text, '\t')
				depth = deeper(depth, r.s.Empty)
			case name == "line-break":
				r.text = append(r.text, '\n')
				depth = deeper(depth, r.s.Empty)
			default:
				depth = deeper(depth, r.s.Empty)
			}
		}
	}
}

// deeper counts an element that is not closed by its own tag.
func deeper(depth int, closed bool) int {
	if closed {
		return depth
	}
	return depth + 1
}
