package annex

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

const (
	planSheet   = "附件1"
	sourceSheet = "数据来源" // read by reconcile: sheet, cell, figure id, value
	metricSheet = "附件5 指标口径"
	// firstRow is where the rows of the plan table begin: below title, subtitle and two header rows.
	firstRow = 5
	// maxListRows is what a sheet can hold below its head; more would not open.
	maxListRows = 1_048_000
)

// Workbook writes the annex of a region as an .xlsx file. The same input gives the same bytes. A plan table that does not add up is a
// *dashboards.FaultError.
func Workbook(ctx context.Context, in Input) ([]byte, error) {
	plan, err := BuildPlan(ctx, in)
	if err != nil {
		return nil, err
	}
	if faults := plan.faults(); len(faults) > 0 {
		return nil, &dashboards.FaultError{Output: planSheet + " of " + in.Region, Faults: faults}
	}
	region, _ := in.Mart.Region(in.Region) // there, or there were no plan
	if in.foreign, err = in.Mart.ForeignAgencies(ctx, region); err != nil {
		return nil, err
	}
	w, err := newWriter(ctx, in)
	if err != nil {
		return nil, err
	}
	defer w.book.Close()
	for _, step := range []func() error{
		func() error { return w.writePlan(plan) },
		w.writeLists,
		w.writeMetrics,
		func() error { return w.writeSources(plan) },
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("annex of %s: %w", in.Period.Name, err)
		}
	}
	// the first sheet is the active one already; to say so would read every streamed sheet back into memory
	if err := w.book.SetDocProps(&excelize.DocProperties{Title: w.title(), Subject: in.Period.Name + " " + in.Version, Creator: "tongbao",
		Created: in.Mart.CutOff.Format("2006-01-02T15:04:05Z"), Modified: in.Mart.CutOff.Format("2006-01-02T15:04:05Z"), Language: "zh-CN"}); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w.book.SetZipWriter(quickly) // steady packs it again
	if err := w.book.Write(&out); err != nil {
		return nil, err
	}
	return steady(out.Bytes(), w.quoted)
}

type writer struct {
	ctx     context.Context
	in      Input
	book    *excelize.File
	styles  styles
	quoted  int // the style whose cells never become formulas, even when edited
	sources [][4]any
}

type styles struct {
	title, subtitle, head, helpHead, text, quoted, count, percent, points, wanyuan int
	smallPercent, total, totalText, totalPercent, totalPoints, totalWanyuan        int
	note, link                                                                     int
	cell                                                                           int
}

func newWriter(ctx context.Context, in Input) (*writer, error) {
	w := &writer{ctx: ctx, in: in, book: excelize.NewFile()}
	if err := w.book.SetDefaultFont("宋体"); err != nil {
		return nil, err
	}
	border := []excelize.Border{}
	for _, side := range []string{"left", "top", "right", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	center := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	left := &excelize.Alignment{Horizontal: "left", Vertical: "center", WrapText: true}
	right := &excelize.Alignment{Horizontal: "right", Vertical: "center"}
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: "宋体", Size: size, Bold: bold, Color: colour}
	}
	format := func(code string) *string { return &code }
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}}
	s := &w.styles
	for _, style := range []struct {
		to *int
		is excelize.Style
	}{
		{&s.title, excelize.Style{Font: &excelize.Font{Family: "方正小标宋简体", Size: 18}, Alignment: center}},
		{&s.subtitle, excelize.Style{Font: font(10, false, "404040"), Alignment: left}},
		{&s.head, excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 10}, Alignment: center, Border: border, Fill: fill}},
		{&s.helpHead, excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 9, Color: "808080"}, Alignment: center, Border: border, Fill: grey}},
		{&s.text, excelize.Style{Font: font(10, false, "000000"), Alignment: left, Border: border, CustomNumFmt: format("@")}},
		{&s.cell, excelize.Style{Font: font(10, false, "000000"), Alignment: center, Border: border}},
		{&s.count, excelize.Style{Font: font(10, false, "000000"), Alignment: right, Border: border, CustomNumFmt: format("0")}},
		{&s.percent, excelize.Style{Font: font(10, false, "000000"), Alignment: right, Border: border, CustomNumFmt: format("0.0%")}},
		{&s.points, excelize.Style{Font: font(10, false, "000000"), Alignment: right, Border: border, CustomNumFmt: format("+0.0%;-0.0%;0.0%")}},
		{&s.wanyuan, excelize.Style{Font: font(10, false, "000000"), Alignment: right, Border: border, CustomNumFmt: format("0.00")}},
		{&s.smallPercent, excelize.Style{Font: font(10, false, "808080"), Alignment: right, Border: border, Fill: grey, CustomNumFmt: format("0.0%")}},
		{&s.total, excelize.Style{Font: font(10, true, "000000"), Alignment: right, Border: border, Fill: fill, CustomNumFmt: format("0")}},
		{&s.totalText, excelize.Style{Font: font(10, true, "000000"), Alignment: center, Border: border, Fill: fill}},
		{&s.totalPercent, excelize.Style{Font: font(10, true, "000000"), Alignment: right, Border: border, Fill: fill, CustomNumFmt: format("0.0%")}},
		{&s.totalPoints, excelize.Style{Font: font(10, true, "000000"), Alignment: right, Border: border, Fill: fill, CustomNumFmt: format("+0.0%;-0.0%;0.0%")}},
		{&s.totalWanyuan, excelize.Style{Font: font(10, true, "000000"), Alignment: right, Border: border, Fill: fill, CustomNumFmt: format("0.00")}},
		{&s.note, excelize.Style{Font: font(9, false, "404040"), Alignment: left}},
		{&s.link, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 10, Color: "1F5A99", Underline: "single"}, Alignment: left, Border: border}},
		// differs from text in its indent, so that excelize keeps it a style of its own
		{&s.quoted, excelize.Style{Font: font(10, false, "000000"), Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center", WrapText: true, Indent: 1}, Border: border, CustomNumFmt: format("@")}},
	} {
		id, err := w.book.NewStyle(&style.is)
		if err != nil {
			return nil, err
		}
		*style.to = id
	}
	w.quoted = s.quoted
	return w, nil
}

