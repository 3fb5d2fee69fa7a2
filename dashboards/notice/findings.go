package notice

import (
	"cmp"
	"slices"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// indicator is a metric that may become a problem or a highlight. Of a group only the worst (or the best) is named.
type indicator struct {
	metric, group string
	fault         string // title when it is a problem
	demand        string // what section seven asks for then
}

func (c *composer) indicators() []indicator {
	const (
		plan = "请进度滞后的地区逐项倒排检查时间，确保年底前全部完成"
		mend = "请有关地区对到期未整改隐患逐条明确责任人和销号时限，重大隐患挂牌督办"
	)
	days := func(parameter, standard string) string {
		return cmp.Or(c.m.Parameter(parameter), standard) + "个工作日内"
	}
	share := func(metric string) string {
		if m, ok := c.m.Metric(metric); ok && m.Goal != nil {
			return "不低于" + roundPercent(*m.Goal)
		}
		return "达到要求"
	}
	data := "请有关地区自检查结束起" + days("entry_days", "3") + "录入系统，差错数据限于下季度上报前改正"
	return []indicator{
		{"A7", "plan", "计划执行滞后于序时进度", plan},
		{"A8", "plan", "到月计划未按期完成", plan},
		{"A13a", "cover", "重点单位尚未检查覆盖", "请将尚未检查的重点单位（附件2）优先列入下季度检查"},
		{"A13b", "cover", "黑名单企业半年内未检查覆盖", "请对纳入黑名单的企业于本半年内完成一次检查"},
		{"A5", "structure", "重点检查占比不达标", "请调整计划结构，使重点检查占比" + share("A5")},
		{"A6", "structure", "双随机占比不达标", "请提高双随机抽查比例，使其" + share("A6")},
		{"B1", "mend", "到期隐患未及时整改", mend},
		{"B4", "mend", "重大隐患未闭环", mend},
		{"B5", "mend", "隐患复查不及时", mend},
		{"B7", "again", "同类隐患复发", "请对同类问题反复出现的企业（附件3）依法从重处理，并于下季度安排回头看"},
		{"C3", "duplicate", "多头多层级重复检查", "请检查前查询系统已有记录，能联合的实行联合检查，不得重复检查"},
		{"C6", "duplicate", "企业监管主体不唯一", "请会同有关部门逐家明确唯一监管主体"},
		{"D10r", "return", "季度报表迟报", "请按期报送季度完成情况"},
		{"D11", "data", "自报数据与系统不一致", data},
		{"D6", "data", "系统录入不及时", data},
		{"D7", "data", "应填项目不完整", data},
		{"D5a", "publish", "行政处罚公示不及时", "请自处罚决定之日起" + days("penalty_disclosure_days", "7") + "公示"},
		{"D5b", "publish", "检查结果公示不及时", "请自检查结束之日起" + days("inspection_disclosure_days", "20") + "公示"},
		{"D13", "publish", "入企检查未事先备案", "请严格执行入企检查备案"},
		{"D14a", "team", "专业执法人员占比不足", "请充实专业执法人员"},
		{"D14b", "team", "执法人员轮训不到位", "请将三年内未轮训的执法人员列入本年度培训"},
	}
}

const mostFindings = 3

// problem is an indicator that misses its goal, with how far.
type problem struct {
	indicator
	figure    figure
	shortfall float64 // relative to the goal: 1 is the whole of it
	lower     bool    // lower values are better
	goal      float64
}

// findings is section six: at most three problems, the worst of their groups, and at most three highlights.
func (c *composer) findings() {
	c.heading(document.Heading1, "六、存在的主要问题")
	c.problems = c.chooseProblems()
	if len(c.problems) == 0 {
		c.add(c.say("按规则未发现应予通报的突出问题。").paragraph())
	}
	for i, p := range c.problems {
		c.heading(document.Heading2, "（"+ordinal(i)+"）"+p.fault)
		c.add(c.problemText(p).paragraph())
	}
	highlights := c.chooseHighlights()
	if len(highlights) == 0 {
		return
	}
	t := c.say("同时，以下工作表现突出：")
	for i, h := range highlights {
		t.say("%s是", ordinal(i))
		c.highlightText(t, h)
		t.say("%s", map[bool]string{true: "。", false: "；"}[i == len(highlights)-1])
	}
	c.add(t.paragraph())
}

func ordinal(i int) string {
	return []string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}[i]
}

