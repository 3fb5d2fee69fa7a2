package dashboards

import (
	"sort"

	"tongbao/dashboards/chart"
)

func (s *site) cityPage(city Region, p Period) (*page, error) {
	counties, province := s.m.Children(city.Code), s.m.Province()
	one := s.newPage("city", "city-"+city.Code+".html", city.Name, p, city)
	if s.isPack() {
		one.Kind = "home"
	} else {
		one.Crumbs = []link{{Text: province.Name, Href: "index.html"}}
	}
	one.KPIs = s.kpisOf(p, city, []string{"A1", "A5", "A6", "B1", "B4", "B7", "C3", "D6"})
	var b blocks
	b.add(s.paceBlock(p, peers{counties, city, "县（市、区）", ""}))
	b.add(s.waterfallBlock(p, city))
	b.add(s.goalBlock("closure", "B1", p, peers{counties, city, "县（市、区）", ""}, "open_major"))
	b.add(s.goalBlock("recur", "B7", p, peers{counties, city, "县（市、区）", ""}, "repeat"))
	b.add(s.goalBlock("dup", "C3", p, peers{counties, city, "县（市、区）", ""}, "duplicate_pair"))
	b.add(s.compareBlock(p, city, province))
	b.add(s.classBlock(p, city))
	b.add(s.agencyBlock(p, city))
	b.add(s.burnBlock(p, city))
	b.add(s.againstBlock(p, city, province), nil)
	b.add(s.movedBlock(p, city), nil)
	b.add(s.trendBlock(p, city, []string{"A1", "A7", "B1", "B7", "C3", "D6"}), nil)
	b.add(s.todoBlock(p, city), nil)
	b.add(s.wideTable("counties", s.t("各县（市、区）一览"), p, counties, city, s.known("A1", "A7", "B1", "B7", "C3", "D6", "D9"), "县（市、区）"), nil)
	b.add(s.volumeBlock(p, counties, city, "县（市、区）"), nil)
	one.Blocks = b.all
	one.Indexed = s.regionLinks(counties)
	return one, b.err
}

func (s *site) countyPage(county Region, p Period) (*page, error) {
	province := s.m.Province()
	city, _ := s.m.Region(county.Parent)
	one := s.newPage("county", "county-"+county.Code+".html", county.Name, p, county)
	switch {
	case s.scope.Level == LevelCounty:
		one.Kind = "home"
	case s.isPack():
		one.Crumbs = []link{{Text: city.Name, Href: s.regionHref(city)}}
	default:
		one.Crumbs = []link{{Text: province.Name, Href: "index.html"}, {Text: city.Name, Href: s.regionHref(city)}}
	}
	one.KPIs = s.kpisOf(p, county, []string{"A1", "A5", "B1", "B7", "C3", "D6"})
	var b blocks
	if siblings := s.m.Children(city.Code); s.scope.Level != LevelCounty && len(siblings) > 1 {
		b.add(s.paceBlock(p, peers{siblings, city, "县（市、区）", county.Code}))
		b.add(s.goalBlock("closure", "B1", p, peers{siblings, city, "县（市、区）", county.Code}, "open_major"))
		b.add(s.goalBlock("recur", "B7", p, peers{siblings, city, "县（市、区）", county.Code}, "repeat"))
		b.add(s.goalBlock("dup", "C3", p, peers{siblings, city, "县（市、区）", county.Code}, "duplicate_pair"))
	}
	b.add(s.waterfallBlock(p, county))
	b.add(s.compareBlock(p, county, city, province))
	b.add(s.againstBlock(p, county, city, province), nil)
	b.add(s.movedBlock(p, county), nil)
	b.add(s.trendBlock(p, county, []string{"A1", "A7", "B1", "B7", "C3", "D6"}), nil)
	b.add(s.todoBlock(p, county), nil)
	b.add(s.volumeBlock(p, nil, county, "地区"), nil)
	one.Blocks = b.all
	return one, b.err
}

