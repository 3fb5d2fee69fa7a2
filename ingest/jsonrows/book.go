package jsonrows

import (
	"bytes"
	"context"
	"io"

	"tongbao/ingest/charset"
	"tongbao/ingest/sheet"
)

const sendAgain = "ask for it again as one object per line or as an array of objects"

// Format recognises JSON by how it begins.
func Format() sheet.Format {
	return sheet.Format{
		Name: "json",
		Is:   func(head []byte, _ sheet.Input) bool { return begins(head) != 0 },
		Open: func(_ context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
			return open(in, options)
		},
	}
}

// begins returns '{' or '[' where JSON begins so, 0 otherwise. A CSV file may begin with a bracket too, but not with what follows in JSON.
func begins(head []byte) byte {
	text := bytes.TrimLeft(bytes.TrimPrefix(bytes.ReplaceAll(head[:min(len(head), 4096)], []byte{0}, nil), []byte("\xef\xbb\xbf")), " \t\r\n\xff\xfe")
	if len(text) == 0 {
		return 0
	}
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	switch {
	case text[0] == '{' && (len(rest) == 0 || rest[0] == '"' || rest[0] == '}'):
		return '{'
	case text[0] == '[' && (len(rest) == 0 || rest[0] == '{' || rest[0] == '[' || rest[0] == ']'):
		return '['
	}
	return 0
}

// Book is a JSON file: one sheet.
type Book struct {
	in      sheet.Input
	options sheet.Options
	inside  bool     // the records are the list inside one object
	keys    []string // of all objects, in the order they first appear
	columns map[string]int
	arrays  bool // records are arrays, without names
	note    string
}

// open reads through the file once: only then all keys are known.
func open(in sheet.Input, options sheet.Options) (*Book, error) {
	b := &Book{in: in, options: options, columns: map[string]int{}}
	if err := b.findRecords(); err != nil {
		return nil, err
	}
	records := b.records()
	objects, arrays, count := 0, 0, 0
	for {
		raw, _, err := records.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		count++
		switch {
		case raw[0] == '[':
			arrays++
		case raw[0] == '{':
			objects++
			fields, problem := parseObject(raw)
			if problem != "" {
				continue
			}
			for _, field := range fields {
				if _, known := b.columns[field.key]; known {
					continue
				}
				if len(b.keys) == options.Limits.Columns {
					return nil, sheet.Refuse(sendAgain, "the records have more than %d different keys", options.Limits.Columns)
				}
				b.columns[field.key] = len(b.keys)
				b.keys = append(b.keys, field.key)
			}
		}
	}
	switch {
	case count == 0:
		return nil, sheet.Refuse("send it again", "the file holds no records")
	case objects == 0 && arrays == 0:
		return nil, sheet.Refuse(sendAgain, "the file is a list of single values, not of records")
	}
	b.arrays = objects == 0
	return b, nil
}

// findRecords looks where a file that begins with an object has its records.
func (b *Book) findRecords() error {
	head, err := b.in.Head(4096)
	if err != nil {
		return err
	}
	if begins(head) == '[' {
		return nil
	}
	first, whole, err := b.firstLine()
	if err != nil {
		return err
	}
	fields, problem := parseObject(first)
	switch {
	case problem == "" && !whole, problem == "" && lists(fields) != 1:
		return nil // one object per line
	case problem != "" && !isWrapper(first):
		return nil
	}
	b.inside = true
	if _, _, err := b.records().next(); sheet.IsRefusal(err) {
		b.inside = false // objects over several lines, one behind the other
	}
	return nil
}

// lists counts the fields that hold a list of records, those of objects inside included.
func lists(fields []field) (n int) {
	for _, field := range fields {
		if bytes.HasPrefix(field.value, []byte("{")) {
			if inner, problem := parseObject(field.value); problem == "" {
				n += lists(inner)
			}
			continue
		}
		if inside, ok := bytes.CutPrefix(field.value, []byte("[")); ok {
			if rest := bytes.TrimLeft(inside, " \t\r\n"); len(rest) > 0 && (rest[0] == '{' || rest[0] == '[') {
				n++
			}
		}
	}
	return n
}

// firstLine is the first line that is not blank, or its beginning; whole says that nothing stands behind it.
func (b *Book) firstLine() (line []byte, whole bool, err error) {
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(charset.NewReader(b.in.Reader()), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, false, err
	}
	text := bytes.TrimLeft(head[:n], " \t\r\n\ufeff")
	end := bytes.IndexAny(text, "\r\n")
	if end < 0 {
		return bytes.TrimRight(text, " \t"), n < len(head), nil
	}
	return bytes.TrimRight(text[:end], " \t"), n < len(head) && len(bytes.TrimSpace(text[end:])) == 0, nil
}

// isWrapper says whether a beginning of text can be that of an object with a list of records inside: after it, still inside the object,
// comes a list, or the line ends in the middle of the object.
func isWrapper(text []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' && depth > 0:
			rest := bytes.TrimLeft(text[i+1:], " \t")
			return len(rest) == 0 || rest[0] == '{' || rest[0] == '['
		case c == '{':
			depth++
		case c == '}':
			depth--
		}
	}
	return depth > 0 && !inString
}

func (b *Book) records() *records {
	return newRecords(charset.NewReader(b.in.Reader()), b.inside, maxRecord(b.options.Limits))
}

// maxRecord bounds the bytes of one record.
func maxRecord(limits sheet.Limits) int { return 8 * limits.CellBytes }

// Format is json.
func (b *Book) Format() string { return "json" }

// Sheets is one sheet.
func (b *Book) Sheets() []sheet.Info {
	return []sheet.Info{{Keyed: !b.arrays, Note: b.note}}
}

// Close does nothing.
func (b *Book) Close() error { return nil }

// Rows reads the file from its beginning.
func (b *Book) Rows(int) (sheet.Rows, error) {
	return &rows{book: b, records: b.records(), header: !b.arrays}, nil
}
