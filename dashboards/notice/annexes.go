package notice

import (
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tongbao/dashboards"
	"tongbao/dashboards/annex"
	"tongbao/dashboards/document"
)

// linesPrinted is how many lines of a list the Word file holds; the workbook holds all, and the notice says so.
const linesPrinted = 30

func annexTitles(year int) []string {
	return []string{fmt.Sprintf("%d年度执法计划完成情况统计表", year), "未检重点企业清单", "同类问题反复出现清单", "重复检查清单", "指标口径与数据质量说明"}
}

// listTable is a list as far as it is printed.
type listTable struct {
	list  annex.List
	known bool // the version has it
	total int64
	firms map[any]bool // codes of the enterprises in it; nil where each line is one of its own
	lines [][]any
}

func (c *composer) readListTables() error {
	for i, to := range []*listTable{&c.lists.uninspected, &c.lists.repeats, &c.lists.pairs} {
		to.list = annex.PrintedLists()[i]
		if err := c.readList(to); err != nil {
			return fmt.Errorf("mart.%s: %w", to.list.Table, err)
		}
	}
	c.lists.restated.list = annex.List{Table: "restatement", Title: "更正对照表", Columns: []annex.ListColumn{
		{Column: "figure_id", Head: "图元编号", Width: 26}, {Column: "old_value", Head: "原通报", Width: 8}, {Column: "new_value", Head: "更正为", Width: 8},
		{Column: "cause", Head: "原因", Width: 8}, {Column: "late_rows", Head: "涉及行数", Width: 6},
		{Column: "source_rows", Head: "来源行", Width: 24}}}
	if !c.m.HasTable("restatement") {
		return nil
	}
	return c.readRestatements()
}

func (c *composer) annexInput() annex.Input {
	return annex.Input{DB: c.in.DB, Mart: c.m, Period: c.p, Version: c.in.Version, Office: c.in.Office.Name, Region: c.province()}
}

func (c *composer) readList(to *listTable) error {
	var err error
	firm := -1
	if to.list.Table == "list_repeat" { // an enterprise may repeat faults of several classes
		firm = slices.IndexFunc(to.list.Columns, func(column annex.ListColumn) bool { return column.Column == "uscc" })
		to.firms = map[any]bool{}
	}
	to.total, to.known, err = annex.ListRows(c.annexInput(), c.each, to.list, func(values []any) error {
		if firm >= 0 {
			to.firms[values[firm]] = true
		}
		if len(to.lines) < linesPrinted {
			to.lines = append(to.lines, values)
		}
		return nil
	})
	return err
}

// readRestatements reads what later data changed in quarters already signed off, since the quarter before this one.
func (c *composer) readRestatements() error {
	causes := map[string]string{"late_rows": "补报数据", "changed_rows": "数据更正", "definition": "口径调整", "parameters": "参数调整"}
	to := &c.lists.restated
	to.known = true
	rows, sources := "late_rows", "''"
	if c.m.HasColumn("restatement", "changed_rows") { // a version of an older program has neither
		rows, sources = "late_rows + changed_rows", "coalesce(source_rows, '')"
	}
	return c.each(`select figure_id, metric, old_value, new_value, cause, `+rows+`, `+sources+` from mart.restatement
		where region_code = ? and scope = 'all' and period < ? order by period, metric, span`, func(rows *sql.Rows) error {
		var id, metric, cause, sources string
		var before, after *float64
		var late *int64
		if err := rows.Scan(&id, &metric, &before, &after, &cause, &late, &sources); err != nil {
			return err
		}
		if word, ok := causes[cause]; ok {
			cause = word
		}
		to.total++
		if len(to.lines) < linesPrinted {
			line := []any{id, c.worded(metric, before), c.worded(metric, after), cause, nil, sources}
			if late != nil {
				line[4] = float64(*late)
			}
			to.lines = append(to.lines, line)
		}
		return nil
	}, c.province(), c.p.Name)
}

// worded prints a value by its metric's unit.
func (c *composer) worded(metric string, value *float64) string {
	if value == nil {
		return dashboards.NoFigure
	}
	m, _ := c.m.Metric(metric)
	switch m.Unit {
	case "ratio", "probability":
		return dashboards.PercentOf(*value, 1)
	case "points":
		return signedPoints(*value) + "个百分点"
	case "yuan":
		return dashboards.Number(*value/10000, 2) + "万元"
	case "count":
		return dashboards.Number(*value, 0)
	}
	return dashboards.Number(*value, 1)
}

