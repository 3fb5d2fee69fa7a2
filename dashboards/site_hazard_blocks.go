package dashboards

import (
	"fmt"
	"html/template"
	"sort"
	"strconv"
	"strings"

	"tongbao/dashboards/chart"
)

// curveBlock is the cumulative recurrence by sector, with the numbers at risk under it.
func (s *site) curveBlock(p Period, r Region) (*block, error) {
	rows := s.themes.curves[place{p.Name, r.Code}]
	if len(rows) == 0 {
		return nil, nil
	}
	window, err := strconv.Atoi(s.m.Parameter("recurrence_days"))
	if err != nil || window < 1 {
		window = 365
	}
	type curve struct {
		slice, name string
		points      [][2]float64
		last, band  string
		start       float64
		days        []int
		atRisk      []string
	}
	var curves []*curve
	for _, row := range rows {
		if len(curves) == 0 || curves[len(curves)-1].slice != row[0] {
			name := s.t("全部领域")
			if code, ok := strings.CutPrefix(row[0], "sector="); ok {
				name = s.m.Word("sector", code)
			}
			start, _ := strconv.ParseFloat(row[2], 64)
			curves = append(curves, &curve{slice: row[0], name: name, start: start})
		}
		c := curves[len(curves)-1]
		day, _ := strconv.Atoi(row[1])
		cumulative, _ := strconv.ParseFloat(row[3], 64)
		if day > window {
			continue
		}
		c.points = append(c.points, [2]float64{float64(day), rounded(cumulative * 100)})
		c.days, c.atRisk = append(c.days, day), append(c.atRisk, row[2])
		c.last = PercentOf(cumulative, 1)
		if row[4] != "" && row[5] != "" {
			low, _ := strconv.ParseFloat(row[4], 64)
			high, _ := strconv.ParseFloat(row[5], 64)
			c.band = PercentOf(low, 1) + "–" + PercentOf(high, 1)
		}
	}
	var whole *curve
	var sliced []*curve
	for _, c := range curves {
		if c.slice == "" {
			whole = c
		} else if c.start >= s.minBase() {
			sliced = append(sliced, c)
		}
	}
	end := func(c *curve) float64 { return c.points[len(c.points)-1][1] }
	sort.SliceStable(sliced, func(i, j int) bool { return end(sliced[i]) > end(sliced[j]) })
	listed := append([]*curve{}, sliced...)
	drawnCurves := sliced
	if len(sliced) > 4 { // the extremes; the others are in the table
		drawnCurves = append(append([]*curve{}, sliced[:2]...), sliced[len(sliced)-1])
	}
	if whole != nil {
		drawnCurves = append(append([]*curve{}, drawnCurves...), whole)
		listed = append(listed, whole)
	}
	var lines []chart.Line
	step := max(30, window/4/30*30) // every thirtieth day is in the curve
	var marks []int
	for d := 0; d <= window; d += step {
		marks = append(marks, d)
	}
	risk := &table{Caption: s.t("风险集人数"), Columns: []column{{Label: s.t("领域")}}, Open: true}
	for _, d := range marks {
		risk.Columns = append(risk.Columns, column{Label: s.f("第%d天", d), Numeric: true})
	}
	result := &table{Caption: s.t("累计复发概率"), Columns: []column{{Label: s.t("领域")}, {Label: s.t("闭环隐患（条）"), Numeric: true}, {Label: s.f("%d天累计复发概率", window), Numeric: true}, {Label: s.t("95%区间"), Numeric: true}}}
	for _, c := range drawnCurves {
		lines = append(lines, chart.Line{Name: c.name, Points: c.points, Stairs: true})
	}
	high, highName := -1.0, ""
	for _, c := range listed {
		row := []cell{text(c.name)}
		for _, d := range marks {
			at := NoFigure
			for i, day := range c.days {
				if day >= d {
					at = c.atRisk[i]
					break
				}
			}
			row = append(row, text(at))
		}
		risk.Rows = append(risk.Rows, row)
		result.Rows = append(result.Rows, []cell{text(c.name), num(Count(int64(c.start)), c.start), text(c.last), text(c.band)})
		if c.slice != "" && end(c) > high {
			high, highName = end(c), c.name
		}
	}
	drawn := chart.Curves(lines, chart.Axis{Name: s.t("销号后天数"), Step: float64(step), Max: float64(window)}, chart.Axis{Name: s.t("累计复发概率"), Unit: "%"}, 340)
	title := s.f("销号后%d天内累计复发概率%s", window, listed[len(listed)-1].last)
	if highName != "" && whole != nil {
		title = s.f("销号后%d天内累计复发概率%s，%s最高", window, whole.last, highName)
	}
	b := &block{ID: "km", Title: title, Chart: drawn, Table: result, Extra: risk, Rows: s.listLinks(r, "repeat"), Trace: s.traced("B9", p, r)}
	if whole != nil {
		b.Note = s.f("Kaplan–Meier 估计，n=%d 条闭环后再检的隐患；未再检的按最后一次检查截尾。", int(whole.start))
		if len(listed) > len(drawnCurves) {
			b.Note += s.t("图中为最高的两个领域、最低的一个和全部领域，其余见表。")
		}
	}
	return b, nil
}

