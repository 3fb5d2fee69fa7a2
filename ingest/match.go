package ingest

import (
	"fmt"
	"slices"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/contract"
)

const (
	lookAhead  = 60 // rows among which a header is looked for
	maxSpan    = 3  // rows a header may have
	minMatched = 2  // headers that must be known before a line is taken for one
)

// headerCell is one column of a header of one or several rows.
type headerCell struct {
	text string   // as printed, upper rows first, joined by /
	keys []string // what it may be called: all rows, then fewer from the top
	unit string
}

// match is a header found, and what a layout makes of it.
type match struct {
	ref     *layoutRef
	row     int // index of its first row among those looked at
	span    int
	cells   []headerCell
	columns [][]int // per part, per dataset column: cell, or -1
	matched int     // cells used
	missing []missing
}

type missing struct {
	dataset *contract.Dataset
	column  *contract.Column
	header  string // a layout's source that is not there; empty: the column's own labels
}

func (m *match) complete() bool { return len(m.missing) == 0 }

// better orders matches: complete ones, then layouts a project wrote, then more columns, then fewer rows of header, then earlier ones.
func (m *match) better(other *match) bool {
	switch {
	case other == nil:
		return true
	case m.complete() != other.complete():
		return m.complete()
	case m.complete() && (m.ref.layout != nil) != (other.ref.layout != nil):
		return m.ref.layout != nil
	case m.matched != other.matched:
		return m.matched > other.matched
	case len(m.missing) != len(other.missing):
		return len(m.missing) < len(other.missing)
	case m.span != other.span:
		return m.span < other.span
	}
	return m.row < other.row
}

// place is where a header is looked for.
type place struct {
	names    []string // of the file, then of the archives it lay in
	sheet    string
	keyed    bool // the first row is the header
	returned bool // a sheet of a 退回单: its header stands in one row, wherever it was before
	first    bool // only the first row of those given may begin one
}

// find looks for the best header among rows. It returns the best complete match, or failing that the best incomplete one.
func (f *finder) find(rows []*sheet.Row, at place) *match {
	var best *match
	for i := range rows {
		if i > 0 && (at.keyed || at.first) {
			break
		}
		if rows[i].Blank() {
			continue
		}
		for span := 1; span <= maxSpan && i+span <= len(rows); span++ {
			if span > 1 && (at.keyed || rows[i+span-1].Blank() || rows[i+span-1].Number != rows[i+span-2].Number+1) {
				break
			}
			cells := headerCells(rows[i : i+span])
			if at.returned {
				cells = unfoldHeader(cells)
			}
			if !f.promising(cells) {
				continue
			}
			for r := range f.refs {
				ref := &f.refs[r]
				if ref.layout != nil && ref.layout.HeaderRow > 0 && !at.returned && rows[i+span-1].Number != ref.layout.HeaderRow {
					continue
				}
				if m := ref.match(cells, at); m != nil {
					m.row, m.span = i, span
					if m.better(best) {
						best = m
					}
				}
			}
		}
	}
	return best
}

// promising says that enough cells are known to anybody.
func (f *finder) promising(cells []headerCell) bool {
	hits, filled := 0, 0
	for _, cell := range cells {
		if len(cell.keys) > 0 {
			filled++
		}
		for _, key := range cell.keys {
			base, _, _ := headerUnit(key)
			if f.known[key] || f.known[base] {
				hits++
				break
			}
		}
	}
	return hits >= minMatched || hits == filled && hits > 0
}

// unfoldHeader takes a header of several rows, which was printed in one with / between, apart again.
func unfoldHeader(cells []headerCell) []headerCell {
	for i, cell := range cells {
		if strings.Contains(cell.text, "/") {
			cells[i] = newHeaderCell(strings.Split(cell.text, "/"))
		}
	}
	return cells
}

