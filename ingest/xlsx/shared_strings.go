package xlsx

import (
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// loadStrings reads the table of shared texts; a workbook without one has an empty table.
func (b *Book) loadStrings() (*sheet.Texts, error) {
	table := sheet.NewTexts(b.options.Limits, b.options.TempDir)
	if b.table == "" || !b.parts.has(b.table) {
		return table, nil
	}
	if err := b.readStrings(table); err != nil {
		table.Close()
		return nil, partError(b.table, err)
	}
	return table, nil
}

func (b *Book) readStrings(table *sheet.Texts) error {
	s, closer, err := b.parts.scan(b.table)
	if err != nil {
		return err
	}
	defer closer.Close()
	var text []byte
	inItem, inText := false, false
	for {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		switch {
		case kind == xmlscan.EOF:
			return table.Seal()
		case kind == xmlscan.Chars && inText:
			text = s.AppendText(text)
			if len(text) > b.options.Limits.CellBytes {
				return sheet.Refuse(openAndSave, "shared text %d is longer than %d bytes", table.Len()+1, b.options.Limits.CellBytes)
			}
		case kind == xmlscan.Start && string(s.Name) == "si" && !s.Empty:
			inItem, text = true, text[:0]
		case (kind == xmlscan.End || kind == xmlscan.Start) && string(s.Name) == "si":
			if kind == xmlscan.Start {
				text = text[:0] // an item that closes itself
			}
			inItem, inText = false, false
			if err := table.Add(unescapeHex(text)); err != nil {
				return err
			}
		case kind == xmlscan.Start && string(s.Name) == "t":
			inText = inItem && !s.Empty
		case kind == xmlscan.End && string(s.Name) == "t":
			inText = false
		case kind == xmlscan.Start && string(s.Name) == "rPh": // how to pronounce it
			if err := s.Skip(); err != nil {
				return err
			}
		}
	}
}