func (c *composer) chooseProblems() []problem {
	worst := map[string]problem{}
	var groups []string
	for _, ind := range c.indicators() {
		p, ok := c.judge(ind)
		if !ok {
			continue
		}
		before, seen := worst[ind.group]
		if !seen {
			groups = append(groups, ind.group)
		}
		if !seen || p.shortfall > before.shortfall {
			worst[ind.group] = p
		}
	}
	var chosen []problem
	for _, group := range groups {
		chosen = append(chosen, worst[group])
	}
	slices.SortStableFunc(chosen, func(a, b problem) int { return cmp.Compare(b.shortfall, a.shortfall) })
	return chosen[:min(len(chosen), mostFindings)]
}

// judge measures how far the province is from a goal; without a goal there is no shortfall. A small base is judged only where the
// figure is a census, and an estimate only when its whole interval misses the goal.
func (c *composer) judge(ind indicator) (problem, bool) {
	metric, known := c.m.Metric(ind.metric)
	f := c.quarter(ind.metric, c.province())
	if !known || !f.ok || f.Value == nil || metric.Goal == nil && ind.metric != "A7" || f.HasDen && f.IsSmall && !c.isCensus(f) {
		return problem{}, false
	}
	p := problem{indicator: ind, figure: f, lower: metric.Better == "lower"}
	if metric.Goal != nil {
		p.goal = *metric.Goal
	}
	switch {
	case ind.metric == "A13b" && (c.p.Quarter%2 == 1 || !c.p.IsEnded()): // the half-year is not over
		return problem{}, false
	case ind.metric == "A8" && !c.p.IsEnded(): // nor are its months
		return problem{}, false
	case ind.metric == "A13a": // due by the end of the year: until then the working-day line is asked for
		p.goal *= c.paceValue()
		p.shortfall = (p.goal - *f.Value) / p.goal
	case ind.metric == "A7":
		p.shortfall = -*f.Value / c.paceValue()
	case p.lower && (p.goal >= 1 || f.Lower != nil && *f.Lower <= p.goal), !p.lower && (p.goal <= 0 || f.Upper != nil && *f.Upper >= p.goal):
		return problem{}, false
	case p.lower:
		p.shortfall = (*f.Value - p.goal) / (1 - p.goal)
	default:
		p.shortfall = (p.goal - *f.Value) / p.goal
	}
	return p, p.shortfall > 0.0005 // what prints as 0.0 is no shortfall
}

func (c *composer) problemText(p problem) *text {
	metric, _ := c.m.Metric(p.metric)
	t := c.say("全省")
	if p.metric == "A7" {
		plan := c.quarter("A1", c.province())
		t.say("完成率为").ratio(plan).say("，序时进度为").put(c.pace(), c.paceSource()).say("，")
		t.against("序时进度", *p.figure.Value, p.figure.id)
	} else if p.metric == "A13a" {
		t.say("%s为", metric.TitleZH).ratio(p.figure).say("，年底前应全部覆盖，序时进度为").put(c.pace(), c.paceSource()).say("，")
		t.against("序时进度", *p.figure.Value-p.goal, p.figure.id+"-"+c.paceSource())
	} else {
		t.say("%s为", metric.TitleZH).ratio(p.figure).goal(p.figure)
	}
	t.say("。")
	c.nameUnits(t, p)
	if metric.Basis != "" {
		t.say("依据：%s。", metric.Basis)
	}
	return t
}

