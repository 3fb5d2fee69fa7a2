package xlsx

import (
	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// maxStyles is more than any office program allows (65,490 cell styles).
const maxStyles = 1 << 18

// readStyles learns for every cell style what its number format makes of a number.
func (b *Book) readStyles(part string) error {
	own := map[int]numfmt.Class{}
	var ids []int
	s, closer, err := b.parts.scan(part)
	if err != nil {
		return err
	}
	defer closer.Close()
	inside := false // of cellXfs; cellStyleXfs has elements of the same name
	for {
		kind, err := s.Next()
		if err != nil {
			return partError(part, err)
		}
		switch {
		case kind == xmlscan.EOF:
			b.formats = make([]numfmt.Class, len(ids))
			for i, id := range ids {
				class, spelled := own[id]
				if !spelled {
					class = numfmt.Builtin(id)
				}
				b.formats[i] = class
			}
			return nil
		case kind == xmlscan.Start && string(s.Name) == "cellXfs":
			inside = !s.Empty
		case kind == xmlscan.End && string(s.Name) == "cellXfs":
			inside = false
		case kind == xmlscan.Start && string(s.Name) == "numFmt":
			if id := xmlscan.AttrInt(s.Attrs, "numFmtId", -1); id > 0 && len(own) < maxStyles {
				own[id] = numfmt.Classify(xmlscan.AttrText(s.Attrs, "formatCode"))
			}
		case kind == xmlscan.Start && string(s.Name) == "xf" && inside:
			if len(ids) == maxStyles {
				return sheet.Refuse(openAndSave, "the workbook has more than %d cell styles", maxStyles)
			}
			ids = append(ids, xmlscan.AttrInt(s.Attrs, "numFmtId", 0))
		}
	}
}