// textStyle is the style of a cell of words: what could be taken for a formula is marked as text for good.
func (w *writer) textStyle(text string) int {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return w.styles.quoted
	}
	return w.styles.text
}

func (w *writer) title() string {
	name := ""
	if w.in.Region != w.in.Mart.Province().Code {
		name = w.in.Mart.RegionName(w.in.Region)
	}
	return fmt.Sprintf("%s%d年度执法计划完成情况统计表", name, w.in.Period.Year)
}

func (w *writer) subtitle() string {
	p := w.in.Period
	return fmt.Sprintf("填报单位：%s　　统计期间：%s（1月1日至%d月%d日累计）　　数据截止：%s　　数据版本：%s",
		w.in.Office, p.Label(), int(p.D.Month()), p.D.Day(), w.cutOff(), w.in.Version)
}

// cutOff is the cut-off as printed: a day means its end.
func (w *writer) cutOff() string {
	at := w.in.Mart.CutOff
	if at.Hour() == 0 && at.Minute() == 0 || at.Hour() == 23 && at.Minute() == 59 {
		return at.Format("2006-01-02") + " 24:00"
	}
	return at.Format("2006-01-02 15:04")
}

// errOneIsThere ends the reading of a list at its first line.
var errOneIsThere = errors.New("a line is there")

// writeLists writes one sheet per list that the version has.
func (w *writer) writeLists() error {
	region, _ := w.in.Mart.Region(w.in.Region)
	for _, list := range Lists() {
		if !w.in.Mart.HasTable(list.Table) || !list.Covers(region.Level) {
			continue
		}
		if list.rare {
			switch _, _, err := ListRows(w.in, w.query, list, func([]any) error { return errOneIsThere }); {
			case err == nil:
				continue
			case !errors.Is(err, errOneIsThere):
				return fmt.Errorf("%s: %w", list.Sheet, err)
			}
		}
		if err := w.writeList(list.Sourced(w.in)); err != nil {
			return fmt.Errorf("%s: %w", list.Sheet, err)
		}
	}
	return nil
}