// headerCells reads one to three rows as a header.
func headerCells(rows []*sheet.Row) []headerCell {
	width := 0
	for _, row := range rows {
		width = max(width, len(row.Cells))
	}
	cells := make([]headerCell, width)
	carry := make([]string, len(rows))
	for j := range width {
		var texts []string
		bottom := cellText(rows[len(rows)-1], j)
		for i, row := range rows {
			text := cellText(row, j)
			if i < len(rows)-1 {
				// A group's title stands over its first column only, where nothing was merged.
				if text == "" && bottom != "" {
					text = carry[i]
				}
				carry[i] = text
			}
			if text != "" && (len(texts) == 0 || texts[len(texts)-1] != text) {
				texts = append(texts, text)
			}
		}
		cells[j] = newHeaderCell(texts)
	}
	return cells
}

func cellText(row *sheet.Row, j int) string {
	if j >= len(row.Cells) || row.Cells[j].Kind == sheet.Empty {
		return ""
	}
	return value.Trim(row.Cells[j].Text)
}

func newHeaderCell(texts []string) headerCell {
	cell := headerCell{text: strings.Join(texts, "/")}
	var keys []string
	for _, text := range texts {
		if key := headerKey(text); key != "" {
			keys = append(keys, key)
		}
	}
	if last := len(keys) - 1; last > 0 {
		if unit, ok := isUnit(keys[last]); ok {
			keys = keys[:last]
			cell.unit = unit
		}
	}
	for i := range keys {
		cell.keys = append(cell.keys, strings.Join(keys[i:], ""))
	}
	return cell
}

// match reads the cells as this layout's header; nil when it is none of it.
func (ref *layoutRef) match(cells []headerCell, at place) *match {
	byKey := map[string]int{}
	if ref.layout != nil {
		if !ref.applies(cells, at, byKey) {
			return nil
		}
	}
	m := &match{ref: ref, cells: cells}
	used := make([]bool, len(cells))
	for i := range ref.parts {
		columns := ref.parts[i].assign(cells, byKey, used, m)
		m.columns = append(m.columns, columns)
	}
	for _, u := range used {
		if u {
			m.matched++
		}
	}
	if m.matched == 0 || m.matched < minMatched && !m.complete() {
		return nil
	}
	return m
}

// named returns what the layout's file pattern finds in the first name that fits: the file's own, else that of the archive around it.
func (ref *layoutRef) named(at place) []string {
	for _, name := range at.names {
		if groups := ref.file.FindStringSubmatch(name); groups != nil {
			return groups
		}
	}
	return nil
}

// applies checks a layout's conditions and fills byKey with every name of every cell.
func (ref *layoutRef) applies(cells []headerCell, at place, byKey map[string]int) bool {
	if ref.file != nil && ref.named(at) == nil || ref.sheet != nil && !ref.sheet.MatchString(at.sheet) {
		return false
	}
	for depth := range maxSpan {
		for j, cell := range cells {
			if depth < len(cell.keys) {
				if _, taken := byKey[cell.keys[depth]]; !taken {
					byKey[cell.keys[depth]] = j
				}
			}
		}
	}
	has := func(name string) bool { _, ok := byKey[headerKey(name)]; return ok }
	return !slices.ContainsFunc(ref.layout.Match.Headers, func(name string) bool { return !has(name) }) &&
		!slices.ContainsFunc(ref.layout.Match.Absent, has)
}

// assign gives every column of the part's dataset its cell.
func (p *partRef) assign(cells []headerCell, byKey map[string]int, used []bool, m *match) []int {
	columns := make([]int, len(p.dataset.Columns))
	ranks := make([]int, len(columns))
	for i := range columns {
		columns[i] = -1
	}
	if !p.part.Only {
		for j, cell := range cells {
			for depth, key := range cell.keys {
				meaning, _, ok := p.words.lookup(key)
				if !ok {
					continue
				}
				c := meaning.column
				if _, mentioned := p.part.Columns[p.dataset.Columns[c].Name]; mentioned {
					break
				}
				if rank := meaning.rank + depth*1000; columns[c] < 0 || rank < ranks[c] {
					columns[c], ranks[c] = j, rank
				}
				break
			}
		}
	}
	for i := range columns {
		c := &p.dataset.Columns[i]
		source, mentioned := p.part.Columns[c.Name]
		switch {
		case mentioned:
			for _, name := range names(source) {
				if j, ok := byKey[headerKey(name)]; ok {
					used[j] = true
				} else if c.Required && c.Default == "" && source.Default == "" && !source.First && !isInner(name) {
					if !m.innerName(name) {
						m.missing = append(m.missing, missing{p.dataset, c, name})
					}
				}
			}
		case columns[i] >= 0:
			used[columns[i]] = true
		case c.Required && c.Default == "":
			m.missing = append(m.missing, missing{p.dataset, c, ""})
		}
	}
	if p.part.Each != nil {
		if j, ok := byKey[headerKey(p.part.Each.From)]; ok {
			used[j] = true
		}
	}
	for _, test := range p.part.Where {
		if j, ok := byKey[headerKey(test.Header)]; ok {
			used[j] = true
		}
	}
	return columns
}

