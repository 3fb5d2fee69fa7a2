package delimited

import "bytes"

const badQuote = "引号不成对,无法确定各列的界线"

// outcome of reading quotes strictly.
type outcome uint8

const (
	clean     outcome = iota
	malformed         // text after a closing quote
	open              // no closing quote within reach
	swallow           // the quote would swallow a line that is a record by itself
	doubtful          // one record of several lines, or as many records that each lost a mark: nothing tells
)

// quoted reads a record that begins with the line 0…end and holds a quotation mark. A quoted field may run over several
// lines, but only when that is proven: it closes before a delimiter or line end and swallows no record. Otherwise the mark is a lone one
// and the record is its own line.
func (p *parser) quoted(end, next int) (recordEnd, recordNext int, problem string, err error) {
	before := p.marks
	result, recordEnd, recordNext, err := p.strict()
	if err != nil {
		return 0, 0, "", err
	}
	if result == clean {
		return recordEnd, recordNext, "", nil
	}
	doubted := p.pos + recordEnd
	if p.filled == before.filled { // the marks have run ahead of this line
		p.marks = before
	} else {
		p.marks = unknown(p.filled)
	}
	if result == doubtful {
		p.doubted = doubted
	}
	if result == doubtful || !p.tolerant(end) {
		p.fields = p.fields[:0]
		p.literal(0, end)
		problem = badQuote
	}
	return end, next, problem, nil
}

// strict reads the record from pos by the rules of RFC 4180, over several lines if need be.
func (p *parser) strict() (outcome, int, int, error) {
	p.fields = p.fields[:0]
	lines := 1
	seen := 0 // lines up to here are judged
	at := 0
	for {
		open, isQuoted := p.opens(at)
		if !isQuoted {
			end, next, _, err := p.line(at)
			if err != nil {
				return 0, 0, 0, err
			}
			if i := bytes.IndexByte(p.text[p.pos+at:p.pos+end], p.delimiter); i >= 0 {
				p.fields = append(p.fields, field{start: at, end: at + i})
				at += i + 1
				continue
			}
			p.fields = append(p.fields, field{start: at, end: end})
			return p.judge(lines, end, next)
		}
		doubled := false
		search := open
		for {
			quote := p.next(&p.quote, '"', p.pos+search)
			if quote+1 >= len(p.text) && !p.eof {
				if p.swallows(&seen, len(p.text)-p.pos, &lines) {
					return swallow, 0, 0, nil
				}
				if len(p.text)-p.pos > p.limit {
					return malformed, 0, 0, nil
				}
				if err := p.fill(); err != nil {
					return 0, 0, 0, err
				}
				continue
			}
			if quote == len(p.text) {
				return malformed, 0, 0, nil
			}
			if p.swallows(&seen, quote-p.pos, &lines) {
				return swallow, 0, 0, nil
			}
			if quote+1 < len(p.text) && p.text[quote+1] == '"' {
				doubled, search = true, quote+2-p.pos
				continue
			}
			p.fields = append(p.fields, field{start: open, end: quote - p.pos, doubled: doubled})
			at = quote + 1 - p.pos
			break
		}
		for p.pos+at < len(p.text) && p.text[p.pos+at] == ' ' {
			at++
		}
		if p.pos+at < len(p.text) && p.text[p.pos+at] == p.delimiter {
			at++
			continue
		}
		end, next, _, err := p.line(at)
		if err != nil {
			return 0, 0, 0, err
		}
		if end != at {
			return malformed, 0, 0, nil
		}
		return p.judge(lines, end, next)
	}
}

// opens says whether the field at from begins with a quotation mark, blanks aside, and where its text starts.
func (p *parser) opens(from int) (int, bool) {
	for i := p.pos + from; i < len(p.text); i++ {
		switch p.text[i] {
		case ' ':
		case '"':
			return i + 1 - p.pos, true
		default:
			return 0, false
		}
	}
	return 0, false
}

// swallows judges every line that lies wholly before upto, the first excepted: one that is a record by itself proves a lone mark.
// seen is the start of the first line not judged yet.
func (p *parser) swallows(seen *int, upto int, lines *int) bool {
	text := p.text[p.pos : p.pos+upto]
	for {
		at := lineEnd(text[*seen:])
		if at < 0 {
			return false
		}
		at += *seen
		if *seen > 0 && p.isRecord(*seen, at) {
			return true
		}
		if text[at] == '\r' && at+1 < len(text) && text[at+1] == '\n' {
			at++
		}
		*seen = at + 1
		*lines++
	}
}