// againstBlock puts a region's indicators beside those of the regions above it.
func (s *site) againstBlock(p Period, r Region, above ...Region) *block {
	var metrics []string
	better, worse := 0, 0
	top := above[len(above)-1]
	for _, m := range s.m.Metrics {
		if m.Theme == "E" {
			continue
		}
		f, ok := s.fig(m.ID, p, r.Code)
		if !ok {
			continue
		}
		metrics = append(metrics, m.ID)
		g, ok := s.fig(m.ID, p, top.Code)
		if ok && f.Value != nil && g.Value != nil && !f.IsSmall && m.IsRanked && *f.Value != *g.Value {
			if (*f.Value > *g.Value) == (m.Better == "higher") {
				better++
			} else {
				worse++
			}
		}
	}
	if len(metrics) == 0 {
		return nil
	}
	return &block{ID: "against", Title: s.f("与%s比较：%d项优于，%d项差于", s.totalName(top), better, worse), Table: s.indicatorTable(s.t("主要指标"), p, r, metrics, above...), Wide: true,
		Note: s.f("只比较有位次的指标，基数不足%s的不比较。本年累计或季末状态。", s.m.Parameter("min_base"))}
}

// compareBlock shows a region's main ratios as marks beside those of the regions above it.
func (s *site) compareBlock(p Period, r Region, above ...Region) (*block, error) {
	places := append([]Region{r}, above...)
	names := []string{r.Name}
	t := &table{Caption: s.t("主要比率对照"), Columns: []column{{Label: s.t("指标")}, {Label: r.Name, Numeric: true}, {Label: s.t("分子/分母"), Numeric: true}}}
	for _, a := range above {
		names = append(names, s.totalName(a))
		t.Columns = append(t.Columns, column{Label: s.totalName(a), Numeric: true})
	}
	var rows []chart.Comparison
	better, worse := 0, 0
	for _, id := range s.known("A1", "A5", "A6", "B1", "B4", "B7", "C3", "C7", "D6", "D7", "D9") {
		m, _ := s.m.Metric(id)
		own, ok := s.fig(id, p, r.Code)
		if !ok || m.Unit != "ratio" {
			continue
		}
		one := chart.Comparison{Name: s.title(id) + " " + s.value(own, true)}
		line := []cell{{Text: s.title(id), Href: "metrics.html#" + id}}
		for i, place := range places {
			f, ok := s.fig(id, p, place.Code)
			one.Values, one.Labels = append(one.Values, s.plotted(f, ok)), append(one.Labels, s.value(f, ok))
			line = append(line, cell{Text: s.value(f, ok), ID: f.ID, Number: s.plotted(f, ok)})
			if i == 0 {
				line = append(line, text(s.share(f)))
			}
		}
		top, ok := s.fig(id, p, above[len(above)-1].Code)
		if ok && own.Value != nil && top.Value != nil && !own.IsSmall && m.Better != "none" && *own.Value != *top.Value {
			if (*own.Value > *top.Value) == (m.Better == "higher") {
				better++
			} else {
				worse++
			}
		}
		rows, t.Rows = append(rows, one), append(t.Rows, line)
	}
	if len(rows) < 2 || better+worse == 0 {
		return nil, nil // nothing to compare
	}
	drawn := chart.Compare(names, rows, "%")
	return &block{ID: "compare", Title: s.f("%d项主要比率中，%d项优于%s，%d项差于", len(rows), better, names[len(names)-1], worse), Chart: drawn, Table: t,
		Note: s.f("本年累计或季末状态；基数不足%s的不计优劣。", s.m.Parameter("min_base"))}, nil
}

