package htmltable

import (
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tongbao/ingest/sheet"
)

// rows streams the rows of all tables of a page.
type rows struct {
	book   *Book
	tokens *html.Tokenizer
	tables []*table // open ones, outermost first
	ready  []sheet.Row
	taken  int
	number int
	spread sheet.Spread
	seen   bool // a table was read
	done   bool
	mute   atom.Atom
}

// table is an open table and the row and cell open in it.
type table struct {
	spans  []span // by column: what reaches down from above
	row    []sheet.Cell
	hidden bool
	inRow  bool
	inCell bool
	cell   cell
}

// span is a cell that covers rows below it.
type span struct {
	rows   int
	cell   sheet.Cell
	beside bool
}

type cell struct {
	text             strings.Builder
	across, down     int
	number           string // the value behind a number that is shown rounded
	space, preserved bool
}

func (r *rows) Info() sheet.Info { return r.book.info }

func (r *rows) Close() error { return nil }

// Next returns the next row of any table.
func (r *rows) Next() (*sheet.Row, error) {
	for r.taken == len(r.ready) {
		r.ready, r.taken = r.ready[:0], 0
		if r.done {
			return nil, io.EOF
		}
		if err := r.step(); err != nil {
			return nil, err
		}
	}
	r.taken++
	return &r.ready[r.taken-1], nil
}

func (r *rows) step() error {
	switch r.tokens.Next() {
	case html.ErrorToken:
		err := r.tokens.Err()
		switch {
		case err == html.ErrBufferExceeded:
			return sheet.Refuse(sendTable, "the page holds a tag or a text of more than %d bytes", 2*r.book.options.Limits.CellBytes)
		case err != io.EOF:
			return err
		case !r.seen:
			return sheet.Refuse(sendTable, "the page holds no table")
		}
		if len(r.tables) > 0 {
			return sheet.Refuse("ask for it again: it was cut off on its way", "the page ends inside a table, after row %d", r.number)
		}
		r.done = true
	case html.TextToken:
		if r.mute == 0 {
			r.addText(string(r.tokens.Text()))
		}
	case html.StartTagToken:
		return r.start(false)
	case html.SelfClosingTagToken:
		return r.start(true)
	case html.EndTagToken:
		name, _ := r.tokens.TagName()
		return r.end(atom.Lookup(name))
	}
	return nil
}

func (r *rows) current() *table {
	if len(r.tables) == 0 {
		return nil
	}
	return r.tables[len(r.tables)-1]
}

// maxNesting bounds tables inside tables.
const maxNesting = 64

func (r *rows) start(selfClosing bool) error {
	raw, hasAttributes := r.tokens.TagName()
	name, t := atom.Lookup(raw), r.current()
	switch {
	case skipped(name):
		if !selfClosing {
			r.mute = name
		}
	case name == atom.Table:
		if len(r.tables) == maxNesting {
			return sheet.Refuse(sendTable, "the page nests tables more than %d deep", maxNesting)
		}
		if r.seen && t == nil {
			r.number++ // the blank row between two tables
		}
		r.seen = true
		r.tables = append(r.tables, &table{})
	case t == nil:
		if name == atom.Tr { // a page that left <table> away
			r.seen = true
			r.tables = append(r.tables, &table{})
			return r.beginRow(hasAttributes)
		}
	case name == atom.Tr:
		return r.beginRow(hasAttributes)
	case name == atom.Td || name == atom.Th:
		return r.beginCell(hasAttributes)
	case name == atom.Br:
		if t.inCell {
			t.cell.space = false
			t.cell.text.WriteByte('\n')
		}
	case name == atom.P || name == atom.Div || name == atom.Li:
		if t.inCell && t.cell.text.Len() > 0 {
			t.cell.space = true
		}
	case name == atom.Pre:
		t.cell.preserved = true
	}
	return nil
}

func (r *rows) end(name atom.Atom) error {
	t := r.current()
	switch {
	case name == r.mute:
		r.mute = 0
	case t == nil:
	case name == atom.Td || name == atom.Th:
		return r.endCell()
	case name == atom.Tr:
		return r.endRow()
	case name == atom.Table:
		if err := r.endRow(); err != nil {
			return err
		}
		r.tables = r.tables[:len(r.tables)-1]
	case name == atom.Pre:
		t.cell.preserved = false
	}
	return nil
}

func (r *rows) beginRow(hasAttributes bool) error {
	if err := r.endRow(); err != nil {
		return err
	}
	t := r.current()
	t.inRow, t.hidden = true, false
	r.attributes(hasAttributes, func(key, value string) {
		t.hidden = t.hidden || key == "hidden" || key == "style" && isInvisible(value)
	})
	return nil
}

