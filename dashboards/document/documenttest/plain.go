package documenttest

import (
	"strings"

	"tongbao/dashboards/document"
)

// PlainText is the document as lines of text: paragraphs as they are, table rows with tabs between cells.
func PlainText(d document.Document) string {
	var text strings.Builder
	EachBlock(d, func(block document.Block) {
		switch b := block.(type) {
		case document.Paragraph:
			text.WriteString(document.Text(b.Runs) + "\n")
		case document.Table:
			text.WriteString(b.Caption + "\n")
			for _, row := range append(flatten(b.Header), b.Rows...) {
				cells := make([]string, len(row))
				for i, cell := range row {
					cells[i] = document.Text(cell.Runs)
				}
				text.WriteString(strings.Join(cells, "\t") + "\n")
			}
			for _, note := range b.Notes {
				text.WriteString(document.Text(note.Runs) + "\n")
			}
		case document.Chart:
			text.WriteString("〔图〕" + b.Title + "\n")
		}
	})
	return text.String()
}

// flatten joins the header rows of a table into one: a head under a spanning head reads `parent/child`.
func flatten(header [][]document.Cell) [][]document.Cell {
	if len(header) < 2 {
		return header
	}
	grid := document.Grid(header)
	joined := make([]document.Cell, len(grid[0]))
	for column := range grid[0] {
		var words []string
		for row := range grid {
			word := document.Text(grid[row][column].Runs)
			if len(words) == 0 || words[len(words)-1] != word {
				words = append(words, word)
			}
		}
		joined[column] = document.Cell{Runs: document.Plain(strings.Join(words, "/")), Align: document.Center}
	}
	return [][]document.Cell{joined}
}

// EachBlock calls visit for every block of the document in reading order.
func EachBlock(d document.Document, visit func(document.Block)) {
	for _, block := range d.Body {
		visit(block)
	}
	for _, section := range d.Annexes {
		for _, block := range section.Blocks {
			visit(block)
		}
	}
}

// EachRun calls visit for every run of fields (in the order of names), paragraphs and tables in reading order.
func EachRun(d document.Document, visit func(document.Run)) {
	each := func(runs []document.Run) {
		for _, run := range runs {
			visit(run)
		}
	}
	EachBlock(d, func(block document.Block) {
		switch b := block.(type) {
		case document.Paragraph:
			each(b.Runs)
		case document.Table:
			for _, rows := range [][][]document.Cell{b.Header, b.Rows} {
				for _, row := range rows {
					for _, cell := range row {
						each(cell.Runs)
					}
				}
			}
			for _, note := range b.Notes {
				each(note.Runs)
			}
		}
	})
}
