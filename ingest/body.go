package ingest

import (
	"fmt"
	"slices"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
)

// body reads one sheet below its header, and further tables below that.
type body struct {
	*session
	feed       *feed
	returned   *returned // not nil: a sheet of a 退回单
	info       sheet.Info
	at         place
	reading    *reading
	line       sheetLine  // of the table being read
	before     int64      // rows read before it
	headerRows [][]string // the header's rows as they stand, to know them again
	blanks     []*sheet.Row
	afterBlank bool
	line1      line
}

// read reads the sheet, whose header m was found among the rows the feed holds.
func (b *body) read(m *match) error {
	b.before = b.counts.read
	if err := b.begin(m); err != nil {
		return err
	}
	for {
		row, err := b.feed.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		if b.returned != nil {
			err = b.replay(row)
		} else {
			err = b.row(row)
		}
		if err != nil {
			return err
		}
	}
	if b.info.Delimited { // in a workbook blank rows at the end are only formatted
		if err := b.flushBlanks(); err != nil {
			return err
		}
	}
	if err := b.endTable(); err != nil {
		return err
	}
	return nil
}

// begin takes the rows above a header and the header itself from the feed, and compiles the reading.
func (b *body) begin(m *match) error {
	held, err := b.feed.peek(m.row + m.span + 20)
	if err != nil {
		return err
	}
	unit := ""
	for _, row := range held[:m.row] {
		for i := range row.Cells {
			if found := moneyUnit.FindStringSubmatch(value.HalfWidth(row.Cells[i].Text)); found != nil {
				unit = found[1]
			}
		}
		if err := b.ignore(b.info.Name, row, above(row)); err != nil {
			return err
		}
	}
	b.headerRows = nil
	for _, row := range held[m.row : m.row+m.span] {
		b.headerRows = append(b.headerRows, texts(row))
	}
	headerRow := held[m.row+m.span-1].Number
	following := held[m.row+m.span:]
	b.reading = b.compile(m, b.at, unit)
	b.reading.headerRow = headerRow
	if !m.complete() {
		b.reading.refused = m.refusal(headerRow)
		where := ""
		if b.info.Name != "" {
			where = "工作表“" + b.info.Name + "”"
		}
		b.notes = append(b.notes, where+b.reading.refused[0].Reason+",其下各行均已退回")
	}
	if b.info.Delimited {
		b.reading.width = trueWidth(b.reading, following)
	}
	b.feed.held = b.feed.held[m.row+m.span:]
	b.line = sheetLine{name: b.info.Name, hidden: b.info.Hidden, headerRow: headerRow, header: b.reading.header}
	for _, name := range b.reading.drift {
		if !slices.Contains(b.line.unknown, name) {
			b.line.unknown = append(b.line.unknown, name)
		}
		if !slices.Contains(b.drift, name) {
			b.drift = append(b.drift, name)
		}
	}
	for _, p := range b.reading.parts {
		for i := range p.targets {
			if t := &p.targets[i]; t.cell >= 0 || t.program != nil {
				b.matched = append(b.matched, Matched{b.info.Name, p.dataset.Name, t.column.Name, t.header})
			}
		}
	}
	if !slices.Contains(b.layouts, m.ref.name) {
		b.layouts = append(b.layouts, m.ref.name)
	}
	b.afterBlank = false
	return nil
}

// trueWidth is how many fields a record has: as many as the header, or one more where every record ends in a delimiter and the header does not.
func trueWidth(r *reading, following []*sheet.Row) int {
	full := len(r.header)
	more := 0
	for _, row := range following {
		switch len(row.Cells) {
		case full:
			return full
		case full + 1:
			if row.Cells[full].Kind != sheet.Empty {
				return full
			}
			more++
		}
	}
	if more >= 2 {
		return full + 1
	}
	return full
}

func texts(row *sheet.Row) []string {
	all := make([]string, len(row.Cells))
	for i := range row.Cells {
		all[i] = cellText(row, i)
	}
	return all
}

// endTable hands over what the table's parts collected, and writes its line.
func (b *body) endTable() error {
	b.line.read, b.before = b.counts.read-b.before, b.counts.read
	b.sheets = append(b.sheets, b.line)
	return b.flushSinks(b.info.Name)
}

func (b *body) flushBlanks() error {
	for _, row := range b.blanks {
		if err := b.ignore(b.info.Name, row, ignoredBlank); err != nil {
			return err
		}
	}
	b.blanks = b.blanks[:0]
	return nil
}

