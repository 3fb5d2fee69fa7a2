package dashboards

import (
	"fmt"
	"strconv"
	"strings"

	"tongbao/dashboards/chart"
)

// paceBlock is completion against the working-day line: the regions below it make the title.
func (s *site) paceBlock(p Period, peers peers) (*block, error) {
	regions, total, level := peers.regions, peers.total, peers.level
	if !s.anyFigure("A1", p, regions) {
		return nil, nil
	}
	share := Percent(int64(p.WorkdaysToD), int64(p.WorkdaysOfYear), 1)
	var bars []chart.Bar
	var behind []string
	judged := 0
	for _, r := range regions {
		f, ok := s.fig("A1", p, r.Code)
		pace, known := s.fig("A7", p, r.Code)
		c := s.figureCell("A1", p, r.Code)
		bar := chart.Bar{Name: peers.name(r), Label: c.Text, Value: s.plotted(f, ok), Tone: chart.Good}
		if ok {
			bar.Label += " (" + s.share(f) + ")"
		} else {
			bar.Tone = chart.Quiet
		}
		if known && pace.Value != nil {
			judged++
			if *pace.Value < 0 {
				bar.Tone = chart.Bad
				behind = append(behind, r.Short)
			}
		}
		bars = append(bars, bar)
	}
	line, _ := strconv.ParseFloat(share[:len(share)-1], 64)
	drawn := chart.Bars(bars, &chart.Reference{Value: line, Label: s.f("序时进度%s", share)}, 100, "%")
	title := s.f("各%s均不低于序时进度（%s）", s.t(level), share)
	switch {
	case judged == 0:
		title = s.f("没有可与序时进度（%s）比较的计划", share)
	case len(behind) == judged:
		title = s.f("有计划的%s均低于序时进度（%s）", s.t(level), share)
	case len(behind) > 0:
		title = s.f("%s个%s低于序时进度（%s）：%s", s.count(len(behind)), s.t(level), share, s.list(behind, 6))
	}
	f, ok := s.fig("A1", p, total.Code)
	t := &table{Caption: s.f("计划完成率与序时进度"), Columns: []column{{Label: s.t(level)}, {Label: s.t("有效计划（项）"), Numeric: true}, {Label: s.t("已完成（项）"), Numeric: true},
		{Label: s.title("A1"), Numeric: true}, {Label: s.t("与序时进度比较")}}}
	for _, r := range append(append([]Region{}, regions...), total) {
		a1, ok := s.fig("A1", p, r.Code)
		pace, known := s.fig("A7", p, r.Code)
		name, class := r.Name, ""
		if r.Code == total.Code {
			name, class = s.totalName(r), "total"
		}
		row := []cell{{Text: name, Href: s.regionHref(r), Class: class}, text(NoFigure), text(NoFigure), s.figureCell("A1", p, r.Code), text(s.pace(pace, known))}
		if ok {
			row[1], row[2] = num(Count(a1.Den), float64(a1.Den)), num(Count(a1.Num()), float64(a1.Num()))
		}
		t.Rows = append(t.Rows, row)
	}
	b := &block{ID: "pace", Title: title, Chart: drawn, Table: t, Note: s.f("截至%s，全年%d个工作日已过%d个。", s.day(p), p.WorkdaysOfYear, p.WorkdaysToD)}
	if ok {
		b.Note += s.f("有效计划 n=%d 项，已完成 %d 项。普查口径，不设置信区间。", f.Den, f.Num())
	}
	if own, isOne := peers.ownRegion(); isOne {
		b.Title = s.ownTitle("A1", p, own)
		if pace, known := s.fig("A7", p, own.Code); known {
			b.Title += s.t("，") + s.pace(pace, known)
		}
		b.Rows, b.Trace = s.listLinks(own, "uninspected_key", "plan_overlap"), s.traced("A1", p, own)
		return b, nil
	}
	b.Rows, b.Trace = s.listLinks(total, "uninspected_key", "plan_overlap"), s.traced("A1", p, total)
	return b, nil
}

