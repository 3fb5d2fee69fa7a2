package delimited

import (
	"bytes"
	"io"
	"unsafe"

	"tongbao/ingest/charset"
	"tongbao/ingest/sheet"
)

// block is how much room is made for each further stretch of decoded text.
const block = 400 << 10

// parser cuts decoded text into records. Offsets named from, end, next are relative to pos, the start of the record being read:
// text may move when more is filled in.
type parser struct {
	decoder   *charset.Decoder
	text      []byte // never reused: cells point into it
	pos       int
	eof       bool
	flaws     []charset.Flaw
	delimiter byte
	width     int  // fields of most records; 0 when unknown
	doubted   int  // lines that begin before this offset of text may be part of a record of several: none of them is certain
	wideEnds  bool // U+2028, U+2029 and U+0085 end lines: the text has no others
	limit     int

	marks
	escapes escapes
	fields  []field
}

// field is a stretch of the record.
type field struct {
	start, end int
	doubled    bool // holds doubled quotes
}

// marks are the next line ends and quotation mark, as of the filled-th text.
type marks struct {
	lf, cr, quote mark
	filled        int
}

func unknown(filled int) marks { return marks{mark{-1}, mark{-1}, mark{-1}, filled} }

// mark remembers where a byte occurs next, so that no stretch is searched twice.
type mark struct{ at int }

func (p *parser) next(m *mark, b byte, from int) int {
	if m.at < from {
		if i := bytes.IndexByte(p.text[from:], b); i >= 0 {
			m.at = from + i
		} else {
			m.at = len(p.text)
		}
	}
	return m.at
}

// fill decodes more text behind what is left of the current record.
func (p *parser) fill() error {
	rest := p.text[p.pos:]
	text := make([]byte, len(rest), len(rest)+block)
	copy(text, rest)
	flaws := p.flaws[:0]
	for _, flaw := range p.flaws {
		if flaw.End > p.pos {
			flaw.Start, flaw.End = flaw.Start-p.pos, flaw.End-p.pos
			flaws = append(flaws, flaw)
		}
	}
	text, more, err := p.decoder.Fill(text)
	if err == io.EOF {
		p.eof, err = true, nil
	}
	if p.wideEnds {
		text = narrow(text, len(rest))
	}
	if p.escapes.any() {
		p.escapes.fold(text[len(rest):])
	}
	p.doubted = max(0, p.doubted-p.pos)
	p.text, p.pos, p.flaws = text, 0, append(flaws, more...)
	p.marks = unknown(p.filled + 1)
	return err
}

// narrow turns Unicode line ends after from into \n.
func narrow(text []byte, from int) []byte {
	tail := text[from:]
	for _, end := range []string{"\u2028", "\u2029", "\u0085"} {
		tail = bytes.ReplaceAll(tail, []byte(end), []byte("\n"))
	}
	return append(text[:from], tail...)
}

// line finds the end of the physical line that holds from, and the start of the next. ok is false when it is over the limit.
func (p *parser) line(from int) (end, next int, ok bool, err error) {
	for {
		at := min(p.next(&p.lf, '\n', p.pos+from), p.next(&p.cr, '\r', p.pos+from))
		switch {
		case at < len(p.text) && p.text[at] == '\n':
			return at - p.pos, at + 1 - p.pos, true, nil
		case at+1 < len(p.text) && p.text[at+1] == '\n':
			return at - p.pos, at + 2 - p.pos, true, nil
		case at+1 < len(p.text), at < len(p.text) && p.eof:
			return at - p.pos, at + 1 - p.pos, true, nil
		case p.eof:
			return len(p.text) - p.pos, len(p.text) - p.pos, true, nil
		case len(p.text)-p.pos > p.limit:
			return len(p.text) - p.pos, len(p.text) - p.pos, false, nil
		}
		if err := p.fill(); err != nil {
			return 0, 0, false, err
		}
	}
}

// record reads the next record into row. problem says why it cannot be trusted; flaw is what decoding met in it.
func (p *parser) record(row *sheet.Row) (problem string, flaw charset.FlawKind, err error) {
	end, next, ok, err := p.line(0)
	if err != nil {
		return "", 0, err
	}
	if p.pos == len(p.text) && p.eof {
		return "", 0, io.EOF
	}
	if !ok {
		return p.tooLong(row)
	}
	p.fields = p.fields[:0]
	if p.pos < p.doubted {
		p.literal(0, end)
		problem = badQuote
	} else if quote := p.next(&p.quote, '"', p.pos); quote >= p.pos+end {
		p.literal(0, end)
	} else if end, next, problem, err = p.quoted(end, next); err != nil {
		return "", 0, err
	}
	record := p.text[p.pos : p.pos+end]
	if len(p.fields) == 1 && blankLine(record) {
		p.fields = p.fields[:0]
	}
	for _, field := range p.fields {
		cell := sheet.Cell{Kind: sheet.Text, Text: p.string(record[field.start:field.end], field.doubled)}
		if p.escapes.any() {
			cell.Text = p.escapes.unfold(cell.Text, p.delimiter)
		}
		if cell.Text == "" {
			cell.Kind = sheet.Empty
		}
		row.Cells = append(row.Cells, cell)
	}
	for len(p.flaws) > 0 && p.flaws[0].Start < p.pos+next {
		if p.flaws[0].Kind > flaw {
			flaw = p.flaws[0].Kind
		}
		if p.flaws[0].End > p.pos+next {
			break
		}
		p.flaws = p.flaws[1:]
	}
	p.pos += next
	return problem, flaw, nil
}

// string makes a text of bytes that are never written again.
func (p *parser) string(b []byte, doubled bool) string {
	if doubled {
		return string(bytes.ReplaceAll(b, []byte(`""`), []byte(`"`)))
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// literal splits a stretch at every delimiter.
func (p *parser) literal(from, end int) {
	text := p.text[p.pos : p.pos+end]
	for {
		i := bytes.IndexByte(text[from:], p.delimiter)
		if i < 0 {
			p.fields = append(p.fields, field{start: from, end: end})
			return
		}
		p.fields = append(p.fields, field{start: from, end: from + i})
		from += i + 1
	}
}

// tooLong skips to the next line end, showing only the beginning.
func (p *parser) tooLong(row *sheet.Row) (string, charset.FlawKind, error) {
	shown := bytes.ToValidUTF8(p.text[p.pos:p.pos+1000], nil)
	row.Cells = append(row.Cells, sheet.Cell{Kind: sheet.Text, Text: string(shown)})
	for {
		at := min(p.next(&p.lf, '\n', p.pos), p.next(&p.cr, '\r', p.pos))
		if at < len(p.text) {
			p.pos = at + 1
			break
		}
		p.pos = len(p.text)
		if p.eof {
			break
		}
		if err := p.fill(); err != nil {
			return "", 0, err
		}
	}
	return "该行过长,超过上限", 0, nil
}