// row gives one row its fate.
func (b *body) row(row *sheet.Row) error {
	if row.Problem == "" && blank(row) {
		b.afterBlank = true
		if b.info.Delimited || len(b.blanks) > 10_000 {
			return b.ignore(b.info.Name, row, ignoredBlank)
		}
		b.blanks = append(b.blanks, &sheet.Row{Number: row.Number})
		return nil
	}
	if len(b.blanks) > 0 {
		if err := b.flushBlanks(); err != nil {
			return err
		}
	}
	if row.Problem != "" {
		b.counts.read++
		advice := "请核对原件后重新填写该行"
		if strings.Contains(row.Problem, "编码") || strings.Contains(row.Problem, "解码") {
			advice = "请核对该行文字;若整个文件如此,请将原件另存为UTF-8编码后重新报送"
		}
		return b.reject(b.info.Name, row, b.reading.parts[0].dataset.Name, "", []Reason{{Value: clip(rowText(row)), Reason: row.Problem, Suggestion: advice}})
	}
	if isHeader := b.repeats(row); isHeader {
		return b.ignore(b.info.Name, row, ignoredHeader)
	}
	if b.afterBlank || b.startsHeader(row) {
		switched, err := b.another(row)
		if switched || err != nil {
			return err
		}
	}
	b.afterBlank = false
	if reason := b.reading.idle(row); reason != "" {
		return b.ignore(b.info.Name, row, reason)
	}
	b.counts.read++
	if b.reading.refused != nil {
		return b.reject(b.info.Name, row, b.reading.parts[0].dataset.Name, "", b.reading.refused)
	}
	return b.load(row)
}

// blank says that no cell of a row holds more than white space.
func blank(row *sheet.Row) bool {
	for i := range row.Cells {
		if c := &row.Cells[i]; c.Kind != sheet.Empty && (c.Kind != sheet.Text || value.Trim(c.Text) != "") {
			return false
		}
	}
	return true
}

// repeats says whether a row is a row of the header again.
func (b *body) repeats(row *sheet.Row) bool {
	for _, header := range b.headerRows {
		same, filled := 0, 0
		for i, text := range header {
			if text == "" {
				continue
			}
			filled++
			if i < len(row.Cells) && len(row.Cells[i].Text) >= len(text) && cellText(row, i) == text {
				same++
			} else if same == 0 && filled > 1 {
				break
			}
		}
		if same > 0 && same*5 >= filled*4 && (filled > 1 || len(header) == 1) {
			return true
		}
	}
	return false
}

// startsHeader says whether a row's first cells are words headers are made of: as contracts write them, and behind a blank row also as
// people decorate them.
func (b *body) startsHeader(row *sheet.Row) bool {
	hits, f := 0, b.session.run.finder
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.Kind != sheet.Text {
			continue
		}
		if !f.exact[c.Text] && (!b.afterBlank || !f.knows(c.Text)) {
			return false
		}
		if hits++; hits == 3 {
			return true
		}
	}
	return hits >= 2
}

// another looks whether a further table begins at or shortly below row. When it does, the rows above its header are accounted for.
func (b *body) another(row *sheet.Row) (bool, error) {
	filled := 0
	for i := range row.Cells {
		if row.Cells[i].Kind != sheet.Empty && row.Cells[i].Merge != sheet.Beside {
			filled++
		}
	}
	if filled > 2 && !b.startsHeader(row) {
		return false, nil
	}
	b.feed.unread(row)
	look := 8
	if filled > 2 {
		look = maxSpan + 1
	}
	rows, err := b.feed.peek(look)
	if err != nil {
		return false, err
	}
	at := b.at
	at.first = filled > 2
	m := b.session.run.finder.find(rows, at)
	if m == nil || !m.isTable() {
		*row = *b.feed.held[0]
		b.feed.held = b.feed.held[1:]
		return false, nil
	}
	if err := b.endTable(); err != nil {
		return false, err
	}
	return true, b.begin(m)
}

func rowText(row *sheet.Row) string {
	var all []string
	for i := range row.Cells {
		all = append(all, row.Cells[i].Text)
	}
	return strings.Join(all, ",")
}

