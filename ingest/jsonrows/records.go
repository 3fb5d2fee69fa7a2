package jsonrows

import (
	"bufio"
	"bytes"
	"io"

	"tongbao/ingest/sheet"
)

// records cuts a text into records: balanced objects or arrays, or lines where they do not balance.
type records struct {
	r       *bufio.Reader
	mode    mode
	inside  bool
	limit   int
	line    int // of the byte read next, from 1
	ordinal int
	raw     []byte
}

type mode uint8

const (
	starting mode = iota
	lines
	array
	ended
)

func newRecords(r io.Reader, inside bool, limit int) *records {
	return &records{r: bufio.NewReaderSize(r, 256<<10), inside: inside, limit: limit, line: 1}
}

// next returns the bytes of a record, valid until the next call, and its number: the line it begins on where every record has its own
// line, the how-manieth it is in an array.
func (r *records) next() (raw []byte, number int, err error) {
	if r.mode == starting {
		if err := r.start(); err != nil {
			return nil, 0, err
		}
	}
	switch r.mode {
	case array:
		return r.element()
	case lines:
		return r.nextLine()
	}
	return nil, 0, io.EOF
}

// start finds out whether the text is an array, or enters the first list of records inside an object.
func (r *records) start() error {
	r.mode = lines
	c, err := r.skipBlank()
	switch {
	case err == io.EOF:
		r.mode = ended
		return nil
	case err != nil:
		return err
	case c == '[':
		r.mode = array
		_, err := r.byte()
		return err
	case !r.inside:
		return nil
	}
	for inString := false; ; {
		c, err := r.byte()
		if err == io.EOF {
			return sheet.Refuse(sendAgain, "the object holds no list of records")
		}
		if err != nil {
			return err
		}
		switch {
		case inString && c == '\\':
			if _, err := r.byte(); err != nil && err != io.EOF {
				return err
			}
		case c == '"':
			inString = !inString
		case c == '[' && !inString:
			if c, err = r.skipBlank(); err == nil && (c == '{' || c == '[') {
				r.mode = array
				return nil
			}
		}
	}
}

// skipBlank peeks at the next byte that is not blank.
func (r *records) skipBlank() (byte, error) {
	for {
		head, err := r.r.Peek(3)
		if len(head) == 0 {
			return 0, err
		}
		switch {
		case string(head) == "\ufeff":
			if _, err := r.r.Discard(3); err != nil {
				return 0, err
			}
		case head[0] == ' ' || head[0] == '\t' || head[0] == '\r' || head[0] == '\n':
			if _, err := r.byte(); err != nil {
				return 0, err
			}
		default:
			return head[0], nil
		}
	}
}

func (r *records) byte() (byte, error) {
	c, err := r.r.ReadByte()
	if c == '\n' && err == nil {
		r.line++
	}
	return c, err
}

// element reads one element of the array.
func (r *records) element() ([]byte, int, error) {
	c, err := r.skipBlank()
	for err == nil && c == ',' {
		if _, err = r.byte(); err == nil {
			c, err = r.skipBlank()
		}
	}
	if err == io.EOF {
		return nil, 0, sheet.Refuse("ask for it again: it was cut off on its way", "the array has no end, after record %d", r.ordinal)
	}
	if err != nil {
		return nil, 0, err
	}
	if c == ']' {
		r.mode = ended
		return nil, 0, io.EOF
	}
	r.ordinal++
	r.raw = r.raw[:0]
	depth, inString := 0, false
	for {
		head, err := r.r.Peek(1)
		if len(head) == 0 {
			if err == io.EOF {
				return nil, 0, sheet.Refuse("ask for it again: it was cut off on its way", "record %d of the array has no end", r.ordinal)
			}
			return nil, 0, err
		}
		c := head[0]
		if depth == 0 && !inString && (c == ',' || c == ']') {
			return bytes.Trim(r.raw, " \t\r\n"), r.ordinal, nil
		}
		if _, err := r.byte(); err != nil {
			return nil, 0, err
		}
		if len(r.raw) == r.limit {
			return nil, 0, sheet.Refuse(sendAgain, "record %d is longer than %d bytes", r.ordinal, r.limit)
		}
		r.raw = append(r.raw, c)
		switch {
		case inString && c == '\\':
			if c, err := r.byte(); err == nil {
				r.raw = append(r.raw, c)
			}
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
}

// nextLine reads the next line that is not blank. An object over several lines is taken together as long as it does not balance and the
// lines behind do not begin a record of their own.
func (r *records) nextLine() ([]byte, int, error) {
	if _, err := r.skipBlank(); err != nil {
		if err == io.EOF {
			r.mode = ended
		}
		return nil, 0, err
	}
	number := r.line
	r.raw = r.raw[:0]
	for {
		if err := r.appendLine(); err != nil {
			return nil, 0, err
		}
		head, _ := r.r.Peek(2)
		if len(head) == 0 || !isOpen(r.raw) || head[0] == '{' {
			return bytes.Trim(r.raw, " \t\r\n"), number, nil
		}
	}
}

func (r *records) appendLine() error {
	for {
		piece, err := r.r.ReadSlice('\n')
		if len(r.raw)+len(piece) > r.limit {
			return sheet.Refuse(sendAgain, "the record on line %d is longer than %d bytes", r.line, r.limit)
		}
		r.raw = append(r.raw, piece...)
		switch err {
		case nil:
			r.line++
			return nil
		case bufio.ErrBufferFull:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

// isOpen says that an object begun on a line goes on behind it: brackets are open, and no text is.
func isOpen(text []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth > 0 && !inString
}