// movedBlock is what changed most since last quarter, and which side of the fraction moved.
func (s *site) movedBlock(p Period, r Region) *block {
	before, ok := s.m.Before(p, 1)
	if !ok {
		return nil
	}
	type move struct {
		metric    Metric
		now, then Figure
		by        float64
		isBetter  bool
	}
	var moves []move
	for _, m := range s.m.Metrics {
		if m.Unit != "ratio" || m.Better == "none" {
			continue
		}
		span := SpanQuarter
		if s.spanOf(m.ID) == SpanAt {
			span = SpanAt
			if before.Year != p.Year {
				continue // a state that starts anew each January says nothing across the year's end
			}
		}
		now, ok1 := s.m.At(m.ID, p.Name, span, r.Code)
		then, ok2 := s.m.At(m.ID, before.Name, span, r.Code)
		if !ok1 || !ok2 || now.Value == nil || then.Value == nil || now.IsSmall || then.IsSmall {
			continue
		}
		by := *now.Value - *then.Value
		if Points(by) == "0.0" {
			continue
		}
		moves = append(moves, move{m, now, then, by, (by > 0) == (m.Better == "higher")})
	}
	if len(moves) == 0 {
		return nil
	}
	sort.SliceStable(moves, func(i, j int) bool {
		a, b := moves[i].by, moves[j].by
		if a < 0 {
			a = -a
		}
		if b < 0 {
			b = -b
		}
		return a > b
	})
	moves = moves[:min(len(moves), 8)]
	t := &table{Caption: s.t("变化最大的指标"), Open: true, Columns: []column{{Label: s.t("指标")}, {Label: s.periodLabel(before), Numeric: true}, {Label: s.periodLabel(p), Numeric: true}, {Label: s.t("变化")}, {Label: s.t("原因（分子、分母的变化）")}, {Label: s.t("方向")}}}
	up := 0
	for _, m := range moves {
		direction := s.t("走弱")
		if m.isBetter {
			direction = s.t("向好")
			up++
		}
		t.Rows = append(t.Rows, []cell{{Text: s.title(m.metric.ID), Href: "metrics.html#" + m.metric.ID},
			text(s.value(m.then, true) + " (" + s.share(m.then) + ")"), {Text: s.value(m.now, true) + " (" + s.share(m.now) + ")", ID: m.now.ID},
			text(s.change(m.now, m.then.Value, "")), text(s.why(m.then, m.now)), text(direction)})
	}
	return &block{ID: "moved", Title: s.upAndDown("较上季度变化最大的%d项中", up, len(moves)-up), Table: t, Wide: true,
		Note: s.t("当季口径，计划类为季末状态；两季基数均达到最小基数的才列出。")}
}

// upAndDown says of so many measures how many got better and how many worse; what is none is not said.
func (s *site) upAndDown(head string, up, down int) string {
	title := s.f(head, up+down)
	switch {
	case up+down == 0:
		return s.t("较上季度没有变化")
	case down == 0:
		return title + s.t("，均向好")
	case up == 0:
		return title + s.t("，均走弱")
	}
	return title + s.f("，%d项向好，%d项走弱", up, down)
}

// why says which part of the fraction moved, in counts.
func (s *site) why(then, now Figure) string {
	part := func(name string, a, b int64) string {
		switch {
		case b > a:
			return s.f("%s增加%d", name, b-a)
		case b < a:
			return s.f("%s减少%d", name, a-b)
		}
		return s.f("%s不变", name)
	}
	return part(s.t("分子"), then.Num(), now.Num()) + s.t("，") + part(s.t("分母"), then.Den, now.Den)
}

// todoBlock is what is still to be done: the lines of each list that belong to the region, with links.
func (s *site) todoBlock(p Period, r Region) *block {
	t := &table{Caption: s.t("待办事项"), Open: true, Columns: []column{{Label: s.t("清单")}, {Label: s.t("条数"), Numeric: true}, {Label: s.t("要做什么")}}}
	total := int64(0)
	for _, list := range s.lists {
		n := s.counts[list.Name+"/"+p.Name+"/"+r.Code]
		if n == 0 || list.Todo == "" {
			continue
		}
		total += n
		t.Rows = append(t.Rows, []cell{ref(s.t(list.Title), s.listHref(list, r)), num(Count(n), float64(n)), text(s.t(list.Todo))})
	}
	if f, ok := s.fig("A1", p, r.Code); ok && f.Den > f.Num() {
		left := f.Den - f.Num()
		note := s.t("按计划在年底前完成")
		if days := p.WorkdaysOfYear - p.WorkdaysToD; days > 0 {
			note = s.f("年内尚余%d个工作日，平均每个工作日需完成%s项", days, Number(float64(left)/float64(days), 1))
		}
		t.Rows = append([][]cell{{text(s.t("未完成计划项")), num(Count(left), float64(left)), text(note)}}, t.Rows...)
	}
	for _, f := range s.fresh {
		if f.Region.Code == r.Code && f.Pending > 0 {
			t.Rows = append(t.Rows, []cell{text(s.t("退回待改的行")), num(Count(f.Pending), float64(f.Pending)), text(s.t("按退回单更正后重新报送"))})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &block{ID: "todo", Title: s.f("待办%d类，清单共%d条", len(t.Rows), total), Table: t, Wide: true}
}