// load turns a row of data into rows of datasets, or rejects it.
func (b *body) load(row *sheet.Row) error {
	r := b.reading
	if b.info.Delimited && len(row.Cells) != len(r.header) && len(row.Cells) != r.width {
		reason := fmt.Sprintf("该行有%d列,表头有%d列:多了或少了分隔符", len(row.Cells), len(r.header))
		return b.reject(b.info.Name, row, r.parts[0].dataset.Name, "", []Reason{{Value: clip(rowText(row)), Reason: reason, Suggestion: "请核对该行的分隔符和引号"}})
	}
	l := &b.line1
	*l = line{row: row}
	for i := range r.where {
		if !r.where[i].holds(l) {
			b.counts.read--
			return b.ignore(b.info.Name, row, ignoredWhere)
		}
	}
	b.extra.reset()
	for _, j := range r.unknown {
		if j < len(row.Cells) && row.Cells[j].Text != "" && row.Cells[j].Merge != sheet.Beside {
			name := r.header[j]
			if name == "" {
				name = fmt.Sprintf("第%d列", j+1)
			}
			b.extra.put(name, row.Cells[j].Text)
		}
	}
	if len(r.parts) == 1 && r.parts[0].each == nil && r.parts[0].where == nil {
		return b.loadOne(r.parts[0], l)
	}
	return b.loadMany(l)
}

// loadOne is the plain case: a row of the export is a row of one dataset.
func (b *body) loadOne(p *part, l *line) error {
	b.received.reset()
	if reasons := p.fit(l, &b.received); reasons != nil {
		return b.reject(b.info.Name, l.row, p.dataset.Name, p.regionCode(), reasons)
	}
	p.sink.take(p, l.row.Number, &b.received, &b.extra)
	b.counts.loaded++
	if p.sink.batch.full() {
		return b.hand(p.sink, b.info.Name)
	}
	return nil
}

// made is a row one part makes.
type made struct {
	part     *part
	slots    []slot
	received object
}

// loadMany makes rows of several parts out of one row: all of them, or none.
func (b *body) loadMany(l *line) error {
	var rows []made
	var reasons []Reason
	dataset, regionCode := "", ""
	for _, p := range b.reading.parts {
		items := []string{""}
		if p.each != nil {
			items = p.items(l.text(*p.each, nil, nil))
		}
		for i, item := range items {
			l.item, l.index = item, i+1
			if slices.ContainsFunc(p.where, func(t test) bool { return !t.holds(l) }) {
				continue
			}
			m := made{part: p}
			if faults := p.fit(l, &m.received); faults != nil {
				reasons = append(reasons, faults...)
				if dataset == "" {
					dataset, regionCode = p.dataset.Name, p.regionCode()
				}
				continue
			}
			m.slots = slices.Clone(p.slots)
			rows = append(rows, m)
		}
	}
	switch {
	case len(reasons) > 0:
		return b.reject(b.info.Name, l.row, dataset, regionCode, reasons)
	case len(rows) == 0:
		b.counts.read--
		return b.ignore(b.info.Name, l.row, ignoredWhere)
	}
	var repeated *made
	var before spot
	fresh := rows[:0]
	for i := range rows {
		m := &rows[i]
		copy(m.part.slots, m.slots)
		if old, again := m.part.sink.again(m.part, b.info.Name, l.row.Number); again {
			repeated, before = m, old
			continue
		}
		fresh = append(fresh, *m)
	}
	if len(fresh) == 0 {
		b.counts.duplicate++
		return b.duplicate(l.row.Number, repeated.part.dataset.Name, before)
	}
	b.counts.loaded++
	for i := range fresh {
		m := &fresh[i]
		copy(m.part.slots, m.slots)
		m.part.sink.take(m.part, l.row.Number, &m.received, &b.extra)
		if m.part.sink.batch.full() {
			if err := b.hand(m.part.sink, b.info.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// items takes apart what a cell holds.
func (p *part) items(text string) []string {
	var raw, items []string
	if p.separator != "" {
		raw = strings.Split(text, p.separator)
	} else {
		raw = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(p.by, r) })
	}
	for _, item := range raw {
		if item = value.Trim(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// duplicate accounts for a row all of whose parts only repeat earlier ones.
func (b *body) duplicate(row int, dataset string, before spot) error {
	b.run.repeat.add(b.fileID, b.info.Name, row, dataset, before.sheet, before.row)
	return b.relieve(b.run.repeat)
}

// regionCode is the region a row says it belongs to.
func (p *part) regionCode() string {
	if p.region >= 0 && p.slots[p.region].filled {
		return p.slots[p.region].text
	}
	return ""
}
