package delimited

import "bytes"

// delimiters in the order they are preferred when nothing tells them apart.
var delimiters = [...]byte{',', '\t', ';', '|'}

// dialect proves line ends, delimiter and width from the text decoded so far.
func (p *parser) dialect() {
	if !bytes.ContainsAny(p.text, "\r\n") {
		for _, end := range []string{"\u2028", "\u2029", "\u0085"} {
			p.wideEnds = p.wideEnds || bytes.Contains(p.text, []byte(end))
		}
		if p.wideEnds {
			p.text = narrow(p.text, 0)
			p.marks = unknown(p.filled)
		}
	}
	p.delimiter = ','
	if rest, ok := bytes.CutPrefix(p.text, []byte("sep=")); ok && len(rest) > 1 && (rest[1] == '\r' || rest[1] == '\n') {
		p.delimiter = rest[0]
		_, p.width = p.consistent(p.delimiter)
		return
	}
	p.escapes = p.proven()
	p.escapes.fold(p.text)
	p.choose()
	p.marks = unknown(p.filled)
}

// choose takes the delimiter that gives most lines one width, and that width. It returns their share.
func (p *parser) choose() (best float64) {
	p.delimiter, p.width = ',', 0
	for _, delimiter := range delimiters {
		share, width := p.consistent(delimiter)
		// A twentieth more or less is noise; the wider table wins then.
		if share > best+0.05 || share > best-0.05 && width > p.width {
			p.delimiter, p.width, best = delimiter, width, max(best, share)
		}
	}
	return best
}

// sampled is how many lines or records are looked at.
const sampled = 2000

// consistent returns the share of sampled lines, or of records by the book where that is more, that have the most frequent width of at
// least two, and that width. Lines are right where a quotation mark stands alone, records where cells run over several lines.
func (p *parser) consistent(delimiter byte) (share float64, width int) {
	share, width = p.byLines(delimiter)
	if byRecords, wide := p.byRecords(delimiter); byRecords > share {
		return byRecords, wide
	}
	return share, width
}

func (p *parser) byLines(delimiter byte) (share float64, width int) {
	counts, lines := map[int]int{}, 0
	sample := p.text
	for len(sample) > 0 && lines < sampled {
		line := sample
		end := bytes.IndexAny(sample, "\r\n")
		if end >= 0 {
			line, sample = sample[:end], sample[end+1:]
		} else if sample = nil; !p.eof && lines > 0 {
			break
		}
		if len(line) == 0 {
			continue
		}
		lines++
		if count, _ := fieldsOf(line, delimiter); count > 1 && bytes.Count(line, []byte{'"'})%2 == 0 {
			counts[count]++
		}
	}
	return mode(counts, lines)
}

// byRecords follows quotes over line ends, and counts a record in which they are out of order as inconsistent.
func (p *parser) byRecords(delimiter byte) (share float64, width int) {
	counts, records := map[int]int{}, 0
	text := p.text
	fields, start, proper := 1, true, true
	for i := 0; i < len(text) && records < sampled; i++ {
		switch c := text[i]; {
		case c == delimiter:
			fields, start = fields+1, true
		case c == '\n' || c == '\r':
			if i > 0 && (text[i-1] != '\n' && text[i-1] != '\r') {
				records++
				if fields > 1 && proper {
					counts[fields]++
				}
			}
			fields, start, proper = 1, true, true
		case c == '"' && start:
			closed, _, ok := closing(text[i+1:], 0, delimiter)
			if closed < 0 {
				return mode(counts, records)
			}
			if after := i + 1 + closed + 1; !ok && after < len(text) && text[after] != '\n' && text[after] != '\r' {
				proper = false
			}
			i, start = i+1+closed, false
		case c != ' ':
			start = false
		}
	}
	return mode(counts, records)
}

// mode is the most frequent count, the larger of two as frequent, and its share.
func mode(counts map[int]int, all int) (share float64, width int) {
	most := 0
	for count, times := range counts {
		if times > most || times == most && count > width {
			most, width = times, count
		}
	}
	if all == 0 {
		return 0, 0
	}
	return float64(most) / float64(all), width
}