// peers are regions shown side by side with the whole they belong to; own, when not empty, is the one the page is about.
type peers struct {
	regions []Region
	total   Region
	level   string
	own     string
}

// name marks the page's own region among its neighbours.
func (p peers) name(r Region) string {
	if r.Code == p.own && len(p.regions) > 1 {
		return "▸ " + r.Name
	}
	return r.Name
}

// ownRegion is the region a title speaks of: the page's own, or the only one there is.
func (p peers) ownRegion() (Region, bool) {
	if len(p.regions) == 1 {
		return p.regions[0], true
	}
	for _, r := range p.regions {
		if r.Code == p.own {
			return r, true
		}
	}
	return Region{}, false
}

// traced is the id of a region's figure for the command that lists its rows; empty in a pack, which has no database beside it.
func (s *site) traced(metric string, p Period, r Region) string {
	f, ok := s.fig(metric, p, r.Code)
	if !ok || s.isPack() {
		return ""
	}
	return f.ID
}

// ownTitle says a region's own figure.
func (s *site) ownTitle(metric string, p Period, r Region) string {
	f, ok := s.fig(metric, p, r.Code)
	if !ok {
		return s.f("%s：%s没有可计算的数据", s.title(metric), r.Name)
	}
	title := s.title(metric) + " " + s.figureCell(metric, p, r.Code).Text
	if share := s.share(f); share != "" {
		title += s.f("(%s)", share)
	}
	return title
}

func (s *site) day(p Period) string {
	if s.words.english != nil {
		return p.D.Format("2006-01-02")
	}
	return fmt.Sprintf("%d年%d月%d日", p.D.Year(), int(p.D.Month()), p.D.Day())
}

func (s *site) count(n int) string {
	if s.words.english != nil {
		return strconv.Itoa(n)
	}
	return countWord(n)
}

// waterfallBlock is what became of the plan: original, added, removed by reason, in force, done, not done.
func (s *site) waterfallBlock(p Period, r Region) (*block, error) {
	rows := s.themes.waterfall[place{p.Name, r.Code}]
	if len(rows) == 0 {
		return nil, nil
	}
	var steps []chart.Step
	t := &table{Caption: s.t("计划变化"), Columns: []column{{Label: s.t("环节")}, {Label: s.t("项数"), Numeric: true}}}
	level, done, removed, added, inForce := 0.0, 0.0, 0.0, 0.0, 0.0
	reasons := ""
	most := 0.0
	for _, row := range rows {
		items, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			return nil, fmt.Errorf("reading the plan's waterfall: %w", err)
		}
		name, label := "", row[2]
		step := chart.Step{}
		switch row[0] {
		case "original":
			name, level = s.t("原计划"), items
			step = chart.Step{From: 0, To: items, Tone: chart.Neutral}
		case "added":
			name, label = s.t("增补"), "+"+row[2]
			step = chart.Step{From: level, To: level + items, Tone: chart.Good}
			level += items
			added += items
		case "removed":
			word := s.m.Word("reason", row[1])
			if row[1] == "" {
				word = s.t("未注明")
			}
			name, label = s.f("核减\n%s", word), "−"+row[2]
			step = chart.Step{From: level, To: level - items, Tone: chart.Bad}
			level -= items
			removed += items
			if items > most {
				most, reasons = items, word
			}
		case "in_force":
			name, level, inForce = s.t("有效计划"), items, items
			step = chart.Step{From: 0, To: items, Tone: chart.Neutral}
		case "complete":
			name, done = s.t("已完成"), items
			step = chart.Step{From: 0, To: items, Tone: chart.Good}
		case "incomplete":
			name = s.t("未完成")
			step = chart.Step{From: done, To: done + items, Tone: chart.Quiet}
		default:
			continue
		}
		step.Name, step.Label = name, label
		if row[0] != "removed" || items > 0 {
			steps = append(steps, step)
		}
		t.Rows = append(t.Rows, []cell{text(strings.ReplaceAll(name, "\n", s.t("："))), num(row[2], items)})
	}
	drawn := chart.Waterfall(steps)
	title := s.f("计划没有核减，有效%d项，尚有%d项未完成", int(inForce), int(inForce-done))
	if removed > 0 {
		title = s.f("核减%d项（以%s为多），有效%d项，尚有%d项未完成", int(removed), reasons, int(inForce), int(inForce-done))
	}
	b := &block{ID: "waterfall", Title: title, Chart: drawn, Table: t, Rows: s.listLinks(r, "removal_fault"), Trace: s.traced("A1", p, r)}
	if f, ok := s.fig("A3", p, r.Code); ok {
		b.Note = s.f("核减或增补会改变分母：%s %s（%s）。", s.title("A3"), s.value(f, ok), s.share(f))
	}
	return b, nil
}

