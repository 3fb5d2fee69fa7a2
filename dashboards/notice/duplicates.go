package notice

import (
	"cmp"
	"slices"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// duplicates is section four: who inspected what another had just inspected.
func (c *composer) duplicates() {
	quarter := dashboards.SpanQuarter
	c.heading(document.Heading1, "四、多头多层级重复检查情况")
	c.duplicateSentences()
	c.add(c.table("表3　各市（地）重复检查情况", "各市（地）重复检查家次、重复检查率、可避免家次和频次上限", []tableColumn{
		c.denColumn("检查家次（不含豁免）", 5, "C3", quarter),
		c.numColumn("重复检查家次/多层级", 3, "C3l", quarter),
		c.numColumn("重复检查家次/多头", 3, "C3h", quarter),
		c.numColumn("重复检查家次/合计", 3, "C3", quarter),
		c.ratioColumn("重复检查率", 4, "C3", quarter),
		c.numColumn("可避免家次", 3, "C4", quarter),
		c.numColumn("计划重合企业（家）", 4, "C7", quarter),
		c.numColumn("频次上限（家）/突破", 3, "C8", quarter),
		c.numColumn("频次上限（家）/用尽", 3, "C8u", quarter),
	}, c.rows("C3", "C7", "C8", "C4"), c.smallNote()))
	if chart, ok := c.rateChart("C3", "重复检查率", "表3"); ok {
		c.add(chart)
	}
}

func (c *composer) duplicateSentences() {
	at := c.province()
	net, levels, heads, avoidable := c.quarter("C3", at), c.quarter("C3l", at), c.quarter("C3h", at), c.quarter("C4", at)
	overlap, cross, over, used := c.quarter("C7", at), c.quarter("C7x", at), c.quarter("C8", at), c.quarter("C8u", at)
	t := c.say("本季度无应纳入重复检查统计的检查。")
	switch {
	case net.ok && net.Num() == 0:
		t = c.say("本季度全省不含豁免情形的检查").den(net, "家次，未发现多头多层级重复检查。")
	case net.ok:
		t = c.say("本季度全省不含豁免情形的检查").den(net, "家次，重复检查").num(net, "家次（")
		t.parts("家次", portion{"多层级", levels.Num(), levels.id}, portion{"多头", heads.Num(), heads.id}).say("），重复检查率为").ratio(net)
		t.say("；可避免家次为").num(avoidable, "家次。")
	}
	if pairs, known := c.lists.pairs.total, c.lists.pairs.known; known && net.ok && net.Num() > 0 {
		t.say("涉及重复检查对").put(dashboards.Count(pairs), "list:duplicate_pair").say("对，明细见附件4。")
	}
	var worst []cityFigure
	for _, city := range c.m.Cities() {
		if f := c.quarter("C3", city.Code); f.ok && f.Num() > 0 {
			worst = append(worst, cityFigure{city: city, figure: f})
		}
	}
	if len(worst) > 0 {
		t.say("发现重复检查的有").put(dashboards.Count(int64(len(worst))), "C3."+c.p.Name+"q").say("个市（地）：")
		t.join(len(worst), func(i int) {
			t.say("%s（", worst[i].city.Name).put(worst[i].num(), worst[i].id).say("家次）")
		})
		t.say("。")
	}
	c.add(t.paragraph())
	t = c.say("")
	if overlap.ok {
		t.say("在册计划涉及企业").den(overlap, "家，其中被两个以上机构列入计划的").num(overlap, "家")
		if cross.ok {
			t.say("，跨层级的").num(cross, "家")
		}
		t.say("。")
	}
	if over.ok {
		t.say("适用检查频次上限的企业").den(over, "家")
		switch {
		case over.Num() == 0 && used.Num() == 0:
			t.say("，均未用尽上限。")
		case over.Num() == 0:
			t.say("，无突破上限的，已用尽上限的").num(used, "家。")
		case used.Num() == 0:
			t.say("，其中已突破上限的").num(over, "家。")
		default:
			t.say("，其中已突破上限的").num(over, "家、已用尽上限的").num(used, "家。")
		}
	}
	if len(t.runs) > 1 {
		c.add(t.paragraph())
	}
}

// cityFigure is a city with one of its figures and what it lacks of a goal.
type cityFigure struct {
	city dashboards.Region
	figure
	missing float64 // fraction
}

// sortCities puts those that lack most first.
func sortCities(cities []cityFigure) {
	slices.SortFunc(cities, func(a, b cityFigure) int {
		return cmp.Or(cmp.Compare(b.missing, a.missing), cmp.Compare(a.city.Code, b.city.Code))
	})
}
