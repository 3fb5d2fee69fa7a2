package document

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