// goalBlock compares regions with a goal, one bar each.
func (s *site) goalBlock(id, metric string, p Period, peers peers, lists ...string) (*block, error) {
	regions, total, level := peers.regions, peers.total, peers.level
	m, ok := s.m.Metric(metric)
	if !ok || !s.anyFigure(metric, p, regions) {
		return nil, nil
	}
	var bars []chart.Bar
	var missed, small []string
	whole, wholeOK := s.fig(metric, p, total.Code)
	isGoal := m.Goal != nil && m.Unit == "ratio" && s.anyMeetsGoal(metric, p, regions)
	judged := 0
	top := 0.0
	for _, r := range regions {
		f, ok := s.fig(metric, p, r.Code)
		c := s.figureCell(metric, p, r.Code)
		bar := chart.Bar{Name: peers.name(r), Label: c.Text, Value: s.plotted(f, ok), Tone: chart.Good}
		if share := s.share(f); ok && share != "" {
			bar.Label += " (" + share + ")"
		}
		switch {
		case !ok:
			bar.Tone = chart.Quiet
		case f.IsSmall:
			bar.Tone = chart.Quiet
			small = append(small, r.Short)
		default:
			judged++
			isMissed := isGoal && f.IsGoalMet != nil && !*f.IsGoalMet
			if !isGoal && wholeOK && whole.Value != nil && f.Value != nil {
				isMissed = m.Better == "higher" && *f.Value < *whole.Value || m.Better == "lower" && *f.Value > *whole.Value
			}
			if isMissed {
				bar.Tone = chart.Bad
				missed = append(missed, r.Short)
			}
		}
		if bar.Value != nil && *bar.Value > top {
			top = *bar.Value
		}
		bars = append(bars, bar)
	}
	var line *chart.Reference
	title := ""
	against := ""
	switch {
	case isGoal:
		against = s.f("目标%s", PercentOf(*m.Goal, 0))
		line = &chart.Reference{Value: *m.Goal * 100, Label: against}
	case wholeOK:
		against = s.totalName(total) + " " + s.value(whole, true)
		line = &chart.Reference{Value: *s.plotted(whole, true), Label: against}
	}
	worse := s.t("低于")
	if m.Better == "lower" {
		worse = s.t("高于")
	}
	switch {
	case judged == 0:
		title = s.f("%s：各%s尚无可比较的数据", s.title(metric), s.t(level))
	case len(missed) == 0 && isGoal:
		title = s.f("%s：各%s均达到%s", s.title(metric), s.t(level), against)
	case len(missed) == 0:
		title = s.f("%s：各%s均不差于%s", s.title(metric), s.t(level), against)
	case m.Goal != nil && m.Unit == "ratio" && !isGoal:
		title = s.f("%s：各%s均未达到目标%s，其中%s个%s%s（%s）", s.title(metric), s.t(level), PercentOf(*m.Goal, 0), s.count(len(missed)), worse, against, s.list(missed, 5))
	default:
		title = s.f("%s：%s个%s%s%s（%s）", s.title(metric), s.count(len(missed)), s.t(level), worse, against, s.list(missed, 5))
	}
	if line != nil {
		top = max(top, line.Value)
	}
	limit := 0.0
	if top > 55 || m.Better == "higher" {
		limit = 100
	}
	unit := ""
	if m.Unit == "ratio" || m.Unit == "probability" {
		unit = "%"
	} else {
		limit = 0
	}
	drawn := chart.Bars(bars, line, limit, unit)
	b := &block{ID: id, Title: title, Chart: drawn, Table: s.statTable(metric, p, regions, total, level), Rows: s.listLinks(total, lists...), Trace: s.traced(metric, p, total)}
	if wholeOK {
		b.Note = s.f("%s %s（%s）。", s.totalName(total), s.value(whole, true), s.share(whole))
		if interval := s.interval(whole); interval != "" {
			b.Note += s.f("95%%区间 %s。", interval)
		}
	}
	if own, isOne := peers.ownRegion(); isOne {
		b.Title, b.Rows, b.Trace = s.ownTitle(metric, p, own), s.listLinks(own, lists...), s.traced(metric, p, own)
		if f, ok := s.fig(metric, p, own.Code); ok && wholeOK && f.Value != nil && whole.Value != nil && len(regions) > 1 {
			b.Title += s.f("，%s%s", s.totalName(total), s.value(whole, true))
		}
	}
	if len(small) > 0 {
		b.Note += s.f("基数不足%s的不作比较：%s。", s.m.Parameter("min_base"), s.list(small, 20))
	}
	return b, nil
}

