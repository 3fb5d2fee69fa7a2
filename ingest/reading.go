package ingest

import (
	"regexp"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/contract"
)

// reading is a header found and everything compiled that turns the rows below it into rows of datasets.
type reading struct {
	ref       *layoutRef
	header    []string // as printed, one per cell
	keys      []string // their keys, to recognise the header when it comes again
	headerRow int
	width     int       // cells a record of delimited text must have
	parts     []*part   //
	unknown   []int     // cells no contract knows
	drift     []string  // their headers, those a layout names as known excepted
	where     []test    // rows failing one are ignored
	required  []*target // of the first part, to tell data from totals and footnotes
	refused   []Reason  // why no row of the table can be read: its header lacks required columns
}

// part makes rows of one dataset.
type part struct {
	dataset   *contract.Dataset
	targets   []target
	keys      []int // target indexes of the key
	region    int   // target index of the region; -1: none
	where     []test
	each      *input
	by        string // characters that separate the items
	separator string // the text that does; empty: by
	slots     []slot
	sink      *sink
}

// compile turns a match into a reading, for one sheet of one file.
func (s *session) compile(m *match, at place, aboveUnit string) *reading {
	r := &reading{ref: m.ref}
	byKey := map[string]int{}
	for depth := range maxSpan {
		for j, cell := range m.cells {
			if depth < len(cell.keys) {
				if _, taken := byKey[cell.keys[depth]]; !taken {
					byKey[cell.keys[depth]] = j
				}
			}
		}
	}
	for _, cell := range m.cells {
		key := ""
		if len(cell.keys) > 0 {
			key = cell.keys[0]
		}
		r.header, r.keys = append(r.header, cell.text), append(r.keys, key)
	}
	r.width = len(m.cells)
	for r.width > 0 && r.header[r.width-1] == "" {
		r.width--
	}
	names := s.naming(m.ref, at, byKey)
	used := make([]bool, len(m.cells))
	if m.ref.layout != nil {
		r.where = names.tests(m.ref.layout.Where)
	}
	for i := range m.ref.parts {
		p := s.compilePart(&m.ref.parts[i], m, m.columns[i], names, aboveUnit)
		r.parts = append(r.parts, p)
		for t := range p.targets {
			if c := p.targets[t].cell; c >= 0 {
				used[c] = true
			}
			if p.targets[t].column.Required && i == 0 {
				r.required = append(r.required, &p.targets[t])
			}
		}
	}
	for j := range names.used {
		used[j] = true
	}
	known := map[string]bool{}
	if m.ref.layout != nil {
		for _, name := range m.ref.layout.Known {
			known[headerKey(name)] = true
		}
	}
	for j := range used {
		if used[j] || r.header[j] == "" && j >= r.width || serials[r.keys[j]] || r.header[j] == "序号" || isReturnMark(r.header[j]) {
			continue
		}
		r.unknown = append(r.unknown, j)
		if !known[r.keys[j]] && r.header[j] != "" {
			r.drift = append(r.drift, r.header[j])
		}
	}
	return r
}

func (s *session) compilePart(ref *partRef, m *match, columns []int, names *naming, aboveUnit string) *part {
	d := ref.dataset
	p := &part{dataset: d, region: -1, where: names.tests(ref.part.Where), slots: make([]slot, len(d.Columns)), sink: s.sinkOf(d)}
	if ref.part.Conflict != "" {
		p.sink.conflict = ref.part.Conflict
	}
	if ref.part.Each != nil {
		in := names.input(ref.part.Each.From)
		p.each, p.by, p.separator = &in, ref.part.Each.By, ref.part.Each.Separator
		if p.by == "" {
			p.by = ";；、\n"
		}
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		t := s.target(d, c)
		t.cell = columns[i]
		if source, mentioned := ref.part.Columns[c.Name]; mentioned {
			t.cell = -1
			t.program = names.program(source)
			s.refine(&t, source)
			if len(source.From) > 0 {
				t.header = strings.Join(source.From, "+")
			}
		} else if t.cell >= 0 {
			cell := m.cells[t.cell]
			t.header = cell.text
			t.unit = unitOf(&cell, ref.words, aboveUnit, c)
		}
		if t.header == "" {
			t.header = c.Label
		}
		if d.IsKey(c.Name) {
			p.keys = append(p.keys, i)
		}
		if c.Name == d.Region {
			p.region = i
		}
		p.targets = append(p.targets, t)
	}
	return p
}

