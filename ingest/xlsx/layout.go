package xlsx

import (
	"bytes"
	"fmt"
	"io"

	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// lastColumn bounds for how many columns it is noted that they are hidden.
const lastColumn = 1023

// keptSheet is the size up to which a sheet is unpacked once and kept, instead of twice.
const keptSheet = 4 << 20

// layout is what surrounds the cells of a sheet: it stands behind them in the file but is needed before them.
type layout struct {
	merges     sheet.Merges
	hidden     [lastColumn + 1]bool // columns
	rowsHidden bool                 // rows without attributes of their own are hidden
	kept       []byte               // the whole part, where it is small
	hasCells   bool
}

// readLayout walks once through the part of a sheet, which also proves its checksum before the first row is handed on.
func (b *Book) readLayout(part string) (*layout, error) {
	stream, err := b.parts.open(part)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	l := &layout{}
	head, err := io.ReadAll(io.LimitReader(stream, keptSheet+1))
	if err != nil {
		return nil, partError(part, err)
	}
	var source io.Reader = bytes.NewReader(head)
	if len(head) <= keptSheet {
		l.kept = head
	} else {
		source = io.MultiReader(source, stream)
	}
	decoded, _, err := xmlscan.Decoded(source)
	if err != nil {
		return nil, partError(part, err)
	}
	if err := l.scan(xmlscan.New(decoded, b.options.Limits.CellBytes*2), part); err != nil {
		return nil, partError(part, err)
	}
	return l, nil
}

func (l *layout) scan(s *xmlscan.Scanner, part string) error {
	for {
		kind, err := s.Next()
		switch {
		case err != nil:
			return err
		case kind == xmlscan.EOF:
			return nil
		case kind != xmlscan.Start:
			continue
		}
		switch string(s.Name) {
		case "sheetFormatPr":
			l.rowsHidden = xmlscan.AttrBool(s.Attrs, "zeroHeight")
		case "col":
			if xmlscan.AttrBool(s.Attrs, "hidden") {
				from, to := xmlscan.AttrInt(s.Attrs, "min", 1)-1, xmlscan.AttrInt(s.Attrs, "max", 0)-1
				for c := max(from, 0); c <= min(to, lastColumn) && !l.hidden[c]; c++ {
					l.hidden[c] = true
				}
			}
		case "sheetData":
			if l.hasCells || s.Empty {
				continue
			}
			l.hasCells = true
			ended, err := s.Past("sheetData")
			if err != nil {
				return err
			}
			if !ended {
				return fmt.Errorf("%w: the rows of %s have no end", xmlscan.ErrSyntax, part)
			}
		case "mergeCell":
			ref, _ := xmlscan.Attr(s.Attrs, "ref")
			if r, ok := parseRegion(ref); ok {
				if err := l.merges.Add(r); err != nil {
					return err
				}
			}
		}
	}
}
