package notice

import (
	"strings"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// row is a line of a table of regions: a city, the province's own agencies, or the total.
type row struct {
	code, scope, name string
}

// rows are the cities in administrative order, before them the province itself where its agencies have any of the metrics, and
// after them what belongs to no city, where the metrics have that.
func (c *composer) rows(metrics ...string) []row {
	var rows []row
	own, rest := false, false
	for _, metric := range metrics {
		f := c.get(metric, dashboards.SpanQuarter, c.province(), dashboards.ScopeOwn)
		own = own || f.ok && (f.Den > 0 || f.NumCents != 0)
		rest = rest || c.get(metric, dashboards.SpanQuarter, c.province(), dashboards.ScopeRest).ok
	}
	if own {
		rows = append(rows, row{c.province(), dashboards.ScopeOwn, "省本级"})
	}
	for _, city := range c.m.Cities() {
		rows = append(rows, row{city.Code, dashboards.ScopeAll, city.Name})
	}
	if rest {
		rows = append(rows, row{c.province(), dashboards.ScopeRest, dashboards.RestName})
	}
	return rows
}

func (c *composer) total() row { return row{c.province(), dashboards.ScopeAll, "合计"} }

// tableColumn makes one cell per row.
type tableColumn struct {
	head  string // heads joined by "/"
	width int
	cell  func(r row) document.Cell
}

func (c *composer) table(caption, summary string, columns []tableColumn, rows []row, notes ...document.Paragraph) document.Table {
	t := document.Table{Caption: caption, Summary: summary, Total: len(rows), Notes: notes}
	t.Widths = append(t.Widths, 7)
	heads := []string{"地区"}
	for _, column := range columns {
		t.Widths = append(t.Widths, column.width)
		heads = append(heads, column.head)
	}
	t.Header = headerRows(heads)
	for _, r := range append(append([]row(nil), rows...), c.total()) {
		align := document.Left
		if r.name == "合计" {
			align = document.Center
		}
		cells := []document.Cell{{Runs: document.Plain(r.name), Align: align}}
		for _, column := range columns {
			cells = append(cells, column.cell(r))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// headerRows turns heads such as 计划/重点 into two rows of spanning cells.
func headerRows(heads []string) [][]document.Cell {
	var top, bottom []document.Cell
	for i := 0; i < len(heads); {
		group, _, grouped := strings.Cut(heads[i], "/")
		if !grouped {
			top = append(top, document.Cell{Runs: document.Plain(heads[i]), Rows: 2, Align: document.Center})
			i++
			continue
		}
		span := 0
		for i < len(heads) && strings.HasPrefix(heads[i], group+"/") {
			bottom = append(bottom, document.Cell{Runs: document.Plain(strings.TrimPrefix(heads[i], group+"/")), Align: document.Center})
			span++
			i++
		}
		top = append(top, document.Cell{Runs: document.Plain(group), Columns: span, Align: document.Center})
	}
	if len(bottom) == 0 {
		for i := range top {
			top[i].Rows = 1
		}
		return [][]document.Cell{top}
	}
	return [][]document.Cell{top, bottom}
}

func numberCell(text, source string) document.Cell {
	return document.Cell{Align: document.Right, Runs: []document.Run{{Text: text, Source: source}}}
}

func dash() document.Cell {
	return document.Cell{Align: document.Right, Runs: document.Plain(dashboards.NoFigure)}
}

// numColumn and denColumn print counts; a ratio that does not exist has neither.
func (c *composer) numColumn(head string, width int, metric, span string) tableColumn {
	return tableColumn{head, width, func(r row) document.Cell {
		f := c.get(metric, span, r.code, r.scope)
		if metric == "E6" {
			return numberCell(dashboards.Wanyuan(f.NumCents), f.id)
		}
		return numberCell(f.num(), f.id)
	}}
}

func (c *composer) denColumn(head string, width int, metric, span string) tableColumn {
	return tableColumn{head, width, func(r row) document.Cell {
		f := c.get(metric, span, r.code, r.scope)
		return numberCell(f.den(), f.id)
	}}
}

// restColumn prints what is left of a ratio's base: 到期未整改.
func (c *composer) restColumn(head string, width int, metric, span string) tableColumn {
	return tableColumn{head, width, func(r row) document.Cell {
		f := c.get(metric, span, r.code, r.scope)
		return numberCell(dashboards.Count(f.Den-f.Num()), f.id)
	}}
}

func (c *composer) ratioColumn(head string, width int, metric, span string) tableColumn {
	return tableColumn{head, width, func(r row) document.Cell {
		f := c.get(metric, span, r.code, r.scope)
		if !f.ok || f.IsSmall && !c.isCensus(f) {
			return dash()
		}
		return numberCell(f.percent(), f.id)
	}}
}

// pointsColumn prints a signed difference in percentage points.
func (c *composer) pointsColumn(head string, width int, metric string) tableColumn {
	return tableColumn{head, width, func(r row) document.Cell {
		f := c.get(metric, dashboards.SpanAt, r.code, r.scope)
		if !f.ok || f.Value == nil {
			return dash()
		}
		return numberCell(signedPoints(*f.Value), f.id)
	}}
}

func signedPoints(value float64) string {
	points := dashboards.Points(value)
	if value < 0 && points != "0.0" {
		return "-" + points
	}
	return points
}

func note(text string) document.Paragraph { return document.Words(document.TableNote, text) }

func (c *composer) smallNote() document.Paragraph {
	return note("注：“—”为无基数，或基数不足" + c.minBase() + "不列比率。")
}