// nameUnits names the cities behind a problem. Of a census those that lack most of the goal, at most three; of an estimate those
// whose whole rank interval lies in the lower third; where chance explains the order, all below the goal in administrative order.
// A small base is never named by its rate, and nobody by volume.
func (c *composer) nameUnits(t *text, p problem) {
	ranked := p.metric
	if p.metric == "A7" {
		ranked = "A1" // the numbers behind the distance
	}
	var below, back []cityFigure
	based := 0 // cities with a base that carries a rate
	for _, city := range c.m.Cities() {
		f, shown := c.quarter(p.metric, city.Code), c.quarter(ranked, city.Code)
		if !f.ok || f.Value == nil || !shown.ok || shown.IsSmall && !c.isCensus(shown) {
			continue
		}
		based++
		missing := p.goal - *f.Value
		if p.lower {
			missing = -missing
		}
		if missing <= 0.0005 {
			continue
		}
		unit := cityFigure{city, shown, missing}
		below = append(below, unit)
		if shown.Band == "back" {
			back = append(back, unit)
		}
	}
	if len(below) == 0 {
		return
	}
	if c.isReturn(p.metric) { // a city either returned in time or not; there is no fraction to print
		t.say("涉及：").join(len(below), func(i int) { t.say("%s", below[i].city.Name) }).say("。")
		return
	}
	head, units := "差距较大的：", below
	switch {
	case c.isCensus(below[0].figure):
		sortCities(units)
		units = units[:min(len(units), mostFindings)]
	case len(back) > 0:
		head, units = "名次区间靠后的：", back
		sortCities(units)
		units = units[:min(len(units), mostFindings)]
	case len(below) == based && based > mostFindings:
		t.say("各市（地）均未达到要求。")
		return
	default:
		metric, _ := c.m.Metric(p.metric)
		head = map[bool]string{true: "未达到要求的（名次区间互有重叠，按行政区划排列）：", false: "未达到要求的（按行政区划排列）："}[metric.IsRanked]
	}
	t.say("%s", head)
	t.join(len(units), func(i int) {
		t.say("%s（", units[i].city.Name)
		if p.metric == "A7" && units[i].Num() == 0 {
			t.say("尚未开展，")
		}
		t.share(units[i].figure).say("）")
	})
	t.say("。")
}

func (c *composer) isReturn(metric string) bool { return metric == "D10r" || metric == "D10" }

// highlight is a city whose whole rank interval lies in front.
type highlight struct {
	city   dashboards.Region
	metric dashboards.Metric
	figure figure
}

// chooseHighlights takes, per metric in their order, the city ranked first with certainty; a city and a group only once.
func (c *composer) chooseHighlights() []highlight {
	var chosen []highlight
	cities, groups := map[string]bool{}, map[string]bool{}
	for _, ind := range append([]indicator{{metric: "A1", group: "plan"}}, c.indicators()...) {
		metric, known := c.m.Metric(ind.metric)
		if !known || !metric.IsRanked || groups[ind.group] || c.isReturn(ind.metric) {
			continue
		}
		var best *highlight
		for _, city := range c.m.Cities() {
			f := c.quarter(ind.metric, city.Code)
			if !c.isOutstanding(ind.metric, metric, f) || cities[city.Code] {
				continue
			}
			h := highlight{city, metric, f}
			if best == nil || *f.RankHigh < *best.figure.RankHigh {
				best = &h
			}
		}
		if best == nil {
			continue
		}
		chosen = append(chosen, *best)
		cities[best.city.Code], groups[ind.group] = true, true
		if len(chosen) == mostFindings {
			break
		}
	}
	return chosen
}

// isOutstanding wants a large enough base, a rank that is certain, and a value that is good in itself, not only among others.
func (c *composer) isOutstanding(id string, metric dashboards.Metric, f figure) bool {
	if !f.ok || f.IsSmall || f.Band != "front" || f.RankHigh == nil || f.RankLow == nil || *f.RankLow != 1 || f.Value == nil {
		return false
	}
	whole := c.quarter(id, c.province())
	if !whole.ok || whole.Value == nil {
		return false
	}
	if id == "A1" {
		return *f.Value >= c.paceValue()
	}
	if metric.Better == "lower" {
		return *f.Value < *whole.Value
	}
	return *f.Value > *whole.Value
}

func (c *composer) highlightText(t *text, h highlight) {
	t.say("%s%s为", h.city.Name, h.metric.TitleZH).ratio(h.figure).say("，")
	low, high := int64(*h.figure.RankLow), int64(*h.figure.RankHigh)
	t.say("居全省第").put(dashboards.Count(low), h.figure.id)
	switch {
	case c.isCensus(h.figure):
		t.say("位（全数统计，名次确切）")
	case low != high:
		t.say("至第").put(dashboards.Count(high), h.figure.id).say("位（名次区间）")
	default:
		t.say("位（名次区间）")
	}
}
