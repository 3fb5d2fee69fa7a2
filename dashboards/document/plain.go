package document

import "strings"

// PlainText is the document as lines of text: paragraphs as they are, table rows with tabs between cells.
func (d Document) PlainText() string {
	var text strings.Builder
	d.EachBlock(func(block Block) {
		switch b := block.(type) {
		case Paragraph:
			text.WriteString(Text(b.Runs) + "\n")
		case Table:
			text.WriteString(b.Caption + "\n")
			for _, row := range append(flatten(b.Header), b.Rows...) {
				cells := make([]string, len(row))
				for i, cell := range row {
					cells[i] = Text(cell.Runs)
				}
				text.WriteString(strings.Join(cells, "\t") + "\n")
			}
			for _, note := range b.Notes {
				text.WriteString(Text(note.Runs) + "\n")
			}
		case Chart:
			text.WriteString("〔图〕" + b.Title + "\n")
		}
	})
	return text.String()
}

// flatten joins the header rows of a table into one: a head under a spanning head reads `parent/child`.
func flatten(header [][]Cell) [][]Cell {
	if len(header) < 2 {
		return header
	}
	grid := Grid(header)
	joined := make([]Cell, len(grid[0]))
	for column := range grid[0] {
		var words []string
		for row := range grid {
			word := Text(grid[row][column].Runs)
			if len(words) == 0 || words[len(words)-1] != word {
				words = append(words, word)
			}
		}
		joined[column] = Cell{Runs: Plain(strings.Join(words, "/")), Align: Center}
	}
	return [][]Cell{joined}
}

// Grid spreads spanning cells over every column and row they cover.
func Grid(rows [][]Cell) [][]Cell {
	width := 0
	for _, cell := range rows[0] {
		width += max(1, cell.Columns)
	}
	grid := make([][]Cell, len(rows))
	taken := make([][]bool, len(rows))
	for i := range rows {
		grid[i], taken[i] = make([]Cell, width), make([]bool, width)
	}
	for i, row := range rows {
		column := 0
		for _, cell := range row {
			for column < width && taken[i][column] {
				column++
			}
			for r := i; r < min(len(rows), i+max(1, cell.Rows)); r++ {
				for c := column; c < min(width, column+max(1, cell.Columns)); c++ {
					grid[r][c], taken[r][c] = cell, true
				}
			}
			column += max(1, cell.Columns)
		}
	}
	return grid
}
