package notice

import (
	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// overview is section one: the province as a whole.
func (c *composer) overview() {
	c.heading(document.Heading1, "一、总体情况")
	c.planOverview()
	c.visitOverview()
	c.hazardOverview()
	if chart, ok := c.trendChart(); ok {
		c.add(chart)
	}
}

func (c *composer) planOverview() {
	at := c.province()
	plan, key := c.quarter("A1", at), c.quarter("A5", at)
	if !plan.ok || plan.Den == 0 {
		c.add(c.say("截至%s，全省尚无在册的年度监督检查计划项。", chineseDate(c.p.D)).paragraph())
		return
	}
	t := c.say("截至%s，全省年度计划", chineseDate(c.p.D)).den(plan, "项")
	if key.ok {
		t.say("，其中重点检查").num(key, "项、一般检查")
		t.put(dashboards.Count(key.Den-key.Num()), key.id).say("项")
	}
	t.say("；累计完成").num(plan, "项，完成率为").put(plan.percent(), plan.id)
	t.say("，序时进度为").put(c.pace(), c.paceSource()).say("（").put(dashboards.Count(int64(c.p.WorkdaysToD)), c.paceSource())
	t.say("/").put(dashboards.Count(int64(c.p.WorkdaysOfYear)), c.paceSource()).say("个工作日），")
	if gap := c.quarter("A7", at); gap.ok && gap.Value != nil {
		t.against("序时进度", *gap.Value, gap.id).say("。")
	}
	if done := c.quarter("E8", at); done.Num() > 0 {
		t.say("本季度完成").num(done, "项。")
	} else {
		t.say("本季度尚未开展。")
	}
	if visits := c.quarter("A2", at); visits.ok && visits.HasDen {
		t.say("按家次计，应检").den(visits, "家次，已检").num(visits, "家次，完成率（家次）为").put(visits.percent(), visits.id).say("。")
	}
	c.add(t.paragraph())
	if key.ok {
		t = c.say("重点检查占比为").ratio(key).goal(key)
		if random := c.quarter("A6", at); random.ok {
			t.say("；双随机占比为").ratio(random).goal(random)
		}
		c.add(t.say("。").paragraph())
	}
}

// pace is the part of the year's working days gone by.
func (c *composer) pace() string {
	return dashboards.Percent(int64(c.p.WorkdaysToD), int64(c.p.WorkdaysOfYear), 1)
}

func (c *composer) paceValue() float64 {
	return float64(max(1, c.p.WorkdaysToD)) / float64(max(1, c.p.WorkdaysOfYear))
}

func (c *composer) paceSource() string { return "period:" + c.p.Name }

func (c *composer) visitOverview() {
	at := c.province()
	visits, firms, joint, unplanned := c.quarter("E1", at), c.quarter("E2", at), c.quarter("E7", at), c.quarter("A11", at)
	if visits.Num() == 0 {
		c.add(c.say("本季度全省检查尚未开展。").paragraph())
		return
	}
	t := c.say("本季度全省共检查").num(visits, "家次").yearOnYear(visits, "家次").say("；涉及企业").num(firms, "家")
	if joint.Num() > 0 {
		t.say("，其中联合检查").num(joint, "家次")
	}
	if unplanned.ok {
		t.say("。计划外检查占比为").ratio(unplanned)
	}
	c.add(t.say("。").paragraph())
}

func (c *composer) hazardOverview() {
	at := c.province()
	found, major, due := c.quarter("E3", at), c.quarter("E3m", at), c.quarter("B1", at)
	penalties, fines := c.quarter("E5", at), c.quarter("E6", at)
	t := c.say("本季度全省未发现隐患")
	if found.Num() > 0 {
		t = c.say("本季度全省发现隐患").num(found, "条").yearOnYear(found, "条").say("；")
		if major.Num() > 0 && major.Num() < found.Num() {
			t.say("其中")
		}
		t.parts("条", portion{"重大隐患", major.Num(), major.id}, portion{"一般隐患", found.Num() - major.Num(), found.id + "-" + major.id})
	}
	switch {
	case !due.ok || due.Den == 0:
		t.say("。无到期整改任务")
	case due.IsSmall:
		t.say("。到期应整改").den(due, "条，已整改").num(due, "条")
	default:
		t.say("。到期应整改").den(due, "条，已整改").num(due, "条，到期整改率为").put(due.percent(), due.id)
	}
	if closed := c.quarter("B4", at); closed.ok && closed.Den > 0 {
		t.say("；重大隐患闭环率为").ratio(closed)
	}
	c.add(t.say("。").paragraph())
	if penalties.Num() == 0 {
		c.add(c.say("本季度全省无行政处罚决定。检查、处罚和罚款数量只反映工作量，不作排名。").paragraph())
		return
	}
	t = c.say("本季度全省作出行政处罚").num(penalties, "宗").yearOnYear(penalties, "宗")
	if fines.NumCents > 0 {
		t.say("；罚款").put(dashboards.Wanyuan(fines.NumCents), fines.id).say("万元")
	}
	c.add(t.say("。检查、处罚和罚款数量只反映工作量，不作排名。").paragraph())
}
