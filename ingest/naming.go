package ingest

import (
	"regexp"
	"strconv"
	"strings"

	"tongbao/internal/contract"
)

// naming resolves the names a layout speaks of, for one header.
type naming struct {
	byKey map[string]int
	fixed map[string]string // file, sheet and the groups of the file pattern
	used  map[int]bool      // cells spoken of
	empty map[string]bool
}

func (s *session) naming(ref *layoutRef, at place, byKey map[string]int) *naming {
	n := &naming{byKey: byKey, used: map[int]bool{}, empty: map[string]bool{}}
	stem := at.names[0]
	if dot := strings.LastIndexByte(stem, '.'); dot > 0 {
		stem = stem[:dot]
	}
	n.fixed = map[string]string{"file": stem, "sheet": at.sheet}
	if ref.file != nil {
		groups := ref.named(at)
		for i, name := range ref.file.SubexpNames() {
			if name != "" && i < len(groups) {
				n.fixed[name] = groups[i]
			}
		}
	}
	if ref.layout != nil {
		for _, word := range ref.layout.Empty {
			n.empty[word] = true
		}
	}
	return n
}

// input finds where a name's value comes from; a name nobody knows is taken for a group of the extraction.
func (n *naming) input(name string) input {
	if j, ok := n.byKey[headerKey(name)]; ok {
		n.used[j] = true
		return input{name: name, from: inCell, cell: j}
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(name, "{"), "}")
	switch bare {
	case "row":
		return input{name: bare, from: rowNumber}
	case "item":
		return input{name: bare, from: itemText}
	case "index":
		return input{name: bare, from: itemIndex}
	}
	if text, ok := n.fixed[bare]; ok {
		return input{name: bare, from: fixed, text: text}
	}
	return input{name: bare, from: group}
}

func (n *naming) inputs(names []string) []input {
	var all []input
	for _, name := range names {
		all = append(all, n.input(name))
	}
	return all
}

// program compiles a source; its expressions are validated already.
func (n *naming) program(s contract.Source) *program {
	p := &program{source: s, from: n.inputs(s.From), hash: n.inputs(s.Hash), empty: n.empty, when: n.tests(s.When)}
	if s.Empty != nil {
		p.empty = set(s.Empty)
	}
	if s.Extract != "" {
		p.extract = regexp.MustCompile(s.Extract)
	}
	for _, replacement := range s.Replace {
		p.replace = append(p.replace, regexp.MustCompile(replacement.Pattern))
	}
	for _, m := range s.Map {
		compiled := mapping{words: set(m.Words), to: m.To}
		if m.Match != "" {
			compiled.match = regexp.MustCompile(m.Match)
		}
		p.maps = append(p.maps, compiled)
	}
	if s.Template != "" {
		rest := s.Template
		for {
			at := braces.FindStringSubmatchIndex(rest)
			if at == nil {
				p.pieces = append(p.pieces, piece{text: rest, last: true})
				break
			}
			name := rest[at[2]:at[3]]
			in := n.input(name)
			if p.extract != nil && strings.Contains(s.Extract, "<"+name+">") {
				in = input{name: name, from: group}
			}
			p.pieces = append(p.pieces, piece{text: rest[:at[0]], value: in})
			rest = rest[at[1]:]
		}
	}
	if s.AddDays != "" {
		if isInteger(s.AddDays) {
			p.days, _ = strconv.ParseInt(s.AddDays, 10, 64)
			p.isDays = true
		} else {
			p.addDays = n.input(s.AddDays)
		}
	}
	return p
}

func (p *program) hasDays() bool { return p.source.AddDays != "" }

func (n *naming) tests(tests []contract.Test) []test {
	var all []test
	for _, t := range tests {
		compiled := test{value: n.input(t.Header), empty: t.Empty, words: n.empty}
		if len(t.Is) > 0 {
			compiled.is = set(t.Is)
		}
		if len(t.Not) > 0 {
			compiled.not = set(t.Not)
		}
		if t.Match != "" {
			compiled.match = regexp.MustCompile(t.Match)
		}
		all = append(all, compiled)
	}
	return all
}

func set(words []string) map[string]bool {
	all := map[string]bool{}
	for _, word := range words {
		all[word] = true
	}
	return all
}
