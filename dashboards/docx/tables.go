package docx

import (
	"fmt"
	"strings"

	"tongbao/dashboards/document"
)

// rowsKeptTogether is how many rows stay with the head of a table, and with its total and notes: a page that ends within a table
// shows more than a head, and the next one more than a total.
const rowsKeptTogether = 3

func (f *filler) writeTable(out *strings.Builder, table document.Table, width int) {
	if table.Caption != "" {
		f.writeParagraph(out, document.Words(document.TableCaption, table.Caption))
	}
	columns := tableColumns(table, width)
	fmt.Fprintf(out, `<w:tbl><w:tblPr><w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>`,
		f.styles["TongbaoTable"], sum(columns))
	fmt.Fprintf(out, `<w:tblCaption w:val="%s"/><w:tblDescription w:val="%s"/></w:tblPr><w:tblGrid>`, escape(document.Visible(table.Caption)), escape(document.Visible(table.Summary)))
	for _, column := range columns {
		fmt.Fprintf(out, `<w:gridCol w:w="%d"/>`, column)
	}
	out.WriteString(`</w:tblGrid>`)
	style := "TongbaoCell"
	if table.Dense {
		style = "TongbaoCellDense"
	}
	f.writeHeader(out, table.Header, columns, style+"Head")
	for i, row := range table.Rows {
		out.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		at, bold := 0, ""
		if i == table.Total {
			bold = `<w:b/><w:bCs/>`
		}
		keep := i+1 < rowsKeptTogether || i+rowsKeptTogether >= len(table.Rows)
		for _, cell := range row {
			span := max(1, cell.Columns)
			f.writeCell(out, cell, sum(columns[at:min(len(columns), at+span)]), "", style, bold, keep && (i+1 < len(table.Rows) || len(table.Notes) > 0))
			at += span
		}
		out.WriteString(`</w:tr>`)
	}
	out.WriteString(`</w:tbl>`)
	for _, note := range table.Notes {
		f.writeParagraph(out, note)
	}
}

// writeHeader writes header rows that repeat on every page; a cell that spans rows continues in the rows below as Word wants it.
func (f *filler) writeHeader(out *strings.Builder, header [][]document.Cell, columns []int, style string) {
	if len(header) == 0 {
		return
	}
	grid := document.Grid(header)
	for i := range grid {
		out.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
		for c := 0; c < len(grid[i]) && c < len(columns); {
			cell := grid[i][c]
			span := max(1, cell.Columns)
			merge := ""
			if cell.Rows > 1 {
				merge = `<w:vMerge/>`
				if i == 0 || document.Text(grid[i-1][c].Runs) != document.Text(cell.Runs) || grid[i-1][c].Rows != cell.Rows {
					merge = `<w:vMerge w:val="restart"/>`
				} else {
					cell = document.Cell{Columns: cell.Columns}
				}
			}
			cell.Align = document.Center
			f.writeCell(out, cell, sum(columns[c:min(len(columns), c+span)]), merge, style, "", true)
			c += span
		}
		out.WriteString(`</w:tr>`)
	}
}

func (f *filler) writeCell(out *strings.Builder, cell document.Cell, width int, merge, style, properties string, keep bool) {
	span := ""
	if cell.Columns > 1 {
		span = fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, cell.Columns)
	}
	align := map[document.Align]string{document.Left: "left", document.Center: "center", document.Right: "right"}[cell.Align]
	next := ""
	if keep {
		next = `<w:keepNext/>`
	}
	fmt.Fprintf(out, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s%s<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="%s"/>%s<w:jc w:val="%s"/></w:pPr>`,
		width, span, merge, f.styles[style], next, align)
	f.writeRuns(out, cell.Runs, properties)
	out.WriteString(`</w:p></w:tc>`)
}

// columnWidths shares a width out in proportion, every twip of it.
func columnWidths(weights []int, width int) []int {
	total := max(1, sum(weights))
	widths, used, weight := make([]int, len(weights)), 0, 0
	for i, w := range weights {
		weight += w
		widths[i] = width*weight/total - used
		used += widths[i]
	}
	return widths
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
