package xls

import (
	"bytes"
	"context"

	"tongbao/ingest/sheet"
)

// Format recognises compound files, workbooks or not (what they are is said when they are opened), and bare workbook records.
func Format() sheet.Format {
	return sheet.Format{
		Name: "xls",
		Is: func(head []byte, _ sheet.Input) bool {
			return bytes.HasPrefix(head, []byte(Signature)) || bytes.HasPrefix(head, []byte{0x09, 0x08}) && len(head) > 8 && head[3] == 0 ||
				bytes.HasPrefix(head, []byte{0x09, 0x00, 0x04, 0x00}) || bytes.HasPrefix(head, []byte{0x09, 0x02, 0x06, 0x00}) || bytes.HasPrefix(head, []byte{0x09, 0x04, 0x06, 0x00})
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
