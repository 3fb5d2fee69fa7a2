package ods

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"

	"tongbao/ingest/archive"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

const saveAgain = "open it in LibreOffice or WPS and save it as .xlsx"

// Format recognises the ZIP container by its contents, and the flat form by its outermost element.
func Format() sheet.Format {
	return sheet.Format{
		Name: "ods",
		Is: func(head []byte, in sheet.Input) bool {
			if bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("\xef\xbb\xbf<?xml")) {
				return bytes.Contains(head, []byte("urn:oasis:names:tc:opendocument")) && bytes.Contains(head, []byte("office:document "))
			}
			if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
				return false
			}
			if bytes.Contains(head[:min(len(head), 256)], []byte("application/vnd.oasis.opendocument")) {
				return true
			}
			names, err := archive.Names(in)
			return err == nil && slices.Contains(names, "content.xml") && (slices.Contains(names, "META-INF/manifest.xml") || slices.Contains(names, "mimetype"))
		},
		Open: func(_ context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
			return open(in, options)
		},
	}
}

// Book is an opened spreadsheet.
type Book struct {
	in      sheet.Input
	options sheet.Options
	content *zip.File // nil for the flat form
	sheets  []sheet.Info
	props   map[string]string
}

func open(in sheet.Input, options sheet.Options) (*Book, error) {
	b := &Book{in: in, options: options}
	head, err := in.Head(4)
	if err != nil {
		return nil, err
	}
	if string(head) == "PK\x03\x04" {
		if err := b.findContent(); err != nil {
			return nil, err
		}
	}
	if err := b.readSheets(); err != nil {
		return nil, wrap(err)
	}
	return b, nil
}

func (b *Book) findContent() error {
	members, err := archive.Open(b.in)
	if err != nil {
		return err
	}
	for _, file := range members.File {
		switch file.Name {
		case "content.xml":
			b.content = file
		case "META-INF/manifest.xml":
			encrypted, err := b.isEncrypted(file)
			if err != nil {
				return wrap(err)
			}
			if encrypted {
				return sheet.Refuse("open it, take the password off and save it again", "the spreadsheet is encrypted with a password")
			}
		case "meta.xml":
			if err := b.readProperties(file); err != nil {
				return wrap(err)
			}
		}
	}
	if b.content == nil {
		return sheet.Refuse(saveAgain, "the archive holds no spreadsheet")
	}
	return nil
}

// Properties implements sheet.Described: the document's own properties, as text.
func (b *Book) Properties() map[string]string { return b.props }

func (b *Book) readProperties(meta *zip.File) error {
	stream, err := b.unpack(meta)
	if err != nil {
		return err
	}
	defer stream.Close()
	s := xmlscan.New(stream, b.options.Limits.CellBytes)
	b.props = map[string]string{}
	name := ""
	var text []byte
	for {
		kind, err := s.Next()
		switch {
		case err != nil:
			return nil // nothing a table depends on
		case kind == xmlscan.EOF || len(b.props) > b.options.Limits.Members:
			return nil
		case kind == xmlscan.Start && string(s.Name) == "user-defined":
			name, text = xmlscan.AttrText(s.Attrs, "name"), nil
		case kind == xmlscan.Chars && name != "":
			text = s.AppendText(text)
		case kind == xmlscan.End && name != "":
			b.props[name], name = string(text), ""
		}
	}
}

func (b *Book) isEncrypted(manifest *zip.File) (bool, error) {
	stream, err := b.unpack(manifest)
	if err != nil {
		return false, err
	}
	defer stream.Close()
	s := xmlscan.New(stream, b.options.Limits.CellBytes)
	for {
		kind, err := s.Next()
		if err != nil || kind == xmlscan.EOF {
			return false, err
		}
		if kind == xmlscan.Start && (string(s.Name) == "encryption-data" || string(s.Name) == "encrypted-key") {
			return true, nil
		}
	}
}

