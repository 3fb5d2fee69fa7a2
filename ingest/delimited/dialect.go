package delimited

import "bytes"

// delimiters in the order they are preferred when nothing tells them apart.
var delimiters = [...]byte{',', '\t', ';', '|'}

// dialect proves line ends, delimiter and width from the text decoded so far.
func (p *parser) dialect() {
	if bytes.IndexAny(p.text, "\r\n") < 0 {
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
	best := 0.0
	for _, delimiter := range delimiters {
		share, width := p.consistent(delimiter)
		// A twentieth more or less is noise; the wider table wins then.
		if share > best+0.05 || share > best-0.05 && width > p.width {
			p.delimiter, p.width, best = delimiter, width, max(best, share)
		}
	}
}

// consistent returns the share of sampled lines that have the most frequent width of at least two, and that width.
func (p *parser) consistent(delimiter byte) (share float64, width int) {
	counts := map[int]int{}
	lines := 0
	sample := p.text
	for len(sample) > 0 && lines < 2000 {
		line := sample
		end := bytes.IndexAny(sample, "\r\n")
		if end >= 0 {
			line, sample = sample[:end], sample[end+1:]
		} else if sample = nil; !p.eof && lines > 0 {
			break
		}
		if len(line) == 0 || bytes.Count(line, []byte{'"'})%2 != 0 {
			continue // nothing, or the first or last line of a cell of several
		}
		lines++
		if count, _ := fieldsOf(line, delimiter); count > 1 {
			counts[count]++
		}
	}
	most := 0
	for count, times := range counts {
		if times > most || times == most && count > width {
			most, width = times, count
		}
	}
	if lines == 0 {
		return 0, 0
	}
	return float64(most) / float64(lines), width
}