// lineEnd finds the first line end.
func lineEnd(text []byte) int {
	if lf := bytes.IndexByte(text, '\n'); lf >= 0 {
		text = text[:lf]
		if cr := bytes.IndexByte(text, '\r'); cr >= 0 {
			return cr
		}
		return lf
	}
	return bytes.IndexByte(text, '\r')
}

// isRecord says whether a line is a record of the usual width by itself, its quotes in order.
func (p *parser) isRecord(from, end int) bool {
	if p.width < 2 {
		return false
	}
	text := p.text[p.pos+from : p.pos+end]
	if len(text) < p.width { // delimiters alone prove nothing
		return false
	}
	count, ok := fieldsOf(text, p.delimiter)
	return ok && count == p.width && bytes.Count(text, []byte{'"'})%2 == 0
}

// judge accepts a record of several lines, unless its last line is a record by itself, or the first and a later one are as wide as a record.
func (p *parser) judge(lines, end, next int) (outcome, int, int, error) {
	if lines == 1 || p.width < 2 {
		return clean, end, next, nil
	}
	text := p.text[p.pos : p.pos+end]
	last := bytes.LastIndexAny(text, "\r\n") + 1
	if last > 0 && p.isRecord(last, end) {
		return swallow, 0, 0, nil
	}
	if p.width < doubtWidth || !p.isWide(text[:lineEnd(text)]) {
		return clean, end, next, nil
	}
	for rest := text; ; {
		at := lineEnd(rest)
		if at < 0 {
			return clean, end, next, nil
		}
		if rest = rest[at+1:]; p.isWide(untilLineEnd(rest)) {
			return doubtful, end, next, nil
		}
	}
}

// doubtWidth is how many fields it takes until a cell hardly ever holds just the delimiters that make two of its lines look like records.
const doubtWidth = 4

// isWide says whether a line has the width of a record, its quotes in order or not.
func (p *parser) isWide(line []byte) bool {
	count, _ := fieldsOf(line, p.delimiter)
	return count == p.width
}

func untilLineEnd(text []byte) []byte {
	if at := lineEnd(text); at >= 0 {
		return text[:at]
	}
	return text
}

// tolerant splits the line 0…end although its quotes are out of order. It succeeds when every reading of them gives the same fields:
// a mark inside text, or a stray one with no delimiter in its reach.
func (p *parser) tolerant(end int) bool {
	p.fields = p.fields[:0]
	line := p.text[p.pos : p.pos+end]
	for at := 0; ; {
		next := bytes.IndexByte(line[at:], p.delimiter)
		if next < 0 {
			next = end
		} else {
			next += at
		}
		open, isQuoted := p.opens(at)
		if isQuoted && open <= end {
			close, doubled, ok := closing(line, open, p.delimiter)
			switch {
			case ok:
				p.fields = append(p.fields, field{start: open, end: close, doubled: doubled})
				for at = close + 1; at < end && line[at] == ' '; at++ {
				}
				if at == end {
					return true
				}
				at++
				continue
			case close < 0 && next < end, close > next:
				return false
			}
		}
		p.fields = append(p.fields, field{start: at, end: next})
		if next == end {
			return true
		}
		at = next + 1
	}
}

// closing finds the mark that closes a field opened before from. ok is false when text follows it; close is -1 when there is none.
func closing(line []byte, from int, delimiter byte) (close int, doubled, ok bool) {
	for at := from; ; {
		i := bytes.IndexByte(line[at:], '"')
		if i < 0 {
			return -1, doubled, false
		}
		at += i
		if at+1 < len(line) && line[at+1] == '"' {
			doubled = true
			at += 2
			continue
		}
		after := at + 1
		for after < len(line) && line[after] == ' ' {
			after++
		}
		return at, doubled, after == len(line) || line[after] == delimiter
	}
}

// fieldsOf counts the fields of one line; ok says that its quotes are in order.
func fieldsOf(line []byte, delimiter byte) (count int, ok bool) {
	if bytes.IndexByte(line, '"') < 0 {
		return bytes.Count(line, []byte{delimiter}) + 1, true
	}
	ok = true
	for at := 0; ; {
		count++
		start := at
		for start < len(line) && line[start] == ' ' {
			start++
		}
		if start < len(line) && line[start] == '"' {
			close, _, proper := closing(line, start+1, delimiter)
			if proper {
				for at = close + 1; at < len(line) && line[at] == ' '; at++ {
				}
				if at == len(line) {
					return count, ok
				}
				at++
				continue
			}
			ok = false
		}
		i := bytes.IndexByte(line[at:], delimiter)
		if i < 0 {
			return count, ok && bytes.IndexByte(line[at:], '"') < 0
		}
		ok = ok && bytes.IndexByte(line[at:at+i], '"') < 0
		at += i + 1
	}
}
