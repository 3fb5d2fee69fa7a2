package notice

import (
	"cmp"
	"slices"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// progress is section two: how far each city is with its plan, and what was taken out of it.
func (c *composer) progress() {
	c.heading(document.Heading1, "二、计划执行情况")
	c.heading(document.Heading2, "（一）完成进度")
	c.progressSentences()
	quarter := dashboards.SpanQuarter
	c.add(c.table("表1　各市（地）年度监督检查计划完成情况", "各市（地）计划项数、累计完成项数、完成率和序时进度差", []tableColumn{
		c.numColumn("年度计划（项）/重点", 3, "A5", quarter),
		c.restColumn("年度计划（项）/一般", 3, "A5", quarter),
		c.denColumn("年度计划（项）/合计", 3, "A1", quarter),
		c.numColumn("累计完成（项）", 3, "A1", quarter),
		c.ratioColumn("完成率", 4, "A1", quarter),
		c.pointsColumn("序时进度差（百分点）", 4, "A7"),
		c.numColumn("本季完成（项）", 3, "E8", quarter),
		c.numColumn("双随机（项）", 3, "A6", quarter),
		c.ratioColumn("双随机占比", 4, "A6", quarter),
	}, c.rows("A1", "A5", "A6", "E8"), note("注：完成率为截至"+chineseDate(c.p.D)+"的普查值，序时进度为"+c.pace()+"；“—”为无在册计划项。"+c.m.Parameter("calendar_note"))))
	if chart, ok := c.progressChart(); ok {
		c.add(chart)
	}
	c.heading(document.Heading2, "（二）计划调整")
	c.adjustments()
}

// cityGap is a city's distance from the working-day line.
type cityGap struct {
	city dashboards.Region
	plan figure
	gap  figure
}

func (c *composer) progressSentences() {
	var above, below, level, idle, without []cityGap
	for _, city := range c.m.Cities() {
		g := cityGap{city, c.quarter("A1", city.Code), c.quarter("A7", city.Code)}
		switch {
		case !g.plan.ok || g.plan.Den == 0:
			without = append(without, g)
			continue
		case g.plan.Num() == 0:
			idle = append(idle, g)
		}
		if !g.gap.ok || g.gap.Value == nil {
			continue
		}
		switch value := *g.gap.Value; {
		case dashboards.Points(value) == "0.0":
			level = append(level, g)
		case value > 0:
			above = append(above, g)
		default:
			below = append(below, g)
		}
	}
	byGap := func(sign float64) func(a, b cityGap) int {
		return func(a, b cityGap) int {
			return cmp.Or(cmp.Compare(sign**b.gap.Value, sign**a.gap.Value), cmp.Compare(a.city.Code, b.city.Code))
		}
	}
	slices.SortFunc(above, byGap(1))
	slices.SortFunc(below, byGap(-1))
	t := c.say("")
	c.gapSentence(t, "高于序时进度的有", "高", above)
	c.gapSentence(t, "与序时进度持平的有", "", level)
	c.gapSentence(t, "低于序时进度的有", "低", below)
	c.gapSentence(t, "低于序时进度的市（地）中，尚未开展的有", "", idle)
	c.gapSentence(t, "无在册计划项的有", "", without)
	c.add(t.paragraph())
}

func (c *composer) gapSentence(t *text, head, word string, cities []cityGap) {
	if len(cities) == 0 {
		return
	}
	t.say("%s", head).put(dashboards.Count(int64(len(cities))), "A7."+c.p.Name).say("个市（地）：")
	t.join(len(cities), func(i int) {
		g := cities[i]
		t.say("%s", g.city.Name)
		if word != "" {
			t.say("（%s", word).put(dashboards.Points(*g.gap.Value), g.gap.id).say("个百分点）")
		}
	})
	t.say("。")
}

// progressChart compares each city's completion with the working-day line.
func (c *composer) progressChart() (document.Chart, bool) {
	chart := document.Chart{Percent: true, Series: []document.Series{{Name: "完成率"}, {Name: "序时进度", Line: true}}}
	below, shown := 0, 0
	pace := float64(c.p.WorkdaysToD) / float64(max(1, c.p.WorkdaysOfYear))
	for _, city := range c.m.Cities() {
		plan := c.quarter("A1", city.Code)
		chart.Categories = append(chart.Categories, city.Short)
		var value *float64
		if plan.ok && plan.Value != nil {
			value = plan.Value
			shown++
			if gap := c.quarter("A7", city.Code); gap.ok && gap.Value != nil && *gap.Value < 0 && dashboards.Points(*gap.Value) != "0.0" {
				below++
			}
		}
		line := pace
		chart.Series[0].Values = append(chart.Series[0].Values, value)
		chart.Series[0].Sources = append(chart.Series[0].Sources, plan.id)
		chart.Series[1].Values = append(chart.Series[1].Values, &line)
		chart.Series[1].Sources = append(chart.Series[1].Sources, c.paceSource())
	}
	if shown == 0 {
		return chart, false
	}
	switch {
	case below == 0:
		chart.Title = c.figureTitle("各市（地）均不低于序时进度")
	case below == shown:
		chart.Title = c.figureTitle("各市（地）均低于序时进度")
	default:
		chart.Title = c.figureTitle(dashboards.Count(int64(below)) + "个市（地）低于序时进度")
	}
	chart.Alternative = chart.Title + "；各市（地）完成率与序时进度" + c.pace() + "的比较，数值见表1"
	return chart, true
}

func (c *composer) adjustments() {
	removed := c.quarter("A9", c.province())
	if !removed.ok || removed.Den == 0 {
		c.add(c.say("本年度无原计划项，计划尚未调整。").paragraph())
		return
	}
	t := c.say("全省原计划").den(removed, "项，经重新报批核减").num(removed, "项")
	if removed.Num() > 0 {
		t.say("，核减率为").put(removed.percent(), removed.id)
	}
	if by := c.lists.removedBy; len(by) > 0 {
		all := int64(0)
		for _, reason := range by {
			all += reason.n
		}
		source := "waterfall:" + c.p.Name
		t.say("。含增补项在内共核减").put(dashboards.Count(all), source).say("项，其中")
		t.join(len(by), func(i int) { t.say("%s", by[i].word).put(dashboards.Count(by[i].n), source).say("项") })
	}
	if c.lists.removalFaults != nil {
		pending, late := c.lists.removalFaults["not_approved"], c.lists.removalFaults["late"]
		switch {
		case pending+late == 0:
			t.say("。核减均在决定后30日内履行报批程序")
		default:
			t.say("。")
			if pending > 0 {
				t.say("未在30日内履行报批程序").put(dashboards.Count(pending), "list:removal_fault").say("项")
			}
			if pending > 0 && late > 0 {
				t.say("、")
			}
			if late > 0 {
				t.say("逾期报批").put(dashboards.Count(late), "list:removal_fault").say("项")
			}
		}
	}
	c.add(t.say("。").paragraph())
}