// table prints a list; caption may be empty.
func (l listTable) table(c *composer, caption string) document.Table {
	t := document.Table{Caption: caption, Summary: l.list.Title, Total: -1, Dense: true, Widths: []int{4}}
	heads := []document.Cell{{Runs: document.Plain("序号"), Align: document.Center}}
	for _, column := range l.list.Columns {
		heads = append(heads, document.Cell{Runs: document.Plain(column.Head), Align: document.Center})
		t.Widths = append(t.Widths, int(column.Width))
	}
	t.Header = [][]document.Cell{heads}
	for i, line := range l.lines {
		cells := []document.Cell{{Runs: document.Plain(strconv.Itoa(i + 1)), Align: document.Center}}
		for _, value := range line {
			switch v := value.(type) {
			case nil:
				cells = append(cells, document.Cell{})
			case float64:
				cells = append(cells, document.Cell{Align: document.Right, Runs: []document.Run{{Text: dashboards.Number(v, 0), Source: "list:" + strings.TrimPrefix(l.list.Table, "list_")}}})
			default:
				cells = append(cells, document.Cell{Runs: document.Plain(fmt.Sprint(v))})
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// cutNote says how much of a list is not printed; empty when all is.
func (l listTable) cutNote() []document.Block {
	if l.total <= int64(len(l.lines)) {
		return nil
	}
	source := "list:" + strings.TrimPrefix(l.list.Table, "list_")
	runs := []document.Run{{Text: "注：共"}, {Text: dashboards.Count(l.total), Source: source}, {Text: "行"}}
	if l.firms != nil {
		runs = append(runs, document.Run{Text: "，涉及企业"}, document.Run{Text: dashboards.Count(int64(len(l.firms))), Source: source}, document.Run{Text: "家"})
	}
	runs = append(runs, document.Run{Text: fmt.Sprintf("，此处列前%d行，全部见所附工作簿annex.xlsx的“%s”。", len(l.lines), l.list.Sheet)})
	return []document.Block{document.Paragraph{Style: document.TableNote, Runs: runs}}
}

// annexes are the annexes of the notice: the wide ones on landscape pages.
func (c *composer) annexes() ([]document.Section, error) {
	plan, err := annex.BuildPlan(c.ctx, c.annexInput())
	if err != nil {
		return nil, err
	}
	titles := annexTitles(c.p.Year)
	sections := []document.Section{{Landscape: true, Blocks: append(annexHead(1, titles[0]),
		c.planTable(plan, "（一）计划及完成情况", 0, 18), c.planTable(plan, "（二）检查、整改及上报情况（1月1日起累计）", 18, 32))}}
	for i, list := range []listTable{c.lists.uninspected, c.lists.repeats, c.lists.pairs} {
		blocks := annexHead(i+2, titles[i+1])
		switch {
		case !list.known:
			blocks = append(blocks, document.Words(document.Body, "本数据版本未提供此清单。"))
		case list.total == 0:
			blocks = append(blocks, document.Words(document.Body, "本期无。"))
		default:
			blocks = append(append(blocks, list.cutNote()...), list.table(c, ""))
		}
		sections = append(sections, document.Section{Landscape: true, Blocks: blocks})
	}
	return append(sections, document.Section{Blocks: append(annexHead(5, titles[4]), c.definitions()...)}), nil
}

func annexHead(number int, title string) []document.Block {
	return []document.Block{
		document.Words(document.AnnexMark, fmt.Sprintf("附件%d", number)),
		document.Words(document.AnnexTitle, title),
	}
}

// widestPrinted bounds a column of words on paper; it wraps there.
const widestPrinted = 20

// planTable prints columns from…to of the plan table beside 地区.
func (c *composer) planTable(plan annex.PlanTable, caption string, from, to int) document.Table {
	picked := []int{1}
	for i := max(2, from); i < to && i < len(plan.Columns); i++ {
		picked = append(picked, i)
	}
	var heads []string
	t := document.Table{Caption: caption, Summary: caption, Dense: true, Total: len(plan.Rows)}
	for _, i := range picked {
		head := plan.Columns[i].Head
		if strings.HasPrefix(head, "上报时间/") {
			head = "上报时间及是否迟报"
		}
		if head == "序时进度差" {
			head = "序时进度差（百分点）"
		}
		heads = append(heads, head)
		t.Widths = append(t.Widths, int(min(plan.Columns[i].Width, widestPrinted)*2))
	}
	t.Header = headerRows(heads)
	for _, row := range append(plan.Rows[:len(plan.Rows):len(plan.Rows)], plan.Total) {
		var cells []document.Cell
		for _, i := range picked {
			cells = append(cells, planCell(plan.Columns[i], row[i]))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func planCell(column annex.Column, value annex.Value) document.Cell {
	if value.Number == nil || value.Small && column.Kind == annex.Percent {
		text := value.Text
		if value.Number != nil {
			text = dashboards.NoFigure
		}
		align := document.Left
		if text == dashboards.NoFigure {
			align = document.Right
		}
		return document.Cell{Align: align, Runs: document.Plain(text)}
	}
	text := dashboards.Number(*value.Number, 0)
	switch column.Kind {
	case annex.Percent:
		text = dashboards.PercentOf(*value.Number, 1)
	case annex.Points:
		text = signedPoints(*value.Number)
	case annex.Wanyuan:
		text = dashboards.Number(*value.Number, 2)
	}
	return numberCell(text, value.Source)
}

// definitions are annex five: what each indicator means, the parameters, and how fresh each city's data are.
func (c *composer) definitions() []document.Block {
	metrics := document.Table{Caption: "（一）指标口径", Summary: "指标编号、名称、口径和依据", Total: -1, Dense: true, Widths: []int{6, 15, 44, 20},
		Header: [][]document.Cell{{head("编号"), head("指标"), head("口径"), head("依据")}}}
	for _, m := range c.m.Metrics {
		metrics.Rows = append(metrics.Rows, []document.Cell{words(m.ID), words(m.TitleZH), words(m.DefinitionZH), words(m.Basis)})
	}
	parameters := document.Table{Caption: "（二）参数", Summary: "计算所用参数", Total: -1, Dense: true, Widths: []int{34, 36, 20},
		Header: [][]document.Cell{{head("参数"), head("取值"), head("代号")}}}
	for _, p := range c.m.Parameters {
		if p.Value == "" {
			continue
		}
		parameters.Rows = append(parameters.Rows, []document.Cell{words(p.Note), words(c.parameterText(p)), words(p.Name)})
	}
	blocks := []document.Block{
		c.say("数据截止%s，数据版本%s。比率保留一位小数，由分子、分母直接计算；两个比率之差由未舍入的数计算，与所列比率相减可能相差0.1个百分点；基数不足%s的比率不列出、不比较。", c.cutOff(), c.in.Version, c.minBase()).paragraph(),
		metrics, parameters,
	}
	if len(c.lists.freshness) > 0 {
		fresh := document.Table{Caption: "（三）各地数据报送情况", Summary: "各地文件数和最近报送时间", Total: -1, Dense: true, Widths: []int{30, 14, 30},
			Header: [][]document.Cell{{head("地区"), head("文件数"), head("最近报送时间")}}}
		for _, f := range c.lists.freshness {
			name := c.m.RegionName(f.region)
			if f.region == "" {
				name = "未注明地区"
			}
			fresh.Rows = append(fresh.Rows, []document.Cell{words(name), numberCell(dashboards.Count(f.files), "list:file"), words(f.last.Format("2006-01-02 15:04"))})
		}
		blocks = append(blocks, fresh)
	}
	return blocks
}

// parameterText words a parameter's value as an office says it.
func (c *composer) parameterText(p dashboards.Parameter) string {
	switch p.Name {
	case "cut_off":
		return c.cutOff()
	case "exempt_kinds":
		kinds := strings.Split(p.Value, ";")
		for i, kind := range kinds {
			kinds[i] = c.m.Word("kind", kind)
		}
		return strings.Join(kinds, "、")
	}
	return p.Value
}

func head(text string) document.Cell {
	return document.Cell{Align: document.Center, Runs: document.Plain(text)}
}
func words(text string) document.Cell { return document.Cell{Runs: document.Plain(text)} }
