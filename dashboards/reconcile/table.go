package reconcile

import (
	"fmt"
	"regexp"
	"strings"
)

// table is a grid of cell texts with merged cells spread out. Its first rows up to body are the header.
type table struct {
	name    string
	cells   [][]string
	body    int
	columns []column
	parsed  [][]cell
	place   func(row, column int) string
}

// cell is a number read once.
type cell struct {
	n  number
	ok bool
}

// column is what one column of numbers holds.
type column struct {
	label    string // heads joined by "/"
	numeric  bool
	rate     bool // percentages
	points   bool // differences of percentages
	additive bool // may be summed over rows
}

// Limits of what is read as one table: beyond them only part of a sheet is judged, and the report says so.
const (
	maxTableRows    = 20000
	maxTableColumns = 200
)

func (r *Report) checkTable(name string, cells [][]string, place func(row, column int) string) *table {
	t := newTable(name, cells, place)
	if t == nil {
		return nil
	}
	totals := t.totalRows()
	for _, total := range totals {
		r.checkTotal(t, total, totals)
	}
	r.checkGroups(t)
	r.checkRelations(t)
	r.checkCellText(t)
	return t
}

// newTable finds header and columns; nil when there is nothing to compare.
func newTable(name string, cells [][]string, place func(row, column int) string) *table {
	width := 0
	for i := range cells {
		width = max(width, len(cells[i]))
	}
	if len(cells) < 2 || width < 2 {
		return nil
	}
	t := &table{name: name, place: place}
	for _, row := range cells {
		grown := make([]string, width)
		for i, cell := range row {
			grown[i] = strings.TrimSpace(folded(cell))
		}
		t.cells = append(t.cells, grown)
	}
	for t.body = 0; t.body < len(t.cells); t.body++ {
		if numbers, _ := numericCells(t.cells[t.body]); numbers >= 1 && t.body > 0 && hasWord(t.cells[t.body]) {
			break
		}
	}
	if t.body == len(t.cells) {
		return nil
	}
	t.parsed = make([][]cell, len(t.cells))
	for r, row := range t.cells {
		t.parsed[r] = make([]cell, width)
		for c, text := range row {
			n, ok := cellNumber(text)
			if ok && r >= t.body {
				n.place = place(r, c)
			}
			t.parsed[r][c] = cell{n, ok}
		}
	}
	t.columns = make([]column, width)
	for c := range t.columns {
		t.columns[c] = t.describe(c)
	}
	return t
}

func numericCells(row []string) (numbers, words int) {
	for _, cell := range row {
		if _, ok := cellNumber(cell); ok {
			numbers++
		} else if cell != "" {
			words++
		}
	}
	return numbers, words
}

func hasWord(row []string) bool {
	_, words := numericCells(row)
	return words > 0
}

var (
	cellShape   = regexp.MustCompile(`^[-+]?\s*[0-9][0-9,]*(\.[0-9]+)?\s*(%|[^0-9\s(/:.\-]{0,6})$`)
	notAdditive = regexp.MustCompile(`率|占比|比例|比重|%|均|名次|排名|位次|序号|差|指数|得分|概率|编号|编码|代码|电话|年份|日期|时间|P90|中位|最大|最高|最低|人均|上限|级别|期限|区间|变化|同比|环比`)
	totalLabel  = regexp.MustCompile(`^(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|全\s*省|全\s*市|全\s*区|全\s*县|全\s*州)`)
)

// cellNumber reads a cell that holds one number, perhaps with a unit.
func cellNumber(cell string) (number, bool) {
	if !cellShape.MatchString(cell) {
		return number{}, false
	}
	at := numeral.FindStringIndex(cell)
	n, ok := readNumber(cell, at[0], at[1])
	if !ok {
		return number{}, false
	}
	if strings.HasPrefix(cell, "-") && n.value > 0 {
		n.value = -n.value
	}
	n.text = cell
	return n, true
}

func (t *table) describe(c int) column {
	var heads []string
	for r := 0; r < t.body; r++ {
		head := strings.Join(strings.Fields(t.cells[r][c]), "")
		if head != "" && (len(heads) == 0 || heads[len(heads)-1] != head) {
			heads = append(heads, head)
		}
	}
	d := column{label: strings.Join(heads, "/")}
	numbers, words, percents := 0, 0, 0
	for r := t.body; r < len(t.cells); r++ {
		text, n := t.cells[r][c], t.parsed[r][c]
		switch {
		case n.ok:
			numbers++
			if n.n.percent {
				percents++
			}
		case text != "" && text != "—" && text != "-" && text != "/":
			words++
		}
	}
	leaf := ""
	if len(heads) > 0 {
		leaf = heads[len(heads)-1]
	}
	d.numeric = numbers > 0 && numbers >= words
	d.points = strings.Contains(d.label, "百分点") || strings.Contains(leaf, "差") && !strings.Contains(leaf, "差错")
	d.rate = !d.points && (percents > 0 || containsAny(leaf, "率", "占比", "比例", "比重", "%"))
	d.additive = d.numeric && !d.rate && !d.points && !notAdditive.MatchString(d.label)
	return d
}

