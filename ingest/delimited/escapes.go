package delimited

import (
	"bytes"
	"strings"

	"tongbao/ingest/sheet"
)

// Files that quote by ' or escape by a backslash are turned, byte for byte, into the dialect the parser reads, and every cell back: what is
// known about lone marks then holds for them too. Both must be proven by the beginning of the file.
type escapes struct {
	single    bool // ' and " change places
	quote     bool // \" is a mark inside a cell
	delimiter byte // \, is a delimiter inside a cell; 0: not
	backslash bool // \\ is one backslash
}

// Placeholders stand, twice, for an escaped byte and the backslash before it. No text holds them.
const (
	escapedQuote     = 0x1C
	escapedDelimiter = 0x1D
	escapedBackslash = 0x1E
)

func (e *escapes) any() bool { return e.single || e.slashes() }

func (e *escapes) slashes() bool { return e.quote || e.delimiter != 0 }

// fold turns freshly decoded text into the parser's dialect, in place.
func (e *escapes) fold(text []byte) {
	if e.single {
		swap(text)
	}
	if !e.slashes() {
		return
	}
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\\')
		if i < 0 || at+i+1 >= len(text) {
			return
		}
		at += i
		stands := byte(0)
		switch c := text[at+1]; {
		case c == '\\':
			if !e.backslash {
				at += 2
				continue
			}
			stands = escapedBackslash
		case c == '"' && e.quote:
			stands = escapedQuote
		case c == e.delimiter && c != 0:
			stands = escapedDelimiter
		default:
			at++
			continue
		}
		text[at], text[at+1] = stands, stands
		at += 2
	}
}

// unfold gives a cell its text back.
func (e *escapes) unfold(text string, delimiter byte) string {
	if e.single && strings.ContainsAny(text, `'"`) {
		back := []byte(text)
		swap(back)
		text = string(back)
	}
	if e.slashes() && strings.IndexFunc(text, func(r rune) bool { return r >= escapedQuote && r <= escapedBackslash }) >= 0 {
		mark := `"`
		if e.single {
			mark = `'`
		}
		text = strings.NewReplacer("\x1C\x1C", mark, "\x1D\x1D", string(delimiter), "\x1E\x1E", `\`).Replace(text)
	}
	return text
}

// swap makes ' of " and the other way round.
func swap(text []byte) {
	for i, b := range text {
		switch b {
		case '"':
			text[i] = '\''
		case '\'':
			text[i] = '"'
		}
	}
}

// trial is what the beginning of the file looks like in one dialect.
type trial struct {
	delimiter byte
	width     int
	records   int
	clean     int   // records of the usual width with every mark in order
	quoted    int   // quoted fields of them
	columns   []int // the same by column
	foreign   int   // fields of them that begin with the other mark
}

// try reads the beginning of the file in a dialect.
func (p *parser) try(e escapes) trial {
	text := bytes.Clone(p.text)
	if !p.eof {
		text = text[:bytes.LastIndexAny(text, "\r\n")+1]
	}
	e.fold(text)
	q := &parser{text: text, eof: true, limit: p.limit, marks: unknown(0)}
	q.choose()
	t := trial{delimiter: q.delimiter, width: q.width, columns: make([]int, q.width)}
	var row sheet.Row
	for t.records < sampled {
		row.Cells = row.Cells[:0]
		from := q.pos
		problem, _, err := q.record(&row)
		if err != nil {
			break
		}
		if len(q.fields) == 0 {
			continue
		}
		t.records++
		if problem != "" || len(q.fields) != t.width {
			continue
		}
		quoted, foreign := t.quoted, t.foreign
		for j, field := range q.fields {
			switch cell := text[from+field.start : from+field.end]; {
			case field.start > 0 && text[from+field.start-1] == '"':
				t.quoted++
				t.columns[j]++
			case bytes.IndexByte(cell, '"') >= 0:
				problem = badQuote
			case len(cell) > 1 && cell[0] == '\'':
				t.foreign++
			}
		}
		if problem != "" {
			t.quoted, t.foreign = quoted, foreign
			continue
		}
		t.clean++
	}
	return t
}

// singly says whether a trial with ' for quotes proves them: hardly a record is out of order, no cell begins with ", and either a column is
// quoted throughout or quoting is what gives records their width.
func (t *trial) singly(plain *trial) bool {
	if t.width < 2 || t.quoted < 3 || t.foreign > 0 || t.clean*10 < t.records*9 && t.clean+1 < t.records {
		return false
	}
	if t.clean*plain.records > plain.clean*t.records {
		return true
	}
	for _, n := range t.columns {
		if t.clean >= 4 && n >= t.clean-1 && n*20 >= (t.clean-1)*19 { // the header need not be
			return true
		}
	}
	return false
}

// proven finds out how the file quotes and escapes.
func (p *parser) proven() (e escapes) {
	if bytes.IndexByte(p.text, '\'') < 0 && bytes.IndexByte(p.text, '\\') < 0 || bytes.ContainsAny(p.text, "\x1C\x1D\x1E") {
		return e
	}
	plain := p.try(escapes{})
	slashed, best := p.slashes(escapes{}, plain)
	if bytes.IndexByte(p.text, '\'') >= 0 {
		first := p.try(escapes{single: true})
		if single, t := p.slashes(escapes{single: true}, first); t.singly(&best) {
			return single
		}
	}
	return slashed
}

// slashes adds to a dialect the escapes by which more records are in order than without.
func (p *parser) slashes(e escapes, t trial) (escapes, trial) {
	if bytes.IndexByte(p.text, '\\') < 0 || t.width < 2 {
		return e, t
	}
	for _, add := range []escapes{{quote: true}, {delimiter: t.delimiter}} {
		candidate := e
		candidate.quote, candidate.delimiter = e.quote || add.quote, max(e.delimiter, add.delimiter)
		candidate.backslash = p.paired(candidate)
		if with := p.try(candidate); with.clean > t.clean && with.delimiter == t.delimiter {
			e, t = candidate, with
		}
	}
	return e, t
}

// paired says that no backslash stands alone: where some do, two of them are no escape.
func (p *parser) paired(e escapes) bool {
	text := bytes.Clone(p.text)
	e.fold(text)
	return bytes.IndexByte(bytes.ReplaceAll(text, []byte(`\\`), nil), '\\') < 0
}