// unitOf is the unit of a money column: its header's, else that of the line above the table, else the contract's.
func unitOf(cell *headerCell, words dictionary, above string, c *contract.Column) string {
	if c.Type != contract.Money {
		return ""
	}
	for _, unit := range []string{cell.unit, keyUnit(cell, words), above, c.Unit} {
		switch unit {
		case "元", "千元", "万元", "亿元":
			return unit
		}
	}
	return "元"
}

func keyUnit(cell *headerCell, words dictionary) string {
	for _, key := range cell.keys {
		if _, unit, ok := words.lookup(key); ok && unit != "" {
			return unit
		}
	}
	return ""
}

// target prepares a column's own reading.
func (s *session) target(d *contract.Dataset, c *contract.Column) target {
	t := target{column: c, cell: -1, unit: c.Unit, check: c.Check, regions: s.run.Regions, within: s.within, fallback: c.Default}
	t.style = datesOf(c.Formats, s.run.Zone)
	t.comma = c.DecimalComma
	s.emptyWords(&t, d.EmptyWords(c))
	if c.Pattern != "" {
		t.pattern = regexp.MustCompile("^(?:" + c.Pattern + ")$")
	}
	if c.Check == contract.CheckRegion {
		t.resolved = s.resolved
	}
	if c.Type == contract.CodeType {
		words := s.run.wordsOf(d, c)
		t.words, t.plain, t.listing = words.all, words.plain, words.listing
	}
	return t
}

func (s *session) emptyWords(t *target, words []string) {
	t.empty, t.longest = map[string]bool{}, 0
	for _, word := range words {
		if t.column.Type == contract.Bool && (word == "无" || word == "空") {
			continue // 无 is a no
		}
		t.empty[word] = true
		t.longest = max(t.longest, len(word))
	}
}

// refine applies what a layout says about one column's reading.
func (s *session) refine(t *target, source contract.Source) {
	if source.Check != "" {
		t.check = source.Check
	}
	if source.Formats != nil {
		t.style = datesOf(source.Formats, s.run.Zone)
	}
	if source.Unit != "" {
		t.unit = source.Unit
	}
	if source.Empty != nil {
		s.emptyWords(t, source.Empty)
	}
	t.comma = t.comma || source.DecimalComma
}

// fit applies the part to one row. It fills the slots, and appends to received what cannot be written back from them.
func (p *part) fit(l *line, received *object) (reasons []Reason) {
	for i := range p.targets {
		t := &p.targets[i]
		var cell sheet.Cell
		switch {
		case t.program != nil:
			text, kind, broken := t.program.run(l)
			cell = sheet.Cell{Text: text, Kind: kind}
			if broken != "" {
				cell = sheet.Cell{Text: broken, Kind: sheet.Error}
			}
		case t.cell >= 0 && t.cell < len(l.row.Cells):
			if cell = l.row.Cells[t.cell]; cell.Merge == sheet.Beside {
				cell = sheet.Cell{}
			}
		}
		exact, fault := t.read(cell, &p.slots[i])
		if fault == nil && t.program != nil && t.program.hasDays() && p.slots[i].filled {
			fault = t.addDays(l, &p.slots[i])
		}
		if fault != nil {
			reasons = append(reasons, Reason{t.column.Name, t.header, strings.Clone(clip(cell.Text)), fault.Reason, fault.Suggestion})
			continue
		}
		if !exact && (cell.Text != "" || p.slots[i].filled) {
			received.put(t.column.Name, cell.Text)
		}
	}
	return reasons
}

// addDays moves a date by the layout's number of days.
func (t *target) addDays(l *line, out *slot) *value.Fault {
	days, ok := t.program.shift(l)
	if !ok {
		*out = slot{}
		if t.column.Required {
			return &value.Fault{Reason: "缺少用来推算日期的天数", Suggestion: "请填写天数"}
		}
		return nil
	}
	if t.column.Type == contract.Timestamp {
		days *= 86400e6
	}
	out.number += days
	return nil
}

// clip keeps a value short enough to be shown.
func clip(s string) string {
	if len(s) <= 2000 {
		return s
	}
	return strings.ToValidUTF8(s[:2000], "") + "…"
}