func (t *table) number(r, c int) (number, bool) {
	return t.parsed[r][c].n, t.parsed[r][c].ok
}

// rowLabel is the first word of a row.
func (t *table) rowLabel(r int) string {
	for c, text := range t.cells[r] {
		if !t.parsed[r][c].ok && text != "" {
			return text
		}
	}
	return fmt.Sprintf("%d", r+1)
}

func (t *table) where(r, c int) string {
	return fmt.Sprintf("%s, row %s, column %s", t.place(r, c), t.rowLabel(r), t.columns[c].label)
}

// isTotal says whether a row is a total: by its label, and at the table's edge also by 总… (elsewhere that may be a name, 总局).
func (t *table) isTotal(r int) bool {
	label := t.rowLabel(r)
	edge := r == t.body || r == len(t.cells)-1
	return totalLabel.MatchString(label) || edge && (strings.HasPrefix(label, "总") || containsAny(label, "合计", "总计", "总数"))
}

func (t *table) totalRows() []int {
	var totals []int
	for r := t.body; r < len(t.cells); r++ {
		if t.isTotal(r) {
			totals = append(totals, r)
		}
	}
	return totals
}

// checkTotal compares a total row with the rows it sums: a 小计 those since the total before it, a 合计 every row that is no total.
func (r *Report) checkTotal(t *table, total int, totals []int) {
	isTotal := map[int]bool{}
	from := t.body
	for _, other := range totals {
		isTotal[other] = true
		if other < total && strings.HasPrefix(t.rowLabel(total), "小") {
			from = other + 1
		}
	}
	to := len(t.cells)
	if strings.HasPrefix(t.rowLabel(total), "小") {
		to = total
	}
	for c, d := range t.columns {
		printed, ok := t.number(total, c)
		if !ok || !d.additive {
			continue
		}
		sum, slack, rows := 0.0, 0.0, 0
		terms := []string{printed.place}
		for row := from; row < to; row++ {
			if n, ok := t.number(row, c); ok && !isTotal[row] {
				sum, slack, rows = sum+n.value, slack+n.slack(), rows+1
				terms = append(terms, n.place)
			}
		}
		switch {
		case rows < 2:
		case printed.agrees(sum, slack):
			r.hold(terms...)
		default:
			r.fail(Finding{Place: t.where(total, c), Rule: "total", Quote: t.name, Says: printed.text, Should: formatLike(printed, sum),
				Why: fmt.Sprintf("sum of %d rows", rows), Terms: terms})
		}
	}
}

var sumLeaf = regexp.MustCompile(`^(合计|小计|总计|计|总数|总量)$`)

// checkGroups compares a 合计 column with its sisters under the same head.
func (r *Report) checkGroups(t *table) {
	for c, d := range t.columns {
		cut := strings.LastIndex(d.label, "/")
		if cut < 0 || !d.additive || !sumLeaf.MatchString(d.label[cut+1:]) {
			continue
		}
		var sisters []int
		for o, other := range t.columns {
			if o != c && other.additive && strings.HasPrefix(other.label, d.label[:cut+1]) {
				sisters = append(sisters, o)
			}
		}
		if len(sisters) < 2 {
			continue
		}
		for row := t.body; row < len(t.cells); row++ {
			r.checkGroup(t, row, c, sisters)
		}
	}
}

func (r *Report) checkGroup(t *table, row, c int, sisters []int) {
	printed, ok := t.number(row, c)
	if !ok {
		return
	}
	sum, slack := 0.0, 0.0
	terms := []string{printed.place}
	for _, sister := range sisters {
		n, ok := t.number(row, sister)
		if !ok {
			continue
		}
		sum, slack = sum+n.value, slack+n.slack()
		terms = append(terms, n.place)
	}
	if printed.agrees(sum, slack) {
		r.hold(terms...)
		return
	}
	r.fail(Finding{Place: t.where(row, c), Rule: "group", Quote: t.name, Says: printed.text, Should: formatLike(printed, sum),
		Why: "sum of the columns beside it", Terms: terms})
}

// checkCellText checks sentences that stand in cells.
func (r *Report) checkCellText(t *table) {
	seen := map[string]bool{}
	for row := range t.cells {
		for c, text := range t.cells[row] {
			if t.parsed[row][c].ok || len(text) < 12 || seen[text] || !numeral.MatchString(text) {
				continue
			}
			seen[text] = true
			r.checkText(text, t.place(row, c))
		}
	}
}
