package notice

import (
	"fmt"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
)

// trendQuarters is how many quarters a trend shows.
const trendQuarters = 8

// figureTitle numbers a chart in the order of the document.
func (c *composer) figureTitle(finding string) string {
	c.charts++
	return fmt.Sprintf("图%d　%s", c.charts, finding)
}

// rateChart compares a rate of the cities, in administrative order, with the province's. Cities whose base is too small have a gap.
// The title says how many lie on the bad side.
func (c *composer) rateChart(metric, name, table string) (document.Chart, bool) {
	whole := c.quarter(metric, c.province())
	definition, known := c.m.Metric(metric)
	if !known || !whole.ok || whole.Value == nil || whole.IsSmall {
		return document.Chart{}, false
	}
	chart := document.Chart{Percent: true, Series: []document.Series{{Name: name}, {Name: "全省", Line: true}}}
	worse, shown := 0, 0
	for _, city := range c.m.Cities() {
		f := c.quarter(metric, city.Code)
		chart.Categories = append(chart.Categories, city.Short)
		var value *float64
		if f.ok && f.Value != nil && !f.IsSmall {
			value = f.Value
			shown++
			if definition.Better == "lower" && *value > *whole.Value || definition.Better != "lower" && *value < *whole.Value {
				worse++
			}
		}
		all := *whole.Value
		chart.Series[0].Values, chart.Series[0].Sources = append(chart.Series[0].Values, value), append(chart.Series[0].Sources, f.id)
		chart.Series[1].Values, chart.Series[1].Sources = append(chart.Series[1].Values, &all), append(chart.Series[1].Sources, whole.id)
	}
	if shown < 2 {
		return document.Chart{}, false
	}
	word := map[bool]string{true: "高于", false: "低于"}[definition.Better == "lower"]
	finding := fmt.Sprintf("%d个市（地）%s%s全省", worse, name, word)
	if worse == 0 {
		finding = fmt.Sprintf("各市（地）%s均不%s全省", name, word)
	}
	chart.Title = c.figureTitle(finding)
	chart.Alternative = fmt.Sprintf("%s；各市（地）%s与全省%s的比较，数值见%s，基数不足%s的不列", chart.Title, name, whole.percent(), table, c.minBase())
	return chart, true
}

// classesShown is how many classes of hazard the chart of recurrences names.
const classesShown = 10

// classChart shows the classes of hazard that came back most in the quarter.
func (c *composer) classChart() (document.Chart, bool) {
	classes := c.lists.classes
	if len(classes) < 3 {
		return document.Chart{}, false
	}
	classes = classes[:min(classesShown, len(classes))]
	chart := document.Chart{Series: []document.Series{{Name: "复发（起）"}}}
	for _, class := range classes {
		n := float64(class.recurrences)
		chart.Categories = append(chart.Categories, class.short)
		chart.Series[0].Values, chart.Series[0].Sources = append(chart.Series[0].Values, &n), append(chart.Series[0].Sources, classSource)
	}
	finding := fmt.Sprintf("%s复发最多，为%d起", classes[0].name, classes[0].recurrences)
	if classes[1].recurrences == classes[0].recurrences {
		finding = fmt.Sprintf("复发最多的%d类问题", len(classes))
	}
	chart.Title = c.figureTitle(finding)
	chart.Alternative = fmt.Sprintf("%s；本季度新增隐患中复发最多的%d类问题的复发起数", chart.Title, len(classes))
	return chart, true
}

// trendChart shows two rates of the province over the last quarters. It needs three quarters and a base in the last one.
func (c *composer) trendChart() (document.Chart, bool) {
	var periods []dashboards.Period
	for n := trendQuarters - 1; n >= 0; n-- {
		if p, ok := c.m.Before(c.p, n); ok {
			periods = append(periods, p)
		}
	}
	if len(periods) < 3 {
		return document.Chart{}, false
	}
	chart := document.Chart{Percent: true}
	for _, p := range periods {
		chart.Categories = append(chart.Categories, fmt.Sprintf("%02d年%d季度", p.Year%100, p.Quarter))
	}
	finding := ""
	for _, line := range []struct{ metric, name string }{{"B7", "复发率"}, {"C3", "重复检查率"}} {
		series := document.Series{Name: line.name, Line: true}
		shown := 0
		for _, p := range periods {
			key := dashboards.Key{Metric: line.metric, Period: p.Name, Span: dashboards.SpanQuarter, Region: c.province(), Scope: dashboards.ScopeAll}
			f, ok := c.m.Figure(key)
			var value *float64
			if ok && f.Value != nil && !f.IsSmall {
				value = f.Value
				shown++
			}
			series.Values, series.Sources = append(series.Values, value), append(series.Sources, figureID(key))
		}
		if shown == 0 {
			continue
		}
		chart.Series = append(chart.Series, series)
		last, before := series.Values[len(periods)-1], series.Values[len(periods)-2]
		if finding == "" && last != nil && before != nil {
			finding = line.name + "比上季度" + moved(*last-*before)
		}
	}
	if len(chart.Series) == 0 || finding == "" {
		return document.Chart{}, false
	}
	chart.Title = c.figureTitle(finding)
	chart.Alternative = fmt.Sprintf("%s；全省近%d个季度主要比率的走势，基数不足%s的季度不列", chart.Title, len(periods), c.minBase())
	return chart, true
}

// moved words a difference of two ratios.
func moved(difference float64) string {
	points := dashboards.Points(difference)
	switch {
	case points == "0.0":
		return "持平"
	case difference < 0:
		return "下降" + points + "个百分点"
	}
	return "上升" + points + "个百分点"
}