// isInner says whether a name is one the program provides.
func isInner(name string) bool {
	switch strings.TrimSuffix(strings.TrimPrefix(name, "{"), "}") {
	case "file", "sheet", "row", "item", "index":
		return true
	}
	return false
}

// innerName says whether a name is a group of the layout's file pattern or of an extraction.
func (m *match) innerName(name string) bool {
	if m.ref.file != nil && slices.Contains(m.ref.file.SubexpNames(), name) {
		return true
	}
	for _, part := range m.ref.parts {
		for _, source := range part.part.Columns {
			if source.Extract != "" && strings.Contains(source.Extract, "<"+name+">") {
				return true
			}
		}
	}
	return false
}

// isTable says whether a header below a table surely begins another: one that lacks columns must look like nothing but a header.
func (m *match) isTable() bool {
	if m.complete() {
		return m.matched >= 3 || m.matched == len(m.cells)
	}
	return m.matched >= 3 && m.matched*2 > m.filled()
}

// filled counts the columns that have a header.
func (m *match) filled() (n int) {
	for _, cell := range m.cells {
		if cell.text != "" {
			n++
		}
	}
	return n
}

// knows says whether a text is a header, however it is decorated.
func (f *finder) knows(text string) bool {
	key := headerKey(text)
	base, _, _ := headerUnit(key)
	return f.known[key] || f.known[base] || serials[key]
}

// refusal is why the rows below a later header that lacks required columns are returned.
func (m *match) refusal(headerRow int) []Reason {
	var reasons []Reason
	free := m.free()
	for _, miss := range m.missing {
		want := miss.wanted()
		r := Reason{Column: miss.column.Name, Header: want, Reason: fmt.Sprintf("表头缺少必填列“%s”(表头在第%d行)", want, headerRow), Suggestion: "请补上该列后重新报送"}
		if best := miss.nearest(free); best != "" {
			r.Suggestion = fmt.Sprintf("表头“%s”是否应为“%s”", best, want)
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// wanted is the header that is missing.
func (miss *missing) wanted() string {
	if miss.header != "" {
		return miss.header
	}
	return miss.column.Label
}

// nearest is the header of the file most like the missing one; "" when none is.
func (miss *missing) nearest(free []string) string {
	for _, name := range append([]string{miss.wanted()}, miss.column.Aliases...) {
		if best := nearest(name, free, 3); best != "" {
			return best
		}
	}
	return ""
}

// free lists the headers no column has taken.
func (m *match) free() []string {
	taken := map[int]bool{}
	for _, columns := range m.columns {
		for _, j := range columns {
			taken[j] = true
		}
	}
	var free []string
	for j, cell := range m.cells {
		if cell.text != "" && !taken[j] {
			free = append(free, cell.text)
		}
	}
	return free
}

// problem says which required columns are missing and what they may be called in the file.
func (m *match) problem() string {
	free := m.free()
	var parts []string
	for _, miss := range m.missing {
		text := fmt.Sprintf("required column %s (%s) is missing", miss.wanted(), miss.column.Name)
		if best := miss.nearest(free); best != "" {
			text += fmt.Sprintf(", the nearest header is %q", best)
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("looks like %s (%s), but %s", m.ref.name, m.ref.parts[0].dataset.Label, strings.Join(parts, "; "))
}
