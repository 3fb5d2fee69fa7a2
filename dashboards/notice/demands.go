package notice

import (
	"tongbao/dashboards"
	"tongbao/dashboards/document"
	"tongbao/internal/calendar"
)

// demands is section seven: deadlines, who is responsible, what the next quarter has to bring.
func (c *composer) demands() {
	c.heading(document.Heading1, "七、下一步要求")
	number := 0
	item := func() *text {
		number++
		return c.say("%d.", number)
	}
	this := calendar.Quarter{Year: c.p.Year, Number: c.p.Quarter}
	next := this.Next()
	if !c.p.IsEnded() { // what is asked for is still this quarter's
		next = this
	}
	if next.Year == c.p.Year {
		c.required(item, next)
	} else {
		t := item()
		c.carriedOver(t)
		c.add(t.paragraph())
	}
	for _, p := range c.problems {
		if p.metric == "A7" || p.metric == "A8" {
			continue
		}
		c.add(item().say("%s。", p.demand).say("责任单位：有关市（地）应急管理局。").paragraph())
	}
	literal, rolled := c.in.Calendar.ReturnDue(next)
	t := item().say("请各市（地）应急管理局于%s前报送%s完成情况", chineseDate(literal), next.Label())
	if next.Number == 4 {
		t.say("，并于%d年12月30日前报送全年完成情况", next.Year)
	}
	if !rolled.Equal(literal) {
		t.say("（遇节假日顺延至%s，迟报按字面和顺延两种口径通报）", chineseMonthDay(rolled))
	}
	c.add(t.say("。责任单位：各市（地）应急管理局。").paragraph())
}

// required says what is still to be done, how much a working day, and how much by the end of the next quarter.
func (c *composer) required(item func() *text, next calendar.Quarter) {
	plan := c.quarter("A1", c.province())
	left := int64(c.p.WorkdaysOfYear - c.p.WorkdaysToD)
	if !plan.ok || plan.Den == 0 {
		c.add(item().say("请尚未编制年度监督检查计划的地区立即编制，报本级人民政府批准后报备。").paragraph())
		return
	}
	open := plan.Den - plan.Num()
	if open == 0 {
		c.add(item().say("年度计划已全部完成，请巩固检查成果，抓好整改销号。").paragraph())
		return
	}
	t := item().say("全省尚有").put(dashboards.Count(open), plan.id).say("项未完成，年内剩余").put(dashboards.Count(left), c.paceSource()).say("个工作日")
	if left > 0 {
		t.say("，平均每个工作日需完成").put(dashboards.Number(float64(open)/float64(left), 1), plan.id).say("项")
	}
	t.say("。")
	due := int64(c.in.Calendar.Workdays(calendar.Date(next.Year, 1, 1), next.Last()))
	target := dashboards.Percent(due, int64(c.p.WorkdaysOfYear), 1)
	type need struct {
		cityFigure
		items int64
	}
	var needs []need
	for _, city := range c.m.Cities() {
		f := c.quarter("A1", city.Code)
		if n := c.neededBy(f, due); n > 0 {
			needs = append(needs, need{cityFigure{city: city, figure: f}, n})
		}
	}
	total := int64(0)
	for _, n := range needs {
		total += n.items
	}
	if own := c.get("A1", dashboards.SpanAt, c.province(), dashboards.ScopeOwn); own.ok {
		if n := c.neededBy(own, due); n > 0 {
			needs = append(needs, need{cityFigure{city: dashboards.Region{Name: "省本级"}, figure: own}, n})
			total += n
		}
	}
	if total > 0 {
		t.say("至%s末序时进度为", next.Label()).put(target, "period:"+next.String()).say("，达到序时进度%s共需完成", map[bool]string{true: "下季度", false: "本季度内"}[c.p.IsEnded()])
		t.put(dashboards.Count(total), "A1."+c.p.Name).say("项，其中")
		t.join(len(needs), func(i int) {
			t.say("%s", needs[i].city.Name).put(dashboards.Count(needs[i].items), needs[i].id).say("项")
		})
		t.say("。")
	}
	c.add(t.say("责任单位：各市（地）应急管理局。").paragraph())
}

// neededBy is how many items are missing at the working-day line of the day with so many working days behind it, rounded up.
func (c *composer) neededBy(f figure, workdays int64) int64 {
	if !f.ok || c.p.WorkdaysOfYear == 0 {
		return 0
	}
	year := int64(c.p.WorkdaysOfYear)
	return max(0, (f.Den*workdays+year-1)/year-f.Num())
}

// carriedOver closes the year.
func (c *composer) carriedOver(t *text) {
	plan := c.quarter("A1", c.province())
	if plan.ok && plan.Den > plan.Num() {
		t.say("全年计划尚有").put(dashboards.Count(plan.Den-plan.Num()), plan.id).say("项未完成，请有关地区书面说明原因，确需检查的列入下一年度计划。")
	} else {
		t.say("全年计划已完成。")
	}
	t.say("请各市（地）应急管理局编制下一年度监督检查计划，报本级人民政府批准后于%d年3月10日前报备。责任单位：各市（地）应急管理局。", c.p.Year+1)
}

func (c *composer) annexList() {
	for i, title := range annexTitles(c.p.Year) {
		style := document.AnnexListFurther
		prefix := ""
		if i == 0 {
			style, prefix = document.AnnexList, "附件："
		}
		c.add(document.Words(style, prefix+dashboards.Count(int64(i+1))+"."+title))
	}
}