func rounded(v float64) float64 {
	out, err := strconv.ParseFloat(Number(v, 1), 64)
	if err != nil {
		return 0
	}
	return out
}

// funnelBlock shows regions of different size against the limits chance alone would give.
func (s *site) funnelBlock(id, metric string, p Period) (*block, error) {
	rows := s.themes.funnels[place{p.Name, metric + " " + s.spanOf(metric)}]
	if len(rows) == 0 || !s.has(metric) {
		return nil, nil
	}
	byRegion := map[string][]string{}
	var dots []chart.Dot
	limits := [4][][2]float64{}
	var pooled [][2]float64
	var out []string
	for _, row := range rows {
		region, ok := s.m.Region(row[0])
		if !ok || region.Level != LevelCity {
			continue
		}
		byRegion[row[0]] = row
		den, _ := strconv.ParseFloat(row[1], 64)
		numerator, _ := strconv.ParseInt(row[10], 10, 64)
		if n, err := strconv.ParseFloat(row[10], 64); err == nil {
			numerator = int64(n)
		}
		value := Percent(numerator, int64(den), 1)
		d := chart.Dot{X: den, Name: region.Short, Label: fmt.Sprintf("%s (%d/%d)", value, numerator, int64(den)), Tone: chart.Plain}
		d.Y, _ = strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
		if row[8] != "inside" && row[8] != "" {
			d.IsNamed = true
			if strings.HasPrefix(row[8], "high") {
				d.Tone = chart.Bad
				out = append(out, region.Short)
			}
		}
		dots = append(dots, d)
		for i := range limits {
			if v, err := strconv.ParseFloat(row[4+i], 64); err == nil {
				limits[i] = append(limits[i], [2]float64{den, rounded(v * 100)})
			}
		}
		if v, err := strconv.ParseFloat(row[3], 64); err == nil {
			pooled = append(pooled, [2]float64{den, rounded(v * 100)})
		}
	}
	if len(dots) < 3 {
		return nil, nil // nothing to compare
	}
	names := []string{"95%", "", "99.8%", ""}
	lines := []chart.Line{{Name: s.t("平均"), Points: pooled, Limit: true}}
	for i, points := range limits {
		lines = append(lines, chart.Line{Name: names[i], Points: points, Limit: true})
	}
	drawn := chart.Funnel(dots, lines, chart.Axis{Name: s.t("基数 n")}, chart.Axis{Name: s.title(metric), Unit: "%"})
	t := &table{Caption: s.f("%s与控制限", s.title(metric)), Columns: []column{{Label: s.t("市（地）")}, {Label: s.title(metric), Numeric: true}, {Label: s.t("分子/分母"), Numeric: true}, {Label: s.t("95%控制限"), Numeric: true}, {Label: s.t("判断")}}}
	for _, city := range s.m.Cities() {
		row, ok := byRegion[city.Code]
		if !ok {
			t.Rows = append(t.Rows, []cell{ref(city.Name, s.regionHref(city)), text(NoFigure), text(""), text(""), text("")})
			continue
		}
		low, _ := strconv.ParseFloat(row[4], 64)
		high, _ := strconv.ParseFloat(row[5], 64)
		f, _ := s.fig(metric, p, city.Code)
		t.Rows = append(t.Rows, []cell{ref(city.Name, s.regionHref(city)), s.figureCell(metric, p, city.Code), text(s.share(f)), text(PercentOf(low, 1) + "–" + PercentOf(high, 1)), text(s.position(row[8]))})
	}
	title := s.f("%s：各市（地）的差别未超出随机波动", s.title(metric))
	if len(out) > 0 {
		title = s.f("%s：%s高于控制限，不像偶然", s.title(metric), s.list(out, 5))
	}
	note := s.t("漏斗图：横轴为基数，虚线为随机波动的95%与99.8%控制限。")
	if rows[0][9] == "true" {
		note += s.t("地区间差异大于随机波动，控制限已按过离散放宽。")
	}
	if f, ok := s.fig(metric, p, s.m.Province().Code); ok {
		note += s.f("%s %s（%s）。", s.totalName(s.m.Province()), s.value(f, ok), s.share(f))
	}
	return &block{ID: id, Title: title, Chart: drawn, Table: t, Note: note, Trace: s.traced(metric, p, s.m.Province())}, nil
}

