package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/contract"
)

// where tells from which place a name's value comes.
type where uint8

const (
	nowhere where = iota
	inCell
	fixed
	rowNumber
	itemText
	itemIndex
	group // of the program's own extraction
)

// input is one named value of a row.
type input struct {
	name string
	from where
	cell int
	text string
}

// program is a compiled contract.Source.
type program struct {
	source  contract.Source
	from    []input
	hash    []input
	extract *regexp.Regexp
	pieces  []piece // template
	replace []*regexp.Regexp
	maps    []mapping
	when    []test
	addDays input
	days    int64
	isDays  bool
	empty   map[string]bool
}

// piece of a template: a text, then a value.
type piece struct {
	text  string
	value input
	last  bool // text only
}

type mapping struct {
	words map[string]bool
	match *regexp.Regexp
	to    string
}

type test struct {
	value   input
	is, not map[string]bool
	match   *regexp.Regexp
	empty   *bool
	words   map[string]bool // read as empty
}

// line is the row a program works on.
type line struct {
	row   *sheet.Row
	item  string
	index int
}

// text returns an input's value, trimmed.
func (l *line) text(in input, groups []string, names []string) string {
	switch in.from {
	case inCell:
		if in.cell < len(l.row.Cells) {
			if c := &l.row.Cells[in.cell]; c.Merge != sheet.Beside {
				return value.Trim(c.Text)
			}
		}
	case fixed:
		return in.text
	case rowNumber:
		return strconv.Itoa(l.row.Number)
	case itemText:
		return l.item
	case itemIndex:
		return strconv.Itoa(l.index)
	case group:
		for i, name := range names {
			if name == in.name && i < len(groups) {
				return groups[i]
			}
		}
	}
	return ""
}

// run computes the text of a source for one row. broken is an error value met on the way.
func (p *program) run(l *line) (text string, kind sheet.Kind, broken string) {
	kind = sheet.Text
	for i := range p.when {
		if !p.when[i].holds(l) {
			return p.source.Default, kind, ""
		}
	}
	s := &p.source
	switch {
	case s.Constant != nil:
		return *s.Constant, kind, ""
	case len(p.hash) > 0:
		sum := sha256.New()
		for _, in := range p.hash {
			sum.Write([]byte(l.text(in, nil, nil)))
			sum.Write([]byte{0x1F})
		}
		return hex.EncodeToString(sum.Sum(nil)[:8]), kind, ""
	case len(p.from) > 0:
		text, kind, broken = p.join(l)
	case p.extract == nil && len(p.pieces) > 0:
		text = p.fill(l, nil)
	}
	if text != "" {
		text = p.steps(l, text)
	}
	if text == "" {
		text = s.Default
	}
	return text, kind, broken
}

// join takes the values of the headers together, or the first that is not empty.
func (p *program) join(l *line) (string, sheet.Kind, string) {
	kind, broken := sheet.Text, ""
	if len(p.from) == 1 && p.from[0].from == inCell && p.from[0].cell < len(l.row.Cells) {
		kind = l.row.Cells[p.from[0].cell].Kind
	}
	var parts []string
	for _, in := range p.from {
		if in.from == inCell && in.cell < len(l.row.Cells) && (l.row.Cells[in.cell].Kind == sheet.Error || l.row.Cells[in.cell].Kind == sheet.Nested) {
			broken = l.row.Cells[in.cell].Text
		}
		text := l.text(in, nil, nil)
		if p.empty[text] || text == "" {
			continue
		}
		if p.source.First || len(p.from) == 1 {
			return text, kind, broken
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, p.source.Join), kind, broken
}

// steps are what happens to a text that is there.
func (p *program) steps(l *line, text string) string {
	s := &p.source
	if s.Split != "" {
		items := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(s.Split, r) })
		at := s.Part - 1
		if s.Part < 0 {
			at = len(items) + s.Part
		}
		if at < 0 || at >= len(items) {
			return ""
		}
		text = value.Trim(items[at])
	}
	if p.extract != nil {
		groups := p.extract.FindStringSubmatch(text)
		switch {
		case groups == nil:
			return ""
		case len(p.pieces) > 0:
			text = p.fill(l, groups)
		case len(groups) > 1:
			text = groups[1]
		default:
			text = groups[0]
		}
	}
	for i, expression := range p.replace {
		text = expression.ReplaceAllString(text, s.Replace[i].With)
	}
	for i := range p.maps {
		if m := &p.maps[i]; m.words[text] || m.match != nil && m.match.MatchString(text) {
			text = m.to
			break
		}
	}
	if s.Lower {
		text = strings.ToLower(text)
	}
	if s.Truncate > 0 && utf8.RuneCountInString(text) > s.Truncate {
		text = string([]rune(text)[:s.Truncate])
	}
	return text
}

func (p *program) fill(l *line, groups []string) string {
	var names []string
	if p.extract != nil {
		names = p.extract.SubexpNames()
	}
	var out strings.Builder
	for _, piece := range p.pieces {
		out.WriteString(piece.text)
		if !piece.last {
			out.WriteString(l.text(piece.value, groups, names))
		}
	}
	return out.String()
}

// shift returns the days to add to a date; ok is false when the row says none.
func (p *program) shift(l *line) (days int64, ok bool) {
	if p.isDays {
		return p.days, true
	}
	text := l.text(p.addDays, nil, nil)
	if text == "" || p.empty[text] {
		return 0, false
	}
	days, fault := value.Int(text, false)
	return days, fault == nil
}

func (t *test) holds(l *line) bool {
	text := l.text(t.value, nil, nil)
	if t.words[text] {
		text = ""
	}
	switch {
	case t.is != nil:
		return t.is[text]
	case t.not != nil:
		return !t.not[text]
	case t.match != nil:
		return t.match.MatchString(text)
	}
	return (text == "") == *t.empty
}
