package annex

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"tongbao/dashboards/document"
)

// writePlan writes the plan table: merged two-row head, a row per part, a total row of live formulas, legend and notes.
func (w *writer) writePlan(plan PlanTable) error {
	if err := w.book.SetSheetName("Sheet1", planSheet); err != nil {
		return err
	}
	for _, step := range []func(PlanTable) error{w.planHead, w.planRows, w.planTotal, w.planFormats, w.planNotes, w.planLayout} {
		if err := step(plan); err != nil {
			return fmt.Errorf("%s: %w", planSheet, err)
		}
	}
	return nil
}

func shown(plan PlanTable) int {
	n := 0
	for _, column := range plan.Columns {
		if !column.help {
			n++
		}
	}
	return n
}

func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "A1"
	}
	return name
}

func (w *writer) planHead(plan PlanTable) error {
	if err := w.head(planSheet, w.title(), shown(plan)); err != nil {
		return err
	}
	if err := w.put(planSheet, 1, 2, w.subtitle(), w.styles.subtitle); err != nil {
		return err
	}
	if err := w.book.MergeCell(planSheet, "A2", cellName(shown(plan), 2)); err != nil {
		return err
	}
	for c := 0; c < len(plan.Columns); {
		group, _, grouped := strings.Cut(plan.Columns[c].Head, "/")
		style := w.styles.head
		if plan.Columns[c].help {
			style = w.styles.helpHead
		}
		if !grouped || group == "上报时间" {
			if err := w.mergedHead(c+1, 3, c+1, 4, plan.Columns[c].Head, style); err != nil {
				return err
			}
			c++
			continue
		}
		from := c
		for c < len(plan.Columns) && strings.HasPrefix(plan.Columns[c].Head, group+"/") {
			_, leaf, _ := strings.Cut(plan.Columns[c].Head, "/")
			if err := w.put(planSheet, c+1, 4, leaf, style); err != nil {
				return err
			}
			c++
		}
		if err := w.mergedHead(from+1, 3, c, 3, group, style); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) mergedHead(left, top, right, bottom int, text string, style int) error {
	if err := w.put(planSheet, left, top, text, style); err != nil {
		return err
	}
	if err := w.book.SetCellStyle(planSheet, cellName(left, top), cellName(right, bottom), style); err != nil {
		return err
	}
	return w.book.MergeCell(planSheet, cellName(left, top), cellName(right, bottom))
}

func (w *writer) planRows(plan PlanTable) error {
	for r, row := range plan.Rows {
		for c, value := range row {
			if err := w.planCell(plan.Columns[c], c+1, firstRow+r, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) planCell(column Column, c, r int, value Value) error {
	if value.Number == nil {
		style := w.styles.cell
		if column.Kind == Text {
			style = w.textStyle(value.Text)
		}
		return w.put(planSheet, c, r, document.Visible(value.Text), style)
	}
	style := map[Kind]int{Count: w.styles.count, Percent: w.styles.percent, Points: w.styles.points, Wanyuan: w.styles.wanyuan}[column.Kind]
	switch {
	case column.Head == "序号":
		style = w.styles.cell
	case value.Small && column.Kind == Percent:
		style = w.styles.smallPercent
	}
	w.source(c, r, value)
	return w.put(planSheet, c, r, *value.Number, style)
}

func (w *writer) source(c, r int, value Value) {
	if value.Source != "" && value.Number != nil {
		w.sources = append(w.sources, [4]any{planSheet, cellName(c, r), value.Source, *value.Number})
	}
}

// planTotal writes the total row as formulas over the rows above, each with the figure as its saved value.
func (w *writer) planTotal(plan PlanTable) error {
	at := firstRow + len(plan.Rows)
	places := map[string]string{}
	for c, column := range plan.Columns {
		places[column.Head] = cellName(c+1, at)
	}
	for c, column := range plan.Columns {
		style := map[Kind]int{Text: w.styles.totalText, Count: w.styles.total, Percent: w.styles.totalPercent, Points: w.styles.totalPoints, Wanyuan: w.styles.totalWanyuan}[column.Kind]
		value := plan.Total[c]
		var content any = value.Text
		if value.Number != nil {
			content = *value.Number
			w.source(c+1, at, value)
		}
		if err := w.put(planSheet, c+1, at, content, style); err != nil {
			return err
		}
		formula := totalFormula(column, c+1, at, places, plan.Pace)
		if formula == "" || value.Number == nil || column.total.sum && !plan.isWhole(c) {
			continue
		}
		if err := w.book.SetCellFormula(planSheet, cellName(c+1, at), formula); err != nil {
			return err
		}
	}
	return nil
}

// isWhole says whether every row has a number in a column, so that the total is their sum.
func (plan PlanTable) isWhole(column int) bool {
	return !slices.ContainsFunc(plan.Rows, func(row []Value) bool { return row[column].Number == nil })
}

func totalFormula(column Column, c, at int, places map[string]string, pace [2]int) string {
	switch {
	case column.total.sum:
		return fmt.Sprintf("SUM(%s:%s)", cellName(c, firstRow), cellName(c, at-1))
	case column.total.pace:
		num, den := places[column.total.num], places[column.total.den]
		return fmt.Sprintf(`IF(%s=0,"—",%s/%s-%d/%d)`, den, num, den, pace[0], pace[1])
	case column.total.num != "":
		num, den := places[column.total.num], places[column.total.den]
		return fmt.Sprintf(`IF(%s=0,"—",%s/%s)`, den, num, den)
	}
	return ""
}

// Colours of the conditional formats: blue and orange, told apart by those who confuse red and green, and each with a sign
// (the value's own plus or minus) for those who see none.
const (
	ahead  = "CFE2F3"
	behind = "FCE4D6"
)

func (w *writer) planFormats(plan PlanTable) error {
	good, err := w.book.NewConditionalStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{ahead}}})
	if err != nil {
		return err
	}
	bad, err := w.book.NewConditionalStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{behind}}})
	if err != nil {
		return err
	}
	for c, column := range plan.Columns {
		limit := ""
		switch column.Head {
		case "序时进度差":
			limit = "0"
		case "重点占比":
			limit = w.goal("A5")
		case "双随机占比":
			limit = w.goal("A6")
		}
		if limit == "" {
			continue
		}
		area := cellName(c+1, firstRow) + ":" + cellName(c+1, firstRow+len(plan.Rows)-1)
		first := cellName(c+1, firstRow)
		if err := w.book.SetConditionalFormat(planSheet, area, []excelize.ConditionalFormatOptions{
			{Type: "formula", Criteria: fmt.Sprintf("AND(ISNUMBER(%s),%s<%s)", first, first, limit), Format: &bad},
			{Type: "formula", Criteria: fmt.Sprintf("AND(ISNUMBER(%s),%s>=%s)", first, first, limit), Format: &good},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) goal(metric string) string {
	if m, ok := w.in.Mart.Metric(metric); ok && m.Goal != nil {
		return fmt.Sprint(*m.Goal)
	}
	return ""
}

func (w *writer) planNotes(plan PlanTable) error {
	at := firstRow + len(plan.Rows) + 2
	legend := []struct{ colour, text string }{
		{ahead, "蓝底：不低于序时进度，或达到要求（重点占比60%、双随机占比30%）"},
		{behind, "橙底：低于序时进度，或未达到要求"},
		{"F2F2F2", "灰底：基数不足" + w.in.Mart.Parameter("min_base") + "，比率仅供参考，不作比较"},
	}
	for i, entry := range legend {
		style, err := w.book.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{entry.colour}}})
		if err != nil {
			return err
		}
		if err := w.book.SetCellStyle(planSheet, cellName(1, at+i), cellName(1, at+i), style); err != nil {
			return err
		}
		if err := w.put(planSheet, 2, at+i, entry.text, w.styles.note); err != nil {
			return err
		}
		if err := w.book.MergeCell(planSheet, cellName(2, at+i), cellName(shown(plan), at+i)); err != nil {
			return err
		}
	}
	notes := []string{
		"注：1.年度计划、累计完成、完成率和序时进度差为期末时点数；检查家次至系统录入率为1月1日起累计数；本季应完成、本季完成为当季数。",
		"　　2.合计行为公式；双随机占比、复发率、系统录入率的合计由右侧折叠的计算列得出。每个数字的出处见“" + sourceSheet + "”。",
		"　　3.检查家次、处罚次数和罚款只反映工作量，按行政区划顺序排列，不排名。“—”为无基数。",
	}
	for c, column := range plan.Columns {
		if column.total.sum && !plan.isWhole(c) {
			notes = append(notes, "　　4.本季完成的重点、一般分列统计到市（地），县（市、区）不分列，合计为本地区的数。")
			break
		}
	}
	for i, text := range notes {
		row := at + len(legend) + i
		if err := w.put(planSheet, 1, row, text, w.styles.note); err != nil {
			return err
		}
		if err := w.book.MergeCell(planSheet, cellName(1, row), cellName(shown(plan), row)); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) planLayout(plan PlanTable) error {
	for c, column := range plan.Columns {
		name, err := excelize.ColumnNumberToName(c + 1)
		if err != nil {
			return err
		}
		if err := w.book.SetColWidth(planSheet, name, name, column.Width); err != nil {
			return err
		}
		if column.help {
			if err := w.book.SetColOutlineLevel(planSheet, name, 1); err != nil {
				return err
			}
			if err := w.book.SetColVisible(planSheet, name, false); err != nil {
				return err
			}
		}
	}
	for r := range len(plan.Rows) + 1 {
		if err := w.book.SetRowHeight(planSheet, firstRow+r, 21); err != nil {
			return err
		}
	}
	for _, height := range []struct {
		row int
		pt  float64
	}{{2, 20}, {3, 24}, {4, 30}} {
		if err := w.book.SetRowHeight(planSheet, height.row, height.pt); err != nil {
			return err
		}
	}
	if err := w.book.SetPanes(planSheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: firstRow - 1, TopLeftCell: cellName(3, firstRow), ActivePane: "bottomRight"}); err != nil {
		return err
	}
	return w.page(planSheet, firstRow-1, a3, true)
}