func (b *Book) unpack(file *zip.File) (io.ReadCloser, error) {
	if file.Flags&1 != 0 {
		return nil, sheet.Refuse("save it without a password", "%s is encrypted", file.Name)
	}
	stream, err := file.Open()
	if err != nil {
		return nil, sheet.Refuse(saveAgain, "%s cannot be unpacked (%v)", file.Name, err)
	}
	return archive.Bounded(stream, file.Name, int64(file.CompressedSize64), b.options.Limits), nil
}

func (b *Book) scanner() (*xmlscan.Scanner, io.Closer, error) {
	stream := io.NopCloser(b.in.Reader())
	if b.content != nil {
		var err error
		if stream, err = b.unpack(b.content); err != nil {
			return nil, nil, err
		}
	}
	text, _, err := xmlscan.Decoded(stream)
	if err != nil {
		stream.Close()
		return nil, nil, err
	}
	return xmlscan.New(text, 2*b.options.Limits.CellBytes), stream, nil
}

func wrap(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, xmlscan.ErrSyntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.As(err, &corrupt) {
		return sheet.Refuse("ask for it again, or "+saveAgain, "the spreadsheet is damaged (%v)", err)
	}
	return err
}

// readSheets reads through the content once, which also proves its checksum.
func (b *Book) readSheets() error {
	s, closer, err := b.scanner()
	if err != nil {
		return err
	}
	defer closer.Close()
	hidden := map[string]bool{}
	style, isSpreadsheet := "", false
	for {
		kind, err := s.Next()
		switch {
		case err != nil:
			return err
		case kind == xmlscan.EOF:
			if !isSpreadsheet {
				return sheet.Refuse("send the table as a workbook (.xlsx) or as CSV", "this is an OpenDocument file without a spreadsheet")
			}
			if len(b.sheets) == 0 {
				return sheet.Refuse(saveAgain, "the spreadsheet lists no sheets")
			}
			return nil
		case kind != xmlscan.Start:
			continue
		}
		switch string(s.Name) {
		case "spreadsheet":
			isSpreadsheet = true
		case "style":
			style = xmlscan.AttrText(s.Attrs, "name")
		case "table-properties":
			if xmlscan.AttrText(s.Attrs, "display") == "false" && len(hidden) < b.options.Limits.Members {
				hidden[style] = true
			}
		case "table":
			if !isSpreadsheet {
				continue
			}
			if len(b.sheets) == b.options.Limits.Members {
				return sheet.Refuse(saveAgain, "the spreadsheet has more than %d sheets", b.options.Limits.Members)
			}
			b.sheets = append(b.sheets, sheet.Info{Name: xmlscan.AttrText(s.Attrs, "name"), Hidden: hidden[xmlscan.AttrText(s.Attrs, "style-name")]})
			if s.Empty {
				continue
			}
			// A table inside a table, which only a chart or a linked range brings, belongs to the cell it lies in.
			if err := s.Skip(); err != nil {
				return err
			}
		}
	}
}

// Format is ods.
func (b *Book) Format() string { return "ods" }

// Sheets lists the sheets in the order of their tabs.
func (b *Book) Sheets() []sheet.Info { return slices.Clone(b.sheets) }

// Close does nothing.
func (b *Book) Close() error { return nil }

// Rows reads up to the i-th sheet and then its rows.
func (b *Book) Rows(i int) (sheet.Rows, error) {
	s, closer, err := b.scanner()
	if err != nil {
		return nil, wrap(err)
	}
	b.sheets[i].HiddenColumns = nil
	r := &rows{book: b, info: &b.sheets[i], s: s, closer: closer}
	isSpreadsheet := false
	for seen := -1; ; {
		kind, err := s.Next()
		switch {
		case err != nil:
			closer.Close()
			return nil, wrap(err)
		case kind == xmlscan.EOF:
			r.done = true
			return r, nil
		case kind == xmlscan.Start && string(s.Name) == "spreadsheet":
			isSpreadsheet = true
		case kind == xmlscan.Start && string(s.Name) == "table" && isSpreadsheet:
			if seen++; seen == i {
				r.done = s.Empty
				return r, nil
			}
			if err := s.Skip(); err != nil {
				closer.Close()
				return nil, wrap(err)
			}
		}
	}
}
