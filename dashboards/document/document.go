package document

import (
	"slices"
	"strings"
)

// Run is a stretch of text of one origin. Source is empty for plain words, else what the text was taken from:
// a figure id (`A1.2020Q1.230000`), `parameter:recurrence_days`, `period:2020Q1`, `list:open_major`.
type Run struct {
	Text   string
	Source string
}

// Style says what a paragraph is; each writer knows how that looks.
type Style int

// The paragraphs an official document is made of.
const (
	Body             Style = iota
	Heading1               // 一、
	Heading2               // (一)
	Heading3               // 1.
	TableCaption           // 表1 …
	TableNote              // 注:…
	AnnexMark              // 附件1
	AnnexTitle             // title of an annex, centred
	AnnexList              // 附件:1.… in the body
	AnnexListFurther       // the following lines of that list
)

// Paragraph is one paragraph. Its text is that of its runs in order.
type Paragraph struct {
	Style Style
	Runs  []Run
}

// Align is the horizontal place of a cell's text.
type Align int

// Cell alignments. Numbers stand right, names left, heads and short words centred.
const (
	Left Align = iota
	Center
	Right
)

// Cell is one cell of a table; Columns and Rows are its spans (0 counts as 1).
// In a header row, cells hidden under the span of another are left out, as in HTML.
type Cell struct {
	Runs    []Run
	Align   Align
	Columns int
	Rows    int
}

// Table is a table with a header that is repeated on each page. Widths are relative. Total is the index of the total row, or -1.
type Table struct {
	Caption string
	Summary string // alternative text
	Widths  []int
	Header  [][]Cell
	Rows    [][]Cell
	Total   int
	Notes   []Paragraph
	Dense   bool // smaller type, for wide tables
}

// Series is one series of a chart; a nil value is a gap. Sources run parallel to Values.
type Series struct {
	Name    string
	Line    bool
	Values  []*float64
	Sources []string
}

// Chart is a column chart, some series of which may be lines. Values are fractions when Percent is set.
type Chart struct {
	Title       string
	Alternative string // what the picture says, for those who cannot see it
	Percent     bool
	Categories  []string
	Series      []Series
}

// OnlyLines says whether the chart has no columns: a trend, whose lines have points of their own.
func (c Chart) OnlyLines() bool {
	return !slices.ContainsFunc(c.Series, func(s Series) bool { return !s.Line })
}

// Block is a Paragraph, a Table or a Chart.
type Block interface{ block() }

func (Paragraph) block() {}
func (Table) block()     {}
func (Chart) block()     {}

// Section is a stretch of pages of one orientation; it begins on a new page.
type Section struct {
	Landscape bool
	Blocks    []Block
}

// Document is a notice: inline fields (title, number, addressee, …) by name, the body, and the annexes.
type Document struct {
	Fields  map[string][]Run
	Body    []Block
	Annexes []Section
	Title   string // for the file's properties
	Subject string // period, cut-off and data version, for the file's properties
	Created string // RFC 3339, for the file's properties: the cut-off, never today
}

// Text is the text of runs put together.
func Text(runs []Run) string {
	var text strings.Builder
	for _, run := range runs {
		text.WriteString(run.Text)
	}
	return text.String()
}

// Plain makes runs of words that carry no figure.
func Plain(text string) []Run { return []Run{{Text: text}} }

// Words makes a body paragraph of words that carry no figure.
func Words(style Style, text string) Paragraph { return Paragraph{Style: style, Runs: Plain(text)} }