func isInvisible(style string) bool {
	style = strings.ToLower(strings.ReplaceAll(style, " ", ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:collapse")
}

func (r *rows) attributes(has bool, each func(key, value string)) {
	for has {
		var key, value []byte
		key, value, has = r.tokens.TagAttr()
		each(string(key), string(value))
	}
}

func (r *rows) beginCell(hasAttributes bool) error {
	t := r.current()
	if !t.inRow {
		t.inRow, t.hidden = true, false
	}
	if err := r.endCell(); err != nil {
		return err
	}
	t.inCell, t.cell = true, cell{across: 1, down: 1}
	r.attributes(hasAttributes, func(key, value string) {
		switch key {
		case "colspan":
			t.cell.across = spanOf(value, 1000)
		case "rowspan":
			t.cell.down = spanOf(value, 65534)
		case "x:num":
			t.cell.number = value
		}
	})
	return nil
}

func spanOf(value string, most int) int {
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, most)
}

// addText folds blanks as a browser does; the characters of Chinese and non-breaking blanks stay.
func (r *rows) addText(text string) {
	t := r.current()
	if t == nil || !t.inCell {
		return
	}
	c := &t.cell
	if c.preserved {
		c.text.WriteString(text)
		return
	}
	for {
		i := strings.IndexAny(text, " \t\r\n\f")
		part := text
		if i >= 0 {
			part = text[:i]
		}
		if part != "" {
			if c.space && c.text.Len() > 0 {
				c.text.WriteByte(' ')
			}
			c.space = false
			c.text.WriteString(part)
		}
		if i < 0 {
			return
		}
		c.space, text = true, text[i+1:]
	}
}

func (r *rows) endCell() error {
	t := r.current()
	if !t.inCell {
		return nil
	}
	t.inCell = false
	text := strings.Trim(t.cell.text.String(), "\n")
	if len(text) > r.book.options.Limits.CellBytes {
		return sheet.Refuse(sendTable, "row %d holds a cell of more than %d bytes", r.number+1, r.book.options.Limits.CellBytes)
	}
	if t.cell.number != "" && strings.ContainsAny(text, "Ee#") {
		if _, err := strconv.ParseFloat(t.cell.number, 64); err == nil {
			text = t.cell.number
		}
	}
	value := sheet.Cell{Text: text}
	if text != "" {
		value.Kind = sheet.Text
	}
	return r.place(t, value, t.cell.across, t.cell.down)
}

// place puts a cell into the next column that nothing from above covers.
func (r *rows) place(t *table, value sheet.Cell, across, down int) error {
	t.fillFromAbove()
	column := len(t.row)
	if column+across > r.book.options.Limits.Columns {
		return sheet.Refuse(sendTable, "row %d has more than %d columns", r.number+1, r.book.options.Limits.Columns)
	}
	if err := r.spread.Count(1, across-1, r.book.info.Name, r.number+1); err != nil {
		return err
	}
	for i := range across {
		cell := value
		switch {
		case value.Kind == sheet.Empty:
		case i > 0:
			cell.Merge = sheet.Beside
		case across > 1 || down > 1:
			cell.Merge = sheet.Anchor
		}
		t.row = append(t.row, cell)
		if down > 1 {
			for len(t.spans) <= column+i {
				t.spans = append(t.spans, span{})
			}
			t.spans[column+i] = span{rows: down, cell: value, beside: i > 0}
		}
	}
	return nil
}

// fillFromAbove adds the cells that reach down into this row from the current column on.
func (t *table) fillFromAbove() {
	for len(t.row) < len(t.spans) && t.spans[len(t.row)].rows > 0 {
		s := t.spans[len(t.row)]
		covered := s.cell
		if covered.Kind != sheet.Empty {
			covered.Merge = sheet.Below
			if s.beside {
				covered.Merge = sheet.Beside
			}
		}
		t.row = append(t.row, covered)
	}
}

func (r *rows) endRow() error {
	t := r.current()
	if t == nil || !t.inRow {
		return nil
	}
	if err := r.endCell(); err != nil {
		return err
	}
	own := len(t.row) > 0
	if err := r.spread.Count(0, len(t.spans), r.book.info.Name, r.number+1); err != nil {
		return err
	}
	for len(t.row) < len(t.spans) {
		before := len(t.row)
		if t.fillFromAbove(); len(t.row) == before {
			t.row = append(t.row, sheet.Cell{})
		}
	}
	for i := range t.spans {
		t.spans[i].rows = max(t.spans[i].rows-1, 0)
	}
	for len(t.spans) > 0 && t.spans[len(t.spans)-1].rows == 0 {
		t.spans = t.spans[:len(t.spans)-1]
	}
	row := sheet.Row{Hidden: t.hidden}
	if own {
		row.Cells = append(row.Cells, t.row...)
	}
	t.row, t.inRow = t.row[:0], false
	if len(r.tables) > 1 && row.Blank() {
		return nil // the frame of a page's layout
	}
	r.number++
	row.Number = r.number
	row.Doubt()
	r.ready = append(r.ready, row)
	return nil
}
