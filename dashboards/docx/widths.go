package docx

import (
	"strings"

	"tongbao/dashboards/document"
)

// Type sizes of table text, in twips, as the styles have them.
const (
	cellSize      = 210
	denseCellSize = 180
	cellPadding   = 100
)

// need is what a column asks for: least keeps every number, date and code on one line, want every word.
type need struct{ least, want int }

// tableColumns shares a width out among the columns by what they hold. Where it does not suffice for all, the given weights tell.
func tableColumns(table document.Table, width int) []int {
	size := cellSize
	if table.Dense {
		size = denseCellSize
	}
	needs := make([]need, len(table.Widths))
	ask := func(cells []document.Cell, least, want func(text string) int) {
		at := 0
		for _, cell := range cells {
			span := max(1, cell.Columns)
			if span == 1 && at < len(needs) {
				text := document.Visible(document.Text(cell.Runs))
				needs[at].least = max(needs[at].least, least(text)+cellPadding)
				needs[at].want = max(needs[at].want, want(text)+cellPadding)
			}
			at += span
		}
	}
	if len(table.Header) > 0 {
		grid := document.Grid(table.Header)
		// a head may break after every three characters, and its column wants four lines at most
		ask(grid[len(grid)-1], func(text string) int { return min(textWidth(text, size), 2*size) }, func(text string) int { return max(min(textWidth(text, size), 3*size), textWidth(text, size)/4) })
	}
	for i, row := range table.Rows {
		size := size
		if i == table.Total { // bold
			size += size / 10
		}
		ask(row, func(text string) int { return max(longestWord(text, size), min(textWidth(text, size), 3*size)) }, func(text string) int { return min(textWidth(text, size), 18*size) })
	}
	if table.Total >= 0 && len(needs) > 0 { // names of places stay on one line
		for _, row := range table.Rows {
			needs[0].least = max(needs[0].least, min(textWidth(document.Visible(document.Text(row[0].Runs)), size), 7*size)+cellPadding)
		}
	}
	least, want := 0, 0
	for i := range needs {
		needs[i].want = max(needs[i].want, needs[i].least)
		least, want = least+needs[i].least, want+needs[i].want
	}
	weights := make([]int, len(needs))
	for i, n := range needs {
		switch {
		case least >= width: // too much for one line each: nobody gets all
			weights[i] = n.least
		case want >= width:
			weights[i] = n.least + (n.want-n.least)*(width-least)/max(1, want-least)
		default: // what is left goes by the weights given
			weights[i] = n.want + (width-want)*table.Widths[i]/max(1, sum(table.Widths))
		}
	}
	return columnWidths(weights, width)
}

// textWidth is the width of a text in type of a size; figures and Latin letters count as wide as in the widest faces that stand in
// for Times New Roman.
func textWidth(text string, size int) int {
	width := 0
	for _, r := range text {
		switch {
		case r >= 0x2e80:
			width += size
		case r == '.' || r == ',' || r == ':' || r == '-' || r == ' ':
			width += size * 38 / 100
		case r == '%' || r >= 'A' && r <= 'Z':
			width += size * 85 / 100
		default:
			width += size * 65 / 100
		}
	}
	return width
}

// longestWord is the widest stretch that must not break: a number, a date, a code.
func longestWord(text string, size int) int {
	longest := 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r >= 0x2e80 || r == ' ' }) {
		longest = max(longest, min(textWidth(word, size), 14*size))
	}
	return longest
}
