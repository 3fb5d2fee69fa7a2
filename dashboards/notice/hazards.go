package notice

import (
	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// hazards is section three: what was put right by its due date, and what came back.
func (c *composer) hazards() {
	quarter := dashboards.SpanQuarter
	c.heading(document.Heading1, "三、隐患整改与复发情况")
	c.heading(document.Heading2, "（一）到期整改")
	c.rectification()
	c.add(c.table("表2　各市（地）隐患整改与复发情况", "各市（地）到期应整改、已整改、到期整改率和复发率", []tableColumn{
		c.denColumn("到期应整改（条）", 4, "B1", quarter),
		c.numColumn("已整改（条）", 3, "B1", quarter),
		c.restColumn("到期未整改（条）", 4, "B1", quarter),
		c.ratioColumn("到期整改率", 5, "B1", quarter),
		c.denColumn("再检（起）", 3, "B7", quarter),
		c.numColumn("复发（起）", 3, "B7", quarter),
		c.ratioColumn("复发率", 5, "B7", quarter),
		c.denColumn("应再检（起）", 3, "B8", quarter),
		c.numColumn("未再检（起）", 3, "B8", quarter),
		c.ratioColumn("未再检比例", 5, "B8", quarter),
	}, c.rows("B1", "B7", "B8"), c.smallNote()))
	c.heading(document.Heading2, "（二）复发")
	c.recurrence()
	if chart, ok := c.rateChart("B7", "复发率", "表2"); ok {
		c.add(chart)
	}
	if chart, ok := c.classChart(); ok {
		c.add(chart)
	}
	c.heading(document.Heading2, "（三）安全生产法第113条预警")
	c.article113()
}

func (c *composer) rectification() {
	at := c.province()
	due, onTime := c.quarter("B1", at), c.quarter("B2", at)
	if !due.ok || due.Den == 0 {
		c.add(c.say("本季度全省无到期整改任务。").paragraph())
		return
	}
	t := c.say("本季度全省到期应整改").den(due, "条，已整改").num(due, "条")
	if !due.IsSmall {
		t.say("，到期整改率为").put(due.percent(), due.id)
	}
	t.say("；到期未整改").put(dashboards.Count(due.Den-due.Num()), due.id).say("条。")
	if onTime.ok {
		t.say("按期整改率为").ratio(onTime).say("。")
	}
	var none []string // counts in administrative order: volumes are not ranked
	type open struct {
		city dashboards.Region
		f    figure
	}
	var worst []open
	for _, city := range c.m.Cities() {
		f := c.quarter("B1", city.Code)
		switch {
		case !f.ok || f.Den == 0:
			none = append(none, city.Name)
		case f.Den > f.Num():
			worst = append(worst, open{city, f})
		}
	}
	if len(worst) > 0 {
		t.say("到期未整改的有").put(dashboards.Count(int64(len(worst))), "B1."+c.p.Name+"q").say("个市（地）：")
		t.join(len(worst), func(i int) {
			t.say("%s（", worst[i].city.Name).put(dashboards.Count(worst[i].f.Den-worst[i].f.Num()), worst[i].f.id).say("条）")
		})
		t.say("。")
	}
	if len(none) > 0 {
		t.say("无到期整改任务的有").put(dashboards.Count(int64(len(none))), "B1."+c.p.Name+"q").say("个市（地）：")
		t.join(len(none), func(i int) { t.say("%s", none[i]) })
		t.say("。")
	}
	c.add(t.paragraph())
}

func (c *composer) recurrence() {
	at := c.province()
	again, unseen, km := c.quarter("B7", at), c.quarter("B8", at), c.quarter("B9", at)
	t := c.say("本季度无销号后再检的隐患，复发率不作统计。")
	if again.ok {
		t = c.say("销号后%s日内再检的隐患中，同类问题复发率为", c.m.Parameter("recurrence_days")).ratio(again).say("。")
	}
	if unseen.ok {
		t.say("同期销号满%s日而未再检的比例为", c.m.Parameter("recurrence_days")).ratio(unseen).say("，未再检的不能视为未复发。")
	}
	if km.ok && km.Value != nil {
		t.say("按生存分析估计，销号后12个月内累计复发概率为").put(dashboards.PercentOf(*km.Value, 1), km.id)
		if km.Lower != nil && km.Upper != nil {
			t.say("（95%%置信区间").put(dashboards.PercentOf(*km.Lower, 1), km.id).say("至").put(dashboards.PercentOf(*km.Upper, 1), km.id).say("）")
		}
		t.say("。")
	}
	if repeat := c.quarter("B10", at); repeat.ok {
		if repeat.Num() == 0 {
			t.say("近两年未发现同类问题反复出现的企业。")
		} else {
			t.say("近两年同类问题反复出现的企业").num(repeat, "家，占两次以上受检企业").den(repeat, "家的").put(repeat.percent(), repeat.id).say("，名单见附件3。")
		}
	}
	if again := c.quarter("B14", at); again.ok {
		t.say("本季度新增隐患复发占比为").ratio(again).say("。")
	}
	if classes := c.lists.classes; len(classes) > 0 {
		t.say("复发较多的问题类别有：")
		t.join(min(3, len(classes)), func(i int) {
			t.say("%s（", classes[i].name).put(dashboards.Count(classes[i].recurrences), classSource).say("起）")
		})
		t.say("。")
	}
	c.add(t.paragraph())
}

func (c *composer) article113() {
	at := c.province()
	warning, reached := c.quarter("B12w", at), c.quarter("B12r", at)
	switch {
	case !warning.ok || warning.Den == 0:
		c.add(c.say("近一年全省无存在重大隐患的企业，无第113条预警对象。").paragraph())
	case warning.Num() == 0:
		c.add(c.say("近一年存在重大隐患的企业").den(warning, "家，无达到第113条预警条件的企业。").paragraph())
	default:
		t := c.say("近一年存在重大隐患的企业").den(warning, "家，其中达到预警条件（180日内受处罚两次或一年内三次）的").num(warning, "家")
		if reached.Num() == 0 {
			t.say("，%s未达到提请关闭条件。", map[bool]string{true: "均", false: ""}[warning.Num() > 1])
		} else {
			t.say("（含已达到提请关闭条件的").num(reached, "家）。达到提请关闭条件的，由所在地应急管理局依法提请有关人民政府研究决定。")
		}
		c.add(t.paragraph())
	}
}
