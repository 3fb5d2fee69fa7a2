package htmltable

import (
	"bytes"
	"context"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/htmlindex"

	"tongbao/ingest/charset"
	"tongbao/ingest/sheet"
)

const sendTable = "send the table as a workbook (.xlsx) or as CSV"

// Format recognises web pages, and what is left when a system writes only the table.
func Format() sheet.Format {
	return sheet.Format{
		Name: "html",
		Is:   func(head []byte, _ sheet.Input) bool { return looksLikeHTML(head) },
		Open: func(_ context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
			return open(in, options)
		},
	}
}

func looksLikeHTML(head []byte) bool {
	begin := bytes.ReplaceAll(head[:min(len(head), 4096)], []byte{0}, nil) // UTF-16 too
	for _, mark := range []string{"\ufeff", "\xff\xfe", "\xfe\xff"} {
		begin = bytes.TrimPrefix(begin, []byte(mark))
	}
	text := strings.TrimLeft(strings.ToLower(string(begin)), " \t\r\n")
	for strings.HasPrefix(text, "<!--") || strings.HasPrefix(text, "<?xml") {
		mark := "-->"
		if text[1] == '?' {
			mark = "?>"
		}
		_, behind, found := strings.Cut(text, mark)
		if !found {
			return strings.Contains(text, "<table")
		}
		text = strings.TrimLeft(behind, " \t\r\n")
	}
	for _, begin := range []string{"<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<style", "<div", "<center", "<title", "<script", "<tr", "<font", "<form"} {
		if rest, ok := strings.CutPrefix(text, begin); ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n>/")) {
			return true
		}
	}
	return false
}

// Book is a page.
type Book struct {
	in      sheet.Input
	options sheet.Options
	info    sheet.Info
	foreign string // an encoding the page declares that no proof covers
}

func open(in sheet.Input, options sheet.Options) (*Book, error) {
	head, err := in.Head(16 << 10)
	if err != nil {
		return nil, err
	}
	b := &Book{in: in, options: options}
	declared := declaredCharset(head)
	switch name := canonical(declared); name {
	case "", "utf-8", "gb18030", "gbk", "utf-16le", "utf-16be": // the bytes themselves prove which
	case "big5":
		return nil, sheet.Refuse("export it again in UTF-8 or GBK", "the page is in Big5")
	default:
		b.foreign = name
	}
	return b, nil
}

// declaredCharset reads <meta charset> and its older form.
func declaredCharset(head []byte) string {
	lower := strings.ToLower(string(head))
	i := strings.Index(lower, "charset=")
	if i < 0 {
		return ""
	}
	name := strings.TrimLeft(lower[i+len("charset="):], `"' `)
	if end := strings.IndexAny(name, "\"'; >/\r\n"); end >= 0 {
		name = name[:end]
	}
	return name
}

func canonical(name string) string {
	if name == "" {
		return ""
	}
	encoding, err := htmlindex.Get(name)
	if err != nil {
		return ""
	}
	name, err = htmlindex.Name(encoding)
	if err != nil {
		return ""
	}
	return name
}

// Format is html.
func (b *Book) Format() string { return "html" }

// Sheets is one sheet for the whole page.
func (b *Book) Sheets() []sheet.Info { return []sheet.Info{b.info} }

// Close does nothing.
func (b *Book) Close() error { return nil }

// Rows reads the page from its beginning.
func (b *Book) Rows(int) (sheet.Rows, error) {
	var text io.Reader
	if encoding, err := htmlindex.Get(b.foreign); b.foreign != "" && err == nil {
		text = encoding.NewDecoder().Reader(b.in.Reader())
	} else {
		text = charset.NewReader(b.in.Reader())
	}
	tokens := html.NewTokenizer(text)
	tokens.SetMaxBuf(2 * b.options.Limits.CellBytes)
	return &rows{book: b, tokens: tokens}, nil
}

// skipped holds elements whose content is no text of a table.
func skipped(name atom.Atom) bool {
	switch name {
	case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Textarea, atom.Iframe, atom.Xmp, atom.Noframes, atom.Noembed:
		return true
	}
	return false
}