// anyFigure says whether any of the regions has the figure: without one there is no picture to draw.
func (s *site) anyFigure(metric string, p Period, regions []Region) bool {
	for _, r := range regions {
		if _, ok := s.fig(metric, p, r.Code); ok {
			return true
		}
	}
	return false
}

// anyMeetsGoal says whether the goal tells regions apart; where nobody reaches it, they are compared with the whole.
func (s *site) anyMeetsGoal(metric string, p Period, regions []Region) bool {
	for _, r := range regions {
		if f, ok := s.fig(metric, p, r.Code); ok && !f.IsSmall && f.IsGoalMet != nil && *f.IsGoalMet {
			return true
		}
	}
	return false
}

// statTable is one metric over regions with n/N, interval, what moved and rank band.
func (s *site) statTable(metric string, p Period, regions []Region, total Region, level string) *table {
	t := &table{Caption: s.title(metric), Columns: []column{{Label: s.t(level)}, {Label: s.title(metric), Numeric: true}, {Label: s.t("分子/分母"), Numeric: true},
		{Label: s.t("95%区间"), Numeric: true}, {Label: s.movedLabel(metric, "较上季度"), Numeric: true}, {Label: s.movedLabel(metric, "较上年同期"), Numeric: true}}}
	m, _ := s.m.Metric(metric)
	isRanked := m.IsRanked && total.Level == LevelProvince
	if isRanked {
		t.Columns = append(t.Columns, column{Label: s.t("位次区间"), Numeric: true})
	}
	for _, r := range append(append([]Region{}, regions...), total) {
		f, _ := s.fig(metric, p, r.Code)
		name, class := r.Name, ""
		if r.Code == total.Code {
			name, class = s.totalName(r), "total"
		}
		row := []cell{{Text: name, Href: s.regionHref(r), Class: class}, s.figureCell(metric, p, r.Code), text(s.share(f)), text(s.interval(f)),
			text(s.moved(f, f.PriorValue)), text(s.moved(f, f.PriorYearValue))}
		if isRanked {
			row = append(row, text(s.band(f)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.trimmed()
}

// movedLabel heads a column of changes with what they are counted in.
func (s *site) movedLabel(metric, text string) string {
	m, _ := s.m.Metric(metric)
	switch m.Unit {
	case "ratio", "probability", "points":
		return s.t(text) + s.t("（百分点）")
	}
	return s.t(text)
}