func (s *site) position(code string) string {
	switch code {
	case "inside":
		return s.t("限内")
	case "high_95":
		return s.t("高于95%限")
	case "high_998":
		return s.t("高于99.8%限")
	case "low_95":
		return s.t("低于95%限")
	case "low_998":
		return s.t("低于99.8%限")
	}
	return code
}

// recurrenceBlock is classes of hazard × regions.
func (s *site) recurrenceBlock(p Period, regions []Region) (*block, error) {
	rows := s.worstClasses(p, regions)
	if len(rows) == 0 {
		return nil, nil
	}
	at := map[string]int{}
	var columns []string
	for i, r := range regions {
		at[r.Code] = i
		columns = append(columns, r.Short)
	}
	type field struct{ recurrences, episodes int64 }
	var classes []string
	values := map[string]map[int]field{}
	top := 0.0
	for _, row := range rows {
		class := s.className(row[0], row[1])
		if values[class] == nil {
			classes = append(classes, class)
			values[class] = map[int]field{}
		}
		column, ok := at[row[2]]
		if !ok {
			continue
		}
		f := field{whole(row[3]), whole(row[4])}
		values[class][column] = f
		if f.episodes > 0 && float64(f.episodes) >= s.minBase() {
			top = max(top, float64(f.recurrences)/float64(f.episodes))
		}
	}
	t := &table{Caption: s.t("隐患类别 × 地区：复发条数/新增条数"), Columns: []column{{Label: s.t("隐患类别")}}}
	for _, r := range regions {
		t.Columns = append(t.Columns, column{Label: r.Name, Numeric: true})
	}
	var cells []chart.Cell
	recurrences := int64(0)
	for y, class := range classes {
		row := []cell{text(class)}
		for x, r := range regions {
			f := values[class][x]
			recurrences += f.recurrences
			if f.episodes == 0 {
				row = append(row, text(NoFigure))
				continue
			}
			row = append(row, text(fmt.Sprintf("%d/%d", f.recurrences, f.episodes)))
			c := chart.Cell{X: x, Y: y, Name: r.Short + " " + class, Label: fmt.Sprintf("%d/%d", f.recurrences, f.episodes)}
			share := 0.0
			if top > 0 {
				share = min(1, float64(f.recurrences)/float64(f.episodes)/top)
			}
			c.Share = &share
			cells = append(cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(cells) == 0 {
		return nil, nil
	}
	drawn := chart.Matrix(columns, classes, cells)
	title := s.f("复发最多的一类是“%s”", classes[0])
	if recurrences == 0 {
		title = s.t("本年尚无复发")
	}
	return &block{ID: "classes", Title: title, Chart: drawn, Table: t, Wide: true,
		Note: s.t("每格为本年复发条数/新增条数，颜色按复发占比由浅到深；按复发条数取前12类。"), Rows: s.listLinks(s.scopeOf(regions), "repeat"), Trace: s.traced("B7", p, s.scopeOf(regions))}, nil
}

// worstClasses are the rows of the classes with the most recurrences over these regions, the worst class first: class,
// class_kind, region_code, recurrences, episodes.
func (s *site) worstClasses(p Period, regions []Region) [][]string {
	type key struct{ class, kind string }
	type sum struct {
		key
		recurrences, episodes int64
		rows                  [][]string
	}
	at := map[key]int{}
	var sums []sum
	for _, r := range regions {
		for _, row := range s.themes.classes[place{p.Name, r.Code}] {
			k := key{row[0], row[1]}
			i, ok := at[k]
			if !ok {
				i = len(sums)
				at[k] = i
				sums = append(sums, sum{key: k})
			}
			one := &sums[i]
			one.recurrences += whole(row[3])
			one.episodes += whole(row[2])
			one.rows = append(one.rows, []string{k.class, k.kind, r.Code, row[3], row[2]})
		}
	}
	sort.Slice(sums, func(i, j int) bool {
		a, b := sums[i], sums[j]
		switch {
		case a.recurrences != b.recurrences:
			return a.recurrences > b.recurrences
		case a.episodes != b.episodes:
			return a.episodes > b.episodes
		case a.class != b.class:
			return a.class < b.class
		}
		return a.kind < b.kind
	})
	var rows [][]string
	for _, one := range sums[:min(len(sums), 12)] {
		rows = append(rows, one.rows...)
	}
	return rows
}

func (s *site) scopeOf(regions []Region) Region {
	if len(regions) == 1 {
		return regions[0]
	}
	return s.m.Province()
}

func (s *site) className(class, kind string) string {
	class = strings.TrimPrefix(class, kind+":")
	switch kind {
	case "item":
		return class
	case "clause":
		return s.f("条款 %s", class)
	case "category":
		return s.m.Word("category", class)
	}
	return class
}

func whole(number string) int64 {
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0
	}
	return int64(v)
}

// classBlock is the classes of hazard that come back most in one region.
func (s *site) classBlock(p Period, r Region) (*block, error) {
	var bars []chart.Bar
	t := &table{Caption: s.t("隐患类别：复发条数与新增条数"), Columns: []column{{Label: s.t("隐患类别")}, {Label: s.t("复发（条）"), Numeric: true}, {Label: s.t("复发/新增"), Numeric: true}, {Label: s.t("占比"), Numeric: true}}}
	recurrences, episodes := int64(0), int64(0)
	for _, row := range s.themes.classes[place{p.Name, r.Code}] {
		recurrences, episodes = recurrences+whole(row[3]), episodes+whole(row[2])
	}
	for _, row := range s.worstClasses(p, []Region{r}) {
		n, of := whole(row[3]), whole(row[4])
		if n == 0 {
			continue
		}
		value, name := float64(n), s.className(row[0], row[1])
		bars = append(bars, chart.Bar{Name: name, Label: fmt.Sprintf("%d/%d", n, of), Value: &value, Tone: chart.Plain})
		t.Rows = append(t.Rows, []cell{text(name), num(Count(n), value), num(fmt.Sprintf("%d/%d", n, of), value), text(Percent(n, of, 1))})
	}
	if len(bars) == 0 {
		return nil, nil
	}
	drawn := chart.Bars(bars, nil, 0, "")
	return &block{ID: "classes", Title: s.f("本年复发%d条，最多的一类是“%s”（%s）", recurrences, bars[0].Name, bars[0].Label), Chart: drawn, Table: t, Rows: s.listLinks(r, "repeat"), Trace: s.traced("B7", p, r),
		Note: s.f("n=%d 条新增隐患。每条为本年复发条数/新增条数；按复发条数取前12类。", episodes)}, nil
}

// trendBlock is small multiples: one metric each, eight quarters, with its band.
func (s *site) trendBlock(p Period, r Region, metrics []string) *block {
	var b strings.Builder
	t := &table{Caption: s.t("走势"), Columns: []column{{Label: s.t("指标")}}}
	for i, q := range s.trend("A1", SpanAt, r.Code, p, 8) {
		_ = i
		t.Columns = append(t.Columns, column{Label: q.Label, Numeric: true})
	}
	b.WriteString(`<div class="multiples">`)
	up, down := 0, 0
	for _, id := range metrics {
		m, ok := s.m.Metric(id)
		if !ok {
			continue
		}
		span := SpanQuarter
		if s.spanOf(id) == SpanAt {
			span = SpanAt
		}
		points := s.trend(id, span, r.Code, p, 8)
		row := []cell{{Text: s.title(id), Href: "metrics.html#" + id}}
		for _, q := range points {
			f, ok := s.m.At(id, q.Label, span, r.Code)
			row = append(row, cell{Text: s.value(f, ok), ID: f.ID, Number: s.plotted(f, ok)})
		}
		t.Rows = append(t.Rows, row)
		f, exists := s.m.At(id, p.Name, span, r.Code)
		picture := spark(points, 220, 64, s.f("%s近8个季度走势", s.title(id)))
		fmt.Fprintf(&b, `<div class="multiple"><p class="name">%s</p><p class="now"><b>%s</b> %s</p>%s<p class="move">%s</p></div>`,
			template.HTMLEscapeString(s.title(id)), template.HTMLEscapeString(s.value(f, exists)), template.HTMLEscapeString(s.unit(id)), picture,
			template.HTMLEscapeString(s.change(f, f.PriorValue, s.t("较上季度"))))
		if f.Value != nil && f.PriorValue != nil && *f.Value != *f.PriorValue && m.Better != "none" && m.Better != "" {
			if (*f.Value > *f.PriorValue) == (m.Better == "higher") {
				up++
			} else {
				down++
			}
		}
	}
	b.WriteString(`</div>`)
	if len(t.Rows) == 0 || len(t.Columns) < 2 {
		return nil
	}
	return &block{ID: "trend", Title: s.upAndDown("较上季度%d项指标", up, down), Picture: template.HTML(b.String()), Table: t, Wide: true,
		Note: s.t("当季口径（计划类为季末状态）；浅色带为95%区间。")}
}
