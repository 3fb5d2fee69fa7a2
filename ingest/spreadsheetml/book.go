package spreadsheetml

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

const saveAgain = "open it in Excel or WPS and save it as .xlsx"

// Format recognises an XML text whose outermost element is a Workbook of Excel 2003.
func Format() sheet.Format {
	return sheet.Format{
		Name: "spreadsheetml",
		Is: func(head []byte, _ sheet.Input) bool {
			text := plain(head)
			begin := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
			return bytes.HasPrefix(begin, []byte("<")) && bytes.Contains(text, []byte("urn:schemas-microsoft-com:office:spreadsheet")) &&
				!bytes.Contains(bytes.ToLower(text), []byte("<html"))
		},
		Open: func(_ context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
			return open(in, options)
		},
	}
}

// plain makes UTF-16 readable enough to be recognised.
func plain(head []byte) []byte {
	var wide encoding.Encoding
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		wide = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		wide = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		return head
	}
	text, err := wide.NewDecoder().Bytes(head)
	if err != nil {
		return head
	}
	return text
}

// Book is an opened workbook.
type Book struct {
	in      sheet.Input
	options sheet.Options
	sheets  []sheet.Info
}

// open reads through the file once for the sheets, whose state stands behind their rows.
func open(in sheet.Input, options sheet.Options) (*Book, error) {
	b := &Book{in: in, options: options}
	s, err := b.scanner()
	if err != nil {
		return nil, err
	}
	inState := false
	for {
		kind, err := s.Next()
		if err != nil {
			return nil, wrap(err)
		}
		switch {
		case kind == xmlscan.EOF:
			if len(b.sheets) == 0 {
				return nil, sheet.Refuse(saveAgain, "the workbook lists no sheets")
			}
			return b, nil
		case kind == xmlscan.Start && string(s.Name) == "Worksheet":
			if len(b.sheets) == options.Limits.Members {
				return nil, sheet.Refuse(saveAgain, "the workbook has more than %d sheets", options.Limits.Members)
			}
			b.sheets = append(b.sheets, sheet.Info{Name: xmlscan.AttrText(s.Attrs, "Name")})
		case kind == xmlscan.Start && string(s.Name) == "Table" && !s.Empty:
			ended, err := s.Past("Table")
			if err != nil {
				return nil, wrap(err)
			}
			if !ended {
				return nil, sheet.Refuse("ask for it again: it was cut off on its way", "the workbook ends in the middle of a table")
			}
		case kind == xmlscan.Start && string(s.Name) == "Visible":
			inState = !s.Empty
		case kind == xmlscan.Chars && inState && len(b.sheets) > 0:
			state := strings.TrimSpace(string(s.AppendText(nil)))
			b.sheets[len(b.sheets)-1].Hidden = state == "SheetHidden" || state == "SheetVeryHidden"
			inState = false
		}
	}
}

func (b *Book) scanner() (*xmlscan.Scanner, error) {
	text, _, err := xmlscan.Decoded(b.in.Reader())
	if err != nil {
		return nil, wrap(err)
	}
	return xmlscan.New(text, 2*b.options.Limits.CellBytes), nil
}

func wrap(err error) error {
	if errors.Is(err, xmlscan.ErrSyntax) || errors.Is(err, io.ErrUnexpectedEOF) {
		return sheet.Refuse("ask for it again, or "+saveAgain, "the workbook is damaged (%v)", err)
	}
	return err
}

// Format is spreadsheetml.
func (b *Book) Format() string { return "spreadsheetml" }

// Sheets lists the sheets in the order of their tabs.
func (b *Book) Sheets() []sheet.Info { return slices.Clone(b.sheets) }

// Close does nothing.
func (b *Book) Close() error { return nil }

// Rows reads up to the i-th sheet and then its rows.
func (b *Book) Rows(i int) (sheet.Rows, error) {
	s, err := b.scanner()
	if err != nil {
		return nil, err
	}
	b.sheets[i].HiddenColumns = nil
	r := &rows{book: b, info: &b.sheets[i], s: s}
	for seen := -1; ; {
		kind, err := s.Next()
		switch {
		case err != nil:
			return nil, wrap(err)
		case kind == xmlscan.EOF:
			r.done = true
			return r, nil
		case kind == xmlscan.Start && string(s.Name) == "Worksheet":
			if seen++; seen > i {
				r.done = true
				return r, nil
			}
		case kind == xmlscan.Start && string(s.Name) == "Table" && !s.Empty:
			if seen == i {
				return r, nil
			}
			if _, err := s.Past("Table"); err != nil {
				return nil, wrap(err)
			}
		}
	}
}