func (w *writer) writeList(list List) error {
	if _, err := w.book.NewSheet(list.Sheet); err != nil {
		return err
	}
	// what is set after a stream has begun is lost
	if err := w.page(list.Sheet, 2, a4, len(list.Columns) > 6); err != nil {
		return err
	}
	stream, err := w.book.NewStreamWriter(list.Sheet)
	if err != nil {
		return err
	}
	if err := stream.SetColWidth(1, 1, 6); err != nil {
		return err
	}
	for i, column := range list.Columns {
		if err := stream.SetColWidth(i+2, i+2, column.Width); err != nil {
			return err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(len(list.Columns) + 1)
	if err != nil {
		return err
	}
	if err := stream.SetRow("A1", []any{excelize.Cell{StyleID: w.styles.title, Value: list.Title + "（" + w.in.Period.Label() + "）"}}, excelize.RowOpts{Height: 30}); err != nil {
		return err
	}
	if err := stream.MergeCell("A1", last+"1"); err != nil {
		return err
	}
	heads := []any{excelize.Cell{StyleID: w.styles.head, Value: "序号"}}
	for _, column := range list.Columns {
		heads = append(heads, excelize.Cell{StyleID: w.styles.head, Value: column.Head})
	}
	if err := stream.SetRow("A2", heads, excelize.RowOpts{Height: 28}); err != nil {
		return err
	}
	row := 2
	total, _, err := ListRows(w.in, w.query, list, func(values []any) error {
		row++
		if row > maxListRows {
			return nil
		}
		cells := []any{excelize.Cell{StyleID: w.styles.cell, Value: row - 2}}
		for _, value := range values {
			cells = append(cells, w.listCell(value))
		}
		return stream.SetRow(fmt.Sprintf("A%d", row), cells, excelize.RowOpts{Height: list.height(values)})
	})
	if err != nil {
		return err
	}
	closing := fmt.Sprintf("共%d行。", total)
	if total == 0 {
		closing = "本期无。"
	} else if total > maxListRows-2 {
		closing = fmt.Sprintf("共%d行，一张工作表最多列%d行，其余请用数据库查询。", total, maxListRows-2)
	}
	closing += list.closing
	end := min(row, maxListRows) + 1
	if err := stream.MergeCell(fmt.Sprintf("A%d", end), fmt.Sprintf("%s%d", last, end)); err != nil {
		return err
	}
	if err := stream.SetRow(fmt.Sprintf("A%d", end), []any{excelize.Cell{StyleID: w.styles.note, Value: closing}}); err != nil {
		return err
	}
	if total > 0 {
		if err := w.book.AutoFilter(list.Sheet, fmt.Sprintf("A2:%s%d", last, min(row, maxListRows)), nil); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// Heights of a row, in points: of one line, and of each further one.
const (
	oneLine     = 15.0
	furtherLine = 13.0
	mostLines   = 30 // 409 points are the highest row there is
	// unitsOfWidth is how many half characters of list text, 10 points high, one unit of a column's width holds; units count in 11 points.
	unitsOfWidth = 1.12
)

// height is that of a row whose longest text is wrapped: spreadsheets do not fit rows that a program wrote.
func (l List) height(values []any) float64 {
	lines := 1
	for i, value := range values {
		text, ok := value.(string)
		if !ok {
			continue
		}
		width := 0
		for _, r := range text {
			if width++; r >= 0x2e80 {
				width++
			}
		}
		lines = max(lines, int(math.Ceil(float64(width)/(l.Columns[i].Width*unitsOfWidth))))
	}
	return oneLine + furtherLine*float64(min(lines, mostLines)-1)
}

func (w *writer) listCell(value any) any {
	switch v := value.(type) {
	case nil:
		return excelize.Cell{StyleID: w.styles.text}
	case float64:
		style := w.styles.count
		if v != float64(int64(v)) {
			style = w.styles.wanyuan
		}
		return excelize.Cell{StyleID: style, Value: v}
	case string:
		return excelize.Cell{StyleID: w.textStyle(v), Value: cut(document.Visible(v))}
	default:
		return excelize.Cell{StyleID: w.styles.text, Value: fmt.Sprint(v)}
	}
}

// longestCell is the longest text a cell can hold.
const longestCell = 32767

// cut shortens a text no cell can hold and says so at its end.
func cut(text string) string {
	runes := []rune(text)
	if len(runes) <= longestCell {
		return text
	}
	const mark = "…（超过单元格长度，已截断）"
	return string(runes[:longestCell-len([]rune(mark))]) + mark
}

// query is the database's query, row by row.
func (w *writer) query(text string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := w.in.DB.QueryContext(w.ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Paper sizes as spreadsheets number them.
const (
	a3 = 8
	a4 = 9
)

// page sets a sheet up for paper: one page wide, head rows repeated.
func (w *writer) page(sheet string, headRows, paper int, landscape bool) error {
	orientation := "portrait"
	if landscape {
		orientation = "landscape"
	}
	one, none := 1, 0
	if err := w.book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &one, FitToHeight: &none}); err != nil {
		return err
	}
	fit := true
	if err := w.book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	margin, side, centred := 0.6, 0.4, true
	if err := w.book.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Top: &margin, Bottom: &margin, Left: &side, Right: &side, Horizontally: &centred}); err != nil {
		return err
	}
	if err := w.book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C第 &P 页，共 &N 页"}); err != nil {
		return err
	}
	return w.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$%d", sheet, headRows), Scope: sheet})
}

// writeMetrics prints the definitions and parameters behind the numbers.
func (w *writer) writeMetrics() error {
	if _, err := w.book.NewSheet(metricSheet); err != nil {
		return err
	}
	rows := [][]string{{"指标", "名称", "口径", "依据"}}
	for _, metric := range w.in.Mart.Metrics {
		rows = append(rows, []string{metric.ID, metric.TitleZH, metric.DefinitionZH, metric.Basis})
	}
	rows = append(rows, []string{"", "", "", ""}, []string{"参数", "值", "说明", ""})
	heads := map[int]bool{0: true, len(rows) - 1: true}
	for _, parameter := range w.in.Mart.Parameters {
		rows = append(rows, []string{parameter.Name, parameter.Value, parameter.Note, ""})
	}
	for i, row := range rows {
		for c, text := range row {
			style := w.textStyle(text)
			if heads[i] {
				style = w.styles.head
			}
			if err := w.put(metricSheet, c+1, i+2, document.Visible(text), style); err != nil {
				return err
			}
		}
	}
	if err := w.head(metricSheet, "指标口径与参数", 4); err != nil {
		return err
	}
	for i, width := range []float64{18, 26, 80, 50} {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := w.book.SetColWidth(metricSheet, name, name, width); err != nil {
			return err
		}
	}
	return w.page(metricSheet, 2, a4, true)
}

func (w *writer) head(sheet, title string, columns int) error {
	last, err := excelize.CoordinatesToCellName(columns, 1)
	if err != nil {
		return err
	}
	if err := w.book.MergeCell(sheet, "A1", last); err != nil {
		return err
	}
	if err := w.put(sheet, 1, 1, title, w.styles.title); err != nil {
		return err
	}
	return w.book.SetRowHeight(sheet, 1, 32)
}

func (w *writer) put(sheet string, column, row int, value any, style int) error {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case string:
		err = w.book.SetCellStr(sheet, cell, cut(v))
	case nil:
	default:
		err = w.book.SetCellValue(sheet, cell, v)
	}
	if err != nil {
		return err
	}
	return w.book.SetCellStyle(sheet, cell, cell, style)
}

