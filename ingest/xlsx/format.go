package xlsx

import (
	"bytes"
	"context"

	"tongbao/ingest/archive"
	"tongbao/ingest/sheet"
)

// Format recognises an archive with OOXML parts, and one that was cut off but begins like one.
func Format() sheet.Format {
	return sheet.Format{
		Name: "xlsx",
		Is: func(head []byte, in sheet.Input) bool {
			if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
				return false
			}
			names, err := archive.Names(in)
			if err != nil {
				return bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("xl/work")) || bytes.Contains(head, []byte("_rels/.rels"))
			}
			for _, name := range names {
				if name := partName(name); name == "[content_types].xml" || name == "xl/workbook.xml" || name == "xl/workbook.bin" {
					return true
				}
			}
			return false
		},
		Open: func(_ context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
			book, err := Open(in, in.Size, options)
			if err != nil {
				return nil, err
			}
			return book, nil
		},
	}
}
