package cli

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// printTable draws rows under a header, with Chinese characters counted as two columns; a column whose header starts with > is set
// flush right.
func printTable(out io.Writer, header []string, rows [][]string) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.Style().Options.SeparateColumns = false
	t.Style().Options.DrawBorder = false
	columns := make([]table.ColumnConfig, len(header))
	line := make(table.Row, len(header))
	for i, name := range header {
		columns[i] = table.ColumnConfig{Number: i + 1}
		if len(name) > 0 && name[0] == '>' {
			name = name[1:]
			columns[i].Align, columns[i].AlignHeader = text.AlignRight, text.AlignRight
		}
		line[i] = name
	}
	t.SetColumnConfigs(columns)
	t.AppendHeader(line)
	for _, row := range rows {
		cells := make(table.Row, len(row))
		for i, cell := range row {
			cells[i] = cell
		}
		t.AppendRow(cells)
	}
	_, err := fmt.Fprintln(out, t.Render())
	return err
}