// writeSources names, for every number of the plan table, the figure it is; reconcile reads it back.
func (w *writer) writeSources(plan PlanTable) error {
	if _, err := w.book.NewSheet(sourceSheet); err != nil {
		return err
	}
	if err := w.page(sourceSheet, 1, a4, true); err != nil {
		return err
	}
	stream, err := w.book.NewStreamWriter(sourceSheet)
	if err != nil {
		return err
	}
	for i, width := range []float64{10, 10, 44, 14, 26, 70, 40} {
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	var heads []any
	for _, head := range []string{"工作表", "单元格", "图元编号", "数值", "指标", "口径", "依据"} {
		heads = append(heads, excelize.Cell{StyleID: w.styles.head, Value: head})
	}
	if err := stream.SetRow("A1", heads); err != nil {
		return err
	}
	for i, source := range w.sources {
		id := source[2].(string)
		metric, _ := w.in.Mart.Metric(strings.SplitN(id, ".", 2)[0])
		cells := []any{
			excelize.Cell{StyleID: w.styles.text, Value: source[0]},
			excelize.Cell{StyleID: w.styles.link, Formula: fmt.Sprintf(`HYPERLINK("#'%s'!%s","%s")`, source[0], source[1], source[1]), Value: source[1]},
			excelize.Cell{StyleID: w.styles.text, Value: id},
			excelize.Cell{StyleID: w.styles.cell, Value: source[3]},
			excelize.Cell{StyleID: w.styles.text, Value: metric.TitleZH},
			excelize.Cell{StyleID: w.styles.text, Value: metric.DefinitionZH},
			excelize.Cell{StyleID: w.styles.text, Value: metric.Basis},
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", i+2), cells); err != nil {
			return err
		}
	}
	return stream.Flush()
}

var _ dashboards.Queryer = (*sql.DB)(nil)
