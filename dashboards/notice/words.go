package notice

import (
	"fmt"
	"strings"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// text is a paragraph being written.
type text struct {
	c    *composer
	runs []document.Run
}

func (c *composer) say(format string, args ...any) *text { return (&text{c: c}).say(format, args...) }

// say adds words that carry no figure.
func (t *text) say(format string, args ...any) *text {
	t.runs = append(t.runs, document.Run{Text: fmt.Sprintf(format, args...)})
	return t
}

// put adds a number with its source.
func (t *text) put(number, source string) *text {
	t.runs = append(t.runs, document.Run{Text: number, Source: source})
	return t
}

func (t *text) paragraph() document.Paragraph { return document.Paragraph{Runs: t.runs} }

// figure is a figure that may not exist; its id is known all the same.
type figure struct {
	dashboards.Figure
	ok bool
	id string
}

// get finds a metric's figure of this period: span at where the metric has it, else the one asked for.
func (c *composer) get(metric, span, region, scope string) figure {
	if scope == dashboards.ScopeRest {
		return c.rest(metric, span, region)
	}
	for _, s := range []string{dashboards.SpanAt, span} {
		key := dashboards.Key{Metric: metric, Period: c.p.Name, Span: s, Region: region, Scope: scope}
		if f, ok := c.m.Figure(key); ok {
			return figure{f, true, f.ID}
		}
	}
	if definition, ok := c.m.Metric(metric); ok && strings.Contains(definition.Spans, dashboards.SpanAt) {
		span = dashboards.SpanAt
	}
	key := dashboards.Key{Metric: metric, Period: c.p.Name, Span: span, Region: region, Scope: scope}
	return figure{dashboards.Figure{Key: key}, false, figureID(key)}
}

// rest is what the cities and the province's own agencies leave of the province's figure.
func (c *composer) rest(metric, span, region string) figure {
	whole := c.get(metric, span, region, dashboards.ScopeAll)
	definition, ok := c.m.Metric(metric)
	if !whole.ok || !ok || !strings.Contains(definition.Scopes, dashboards.ScopeOwn) || definition.Aggregate == "value" {
		return figure{dashboards.Figure{}, false, whole.id}
	}
	parts := []dashboards.Figure{c.get(metric, span, region, dashboards.ScopeOwn).Figure}
	for _, part := range c.m.Children(region) {
		parts = append(parts, c.get(metric, span, part.Code, dashboards.ScopeAll).Figure)
	}
	rest, ok := c.m.Rest(whole.Figure, parts)
	return figure{rest, ok, whole.id}
}

// quarter and ytd find a figure of scope all.
func (c *composer) quarter(metric, region string) figure {
	return c.get(metric, dashboards.SpanQuarter, region, dashboards.ScopeAll)
}

func (c *composer) province() string { return c.m.Province().Code }

// figureID is the id of a figure that has no row: a count of nothing, a ratio of nothing to nothing.
func figureID(k dashboards.Key) string {
	id := k.Metric + "." + k.Period + map[string]string{dashboards.SpanQuarter: "q", dashboards.SpanYTD: "y"}[k.Span] + "." + k.Region
	if k.Scope == dashboards.ScopeOwn {
		id += "o"
	}
	if k.Slice != "" {
		id += ":" + k.Slice
	}
	return id
}

// num and den are counts; a count that does not exist is none.
func (f figure) num() string { return dashboards.Count(f.Num()) }
func (f figure) den() string { return dashboards.Count(f.Den) }

// percent is the ratio as printed, from the exact numbers where there are any.
func (f figure) percent() string {
	switch {
	case !f.ok:
		return dashboards.NoFigure
	case f.HasNum && f.HasDen:
		return dashboards.Percent(f.Num(), f.Den, 1)
	case f.Value != nil:
		return dashboards.PercentOf(*f.Value, 1)
	}
	return dashboards.NoFigure
}

// num, den and ratio of a figure in a sentence.
func (t *text) num(f figure, unit string) *text { return t.put(f.num(), f.id).say("%s", unit) }
func (t *text) den(f figure, unit string) *text { return t.put(f.den(), f.id).say("%s", unit) }

// ratio says 12.7%（17/134）; with a small base only 2/3, since a percentage would claim what it cannot carry. A census has no
// small bases: its percentage is a fact.
func (t *text) ratio(f figure) *text {
	switch {
	case !f.ok || !f.HasDen || f.Den == 0:
		return t.say("—（无基数）")
	case f.IsSmall && !t.c.isCensus(f):
		return t.put(f.num()+"/"+f.den(), f.id).say("（基数不足%s，不列比率）", t.c.minBase())
	}
	return t.put(f.percent(), f.id).say("（").put(f.num(), f.id).say("/").put(f.den(), f.id).say("）")
}

// share is 17/134 alone.
func (t *text) share(f figure) *text {
	return t.put(f.num(), f.id).say("/").put(f.den(), f.id)
}

// isCensus says whether a ratio counts everything there is and estimates nothing: all of plan fulfilment does.
func (c *composer) isCensus(f figure) bool {
	metric, _ := c.m.Metric(f.Key.Metric)
	return metric.IsCensus || metric.Theme == "A"
}

func (c *composer) minBase() string {
	if base := c.m.Parameter("min_base"); base != "" {
		return base
	}
	return "10"
}

// against says 高于/低于…x.x个百分点, or 与…持平, for a difference of fractions.
func (t *text) against(what string, difference float64, source string) *text {
	points := dashboards.Points(difference)
	switch {
	case points == "0.0":
		return t.say("与%s持平", what)
	case difference < 0:
		return t.say("低于%s", what).put(points, source).say("个百分点")
	}
	return t.say("高于%s", what).put(points, source).say("个百分点")
}

// goal compares a ratio with the goal of its metric: 要求为60%，高于要求5.7个百分点.
func (t *text) goal(f figure) *text {
	metric, _ := t.c.m.Metric(f.Key.Metric)
	if metric.Goal == nil || f.Value == nil || f.IsSmall && !t.c.isCensus(f) {
		return t
	}
	word := map[bool]string{true: "不高于", false: "不低于"}[metric.Better == "lower"]
	if *metric.Goal == 0 || *metric.Goal == 1 {
		word = "为" // nothing lies beyond it
	}
	t.say("，要求%s", word).put(roundPercent(*metric.Goal), "goal:"+metric.ID).say("，")
	return t.against("要求", *f.Value-*metric.Goal, f.id+"-goal:"+metric.ID)
}

// roundPercent prints a goal: 60%, not 60.0%.
func roundPercent(goal float64) string {
	return strings.Replace(dashboards.PercentOf(goal, 1), ".0%", "%", 1)
}

// yearOnYear says how a count moved against the same quarter a year before, over regions with data in both.
func (t *text) yearOnYear(f figure, unit string) *text {
	change, ok := t.c.changes[f.id]
	if !ok {
		return t
	}
	base, now := dashboards.Number(change.base, 0), dashboards.Number(change.value, 0)
	source := "change:" + f.id + ":yoy"
	prefix := ""
	if len(change.excluded) > 0 {
		prefix = "可比地区"
	}
	switch {
	case base == now:
		t.say("，%s与上年同期持平", prefix)
	case change.suppressed || change.percent == nil:
		t.say("，%s由上年同期", prefix).put(base, source).say("%s变为", unit).put(now, source).say("%s", unit)
	default:
		if now == f.num() {
			t.say("（%s上年同期", prefix).put(base, source).say("%s），", unit)
		} else {
			t.say("，%s由上年同期", prefix).put(base, source).say("%s变为", unit).put(now, source).say("%s，", unit)
		}
		t.say("%s", map[bool]string{true: "同比下降", false: "同比上升"}[*change.percent < 0])
		t.put(strings.TrimPrefix(dashboards.PercentOf(*change.percent, 1), "-"), source)
	}
	if len(change.excluded) > 0 {
		t.say("（不含%s，其上年同期或本期无数据）", strings.Join(change.excluded, "、"))
	}
	return t
}

// portion is a count among several that make up a whole.
type portion struct {
	word string
	n    int64
	id   string
}

// parts say of what kinds a whole is: 多层级2家次、多头1家次; 均为多层级 where it is all one kind. Kinds with nothing are not mentioned.
func (t *text) parts(unit string, all ...portion) *text {
	var some []portion
	for _, p := range all {
		if p.n != 0 {
			some = append(some, p)
		}
	}
	if len(some) == 1 {
		return t.say("均为%s", some[0].word)
	}
	return t.join(len(some), func(i int) { t.say("%s", some[i].word).put(dashboards.Count(some[i].n), some[i].id).say("%s", unit) })
}

// join writes items with 、 between them.
func (t *text) join(n int, item func(i int)) *text {
	for i := range n {
		if i > 0 {
			t.say("、")
		}
		item(i)
	}
	return t
}
