package dashboards

import (
	"sort"
	"strconv"

	"tongbao/dashboards/chart"
)

// agencyBlock is which agency came after which: the agencies with the most net pairs.
func (s *site) agencyBlock(p Period, r Region) (*block, error) {
	where := "*"
	if r.Level != LevelProvince {
		where = r.City
	}
	rows := s.themes.agencies[place{p.Name, where}]
	if len(rows) == 0 {
		return nil, nil
	}
	total, seen, gross, groups := whole(rows[0][7]), whole(rows[0][8]), whole(rows[0][9]), whole(rows[0][10])
	names := map[string]string{}
	var order []string // agencies of the pairs with the most duplicates
	for _, row := range rows {
		for i, code := range []string{row[0], row[2]} {
			if _, ok := names[code]; !ok && len(order) < 12 {
				order = append(order, code)
			}
			names[code] = s.orCode(row[2*i+1], code)
		}
	}
	sort.Strings(order)
	place := map[string]int{}
	labels := make([]string, len(order))
	for i, code := range order {
		place[code], labels[i] = i, names[code]
	}
	most := float64(whole(rows[0][4]))
	var cells []chart.Cell
	t := &table{Caption: s.t("先后检查的机构"), Columns: []column{{Label: s.t("先检查的机构")}, {Label: s.t("后检查的机构")}, {Label: s.t("净重复（对）"), Numeric: true}, {Label: s.t("全部（对）"), Numeric: true}, {Label: s.t("全部中事先可见"), Numeric: true}}}
	for i, row := range rows {
		if i < 20 {
			t.Rows = append(t.Rows, []cell{text(s.orCode(row[1], row[0])), text(s.orCode(row[3], row[2])), num(row[4], float64(whole(row[4]))), num(row[6], float64(whole(row[6]))), num(row[5], float64(whole(row[5])))})
		}
		x, okX := place[row[2]]
		y, okY := place[row[0]]
		if okX && okY {
			share := float64(whole(row[4])) / most
			cells = append(cells, chart.Cell{X: x, Y: y, Name: names[row[0]] + "→" + names[row[2]], Label: row[4], Share: &share})
		}
	}
	if groups > 20 {
		t.Note = s.f("列出对数最多的20组，共%d组。", groups)
	}
	drawn := chart.Matrix(labels, labels, cells)
	first := rows[0]
	title := s.f("重复最多的一组：%s之后%s再查，%s对", names[first[0]], names[first[2]], first[4])
	return &block{ID: "agencies", Title: title, Chart: drawn, Table: t,
		Note: s.f("本年净重复 n=%d 对；连同豁免类型共 %d 对，其中 %d 对在后一次开始前已能在系统中看到前一次。行为先检查的机构，列为后检查的机构；图中为重复最多的各组所涉的%d家机构。", total, gross, seen, len(order)),
		Rows: s.listLinks(r, "duplicate_pair"), Trace: s.traced("C3", p, r)}, nil
}

func (s *site) orCode(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

// capBlock is how much of the yearly cap is used: enterprises by visits used, for each cap.
func (s *site) capBlock(p Period, r Region) (*block, error) {
	rows := s.themes.caps[place{p.Name, r.Code}]
	if len(rows) == 0 {
		return nil, nil
	}
	var ys []string
	row := map[string]int{}
	width := 0
	total, over, used := int64(0), int64(0), int64(0)
	sums := map[string]int64{}
	for _, x := range rows {
		key := x[0] + "/" + x[1]
		if _, ok := row[key]; !ok {
			row[key] = len(ys)
			level := s.t("各级合计")
			if x[0] != "*" {
				level = s.m.Word("level", x[0])
			}
			ys = append(ys, s.f("上限%s次（%s）", x[1], level))
		}
		n := whole(x[3])
		sums[key] += n
		total += n
		switch limit, u := whole(x[1]), whole(x[2]); {
		case u > limit:
			over += n
		case u == limit:
			used += n
		}
		width = max(width, int(whole(x[2]))+1)
	}
	columns := make([]string, width)
	for i := range columns {
		columns[i] = s.f("%d次", i)
	}
	var cells []chart.Cell
	t := &table{Caption: s.t("频次上限使用情况：已检次数与企业家数"), Columns: []column{{Label: s.t("上限")}}}
	for _, c := range columns {
		t.Columns = append(t.Columns, column{Label: c, Numeric: true})
	}
	t.Columns = append(t.Columns, column{Label: s.t("其中突破"), Numeric: true})
	lines, exceeded := make([][]cell, len(ys)), make([]int64, len(ys))
	for i, y := range ys {
		lines[i] = append(lines[i], text(y))
		for range columns {
			lines[i] = append(lines[i], text(""))
		}
	}
	for _, x := range rows {
		key := x[0] + "/" + x[1]
		n, limit, u := whole(x[3]), whole(x[1]), whole(x[2])
		share := float64(n) / float64(sums[key])
		label, usedText := x[3], s.f("%s次", x[2])
		if u > limit {
			label, usedText = x[3]+" "+s.t("突破"), s.f("%d次及以上", u)
			exceeded[row[key]] += n
		}
		cells = append(cells, chart.Cell{X: int(u), Y: row[key], Name: ys[row[key]] + " " + usedText, Label: label, Share: &share})
		lines[row[key]][int(u)+1] = num(x[3], float64(n))
	}
	for i, line := range lines {
		t.Rows = append(t.Rows, append(line, num(Count(exceeded[i]), float64(exceeded[i]))))
	}
	drawn := chart.Matrix(columns, ys, cells)
	title := s.f("%d家企业的检查已突破频次上限，%d家已用尽", over, used)
	if over == 0 {
		title = s.f("没有企业突破频次上限，%d家已用尽", used)
	}
	b := &block{ID: "caps", Title: title, Chart: drawn, Table: t, Wide: true, Rows: s.listLinks(r, "cap"), Trace: s.traced("C8", p, r), Note: s.f("n=%d 家适用上限的企业（一家可适用多条）；颜色为占同一上限企业的比例。", total)}
	for _, id := range s.known("C8", "C8u") {
		if f, ok := s.fig(id, p, r.Code); ok {
			b.Note += s.f("%s %s（%s）。", s.title(id), s.value(f, ok), s.share(f))
		}
	}
	return b, nil
}

// burnBlock is the yearly caps burning down: what is left of them at the end of each month, by cap.
func (s *site) burnBlock(p Period, r Region) (*block, error) {
	at := place{p.Name, r.Code}
	type class struct {
		name           string
		firms, allowed int64   // enterprises under this cap, and the visits they may have in the year
		left           []int64 // at the end of each month so far
	}
	months := int(p.D.Month())
	var order []*class
	classes := map[string]*class{}
	for _, row := range s.themes.caps[at] {
		key := row[0] + "/" + row[1]
		limit, firms := whole(row[1]), whole(row[3])
		if limit < 1 {
			continue
		}
		c := classes[key]
		if c == nil {
			level := s.t("各级合计")
			if row[0] != "*" {
				level = s.m.Word("level", row[0])
			}
			c = &class{name: s.f("上限%s次（%s）", row[1], level), left: make([]int64, months)}
			classes[key], order = c, append(order, c)
		}
		c.firms += firms
		c.allowed += limit * firms
	}
	if len(order) == 0 {
		return nil, nil
	}
	for _, c := range order {
		for i := range c.left {
			c.left[i] = c.allowed
		}
	}
	for _, row := range s.themes.capMonths[at] {
		if c, month := classes[row[0]+"/"+row[1]], whole(row[2]); c != nil && month >= 1 && month <= int64(months) {
			c.left[month-1] = c.allowed - whole(row[3])
		}
	}
	t := &table{Caption: s.t("频次额度余量"), Columns: []column{{Label: s.t("上限")}, {Label: s.t("企业（家）"), Numeric: true}, {Label: s.t("全年额度（次）"), Numeric: true}}}
	for i := range months {
		t.Columns = append(t.Columns, column{Label: s.f("%d月末余", i+1), Numeric: true})
	}
	t.Columns = append(t.Columns, column{Label: s.t("余量占比"), Numeric: true})
	sort.SliceStable(order, func(i, j int) bool { return order[i].allowed > order[j].allowed })
	lines := []chart.Line{{Name: s.t("匀速"), Points: [][2]float64{{0, 100}, {12, 0}}, Limit: true}}
	var allowed int64
	left := make([]int64, months)
	fastest, lowest := "", 101.0
	for i, c := range order {
		row := []cell{text(c.name), num(Count(c.firms), float64(c.firms)), num(Count(c.allowed), float64(c.allowed))}
		points := [][2]float64{{0, 100}}
		for m, n := range c.left {
			row = append(row, num(Count(n), float64(n)))
			ends := float64(m + 1)
			if m == months-1 {
				ends = float64(p.D.YearDay()) / 366 * 12
			}
			points = append(points, [2]float64{ends, rounded(100 * float64(n) / float64(c.allowed))})
			left[m] += n
		}
		allowed += c.allowed
		t.Rows = append(t.Rows, append(row, text(Percent(c.left[months-1], c.allowed, 1))))
		if i < 5 {
			lines = append(lines, chart.Line{Name: c.name, Points: points})
		}
		if share := points[months][1]; share < lowest && float64(c.firms) >= s.minBase() {
			fastest, lowest = c.name, share
		}
	}
	if len(order) > 1 { // one enterprise may have several caps: only allowances add up
		sum := []cell{{Text: s.t("合计"), Class: "total"}, text(NoFigure), num(Count(allowed), float64(allowed))}
		for _, n := range left {
			sum = append(sum, num(Count(n), float64(n)))
		}
		t.Rows = append(t.Rows, append(sum, text(Percent(left[months-1], allowed, 1))))
	}
	drawn := chart.Curves(lines, chart.Axis{Unit: s.t("月"), Step: 3, Max: 12}, chart.Axis{Name: s.t("额度余量"), Unit: "%", Max: 100, Step: 20}, 320)
	title := s.f("频次额度尚余%s（%d/%d次）", Percent(left[months-1], allowed, 1), left[months-1], allowed)
	if fastest != "" && len(order) > 1 {
		title += s.f("，%s用得最快", fastest)
	}
	return &block{ID: "burn", Title: title, Chart: drawn, Table: t, Wide: true, Rows: s.listLinks(r, "cap"), Trace: s.traced("C8", p, r),
		Note: s.f("额度=适用上限的企业数×上限次数；余量为每家上限减去已检次数，超出的按零计。截至%s，全年%d个工作日已过%d个；虚线为匀速使用。图中为额度最大的5类。", s.day(p), p.WorkdaysOfYear, p.WorkdaysToD)}, nil
}

// tileBlock is a map of equal tiles, one per city, shaded by a ratio.
func (s *site) tileBlock(p Period, metric string) (*block, error) {
	m, ok := s.m.Metric(metric)
	if !ok {
		return nil, nil
	}
	cities := s.m.Cities()
	if len(cities) < 3 {
		return nil, nil // nothing to map
	}
	places := tilePlaces()
	for _, city := range cities {
		if _, ok := places[city.Code]; !ok {
			places = nil
			break
		}
	}
	wide := 1
	for wide*wide < len(cities) {
		wide++
	}
	var cells []chart.Cell
	low, high := 1e18, -1e18
	lowNames := []string{}
	for _, city := range cities {
		if f, ok := s.fig(metric, p, city.Code); ok && f.Value != nil {
			v := *s.plotted(f, ok)
			low, high = min(low, v), max(high, v)
		}
	}
	for i, city := range cities {
		place, ok := places[city.Code]
		if !ok {
			place = [2]int{i % wide, i / wide}
		}
		f, exists := s.fig(metric, p, city.Code)
		c := chart.Cell{X: place[0], Y: place[1], Name: city.Name, Label: city.Short + "\n" + s.value(f, exists)}
		if exists && f.Value != nil {
			v := *s.plotted(f, true)
			share := 0.5
			if high > low {
				share = 0.05 + 0.95*(v-low)/(high-low)
			}
			c.Share = &share
			worst := low
			if m.Better == "lower" {
				worst = high
			}
			if v == worst && !f.IsSmall {
				lowNames = append(lowNames, city.Short)
			}
		}
		cells = append(cells, c)
	}
	if high < low {
		return nil, nil
	}
	drawn := chart.Tiles(cells)
	span := s.f("%s在%s至%s之间", s.title(metric), percentText(low, m.Unit), percentText(high, m.Unit))
	if len(lowNames) > 0 && len(lowNames) <= 3 {
		word := s.t("最低")
		if m.Better == "lower" {
			word = s.t("最高")
		}
		span = s.f("%s，%s%s", span, s.list(lowNames, 3), word)
	}
	b := &block{ID: "tiles", Title: span, Chart: drawn, Table: s.statTable(metric, p, cities, s.m.Province(), "市（地）"), Note: s.t("方块按地理方位排列；颜色越深数值越高。"), Trace: s.traced(metric, p, s.m.Province())}
	if f, ok := s.fig(metric, p, s.m.Province().Code); ok {
		b.Note += s.f("%s %s（%s）。", s.totalName(s.m.Province()), s.value(f, ok), s.share(f))
	}
	return b, nil
}

func percentText(v float64, unit string) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if unit == "ratio" || unit == "probability" {
		return text + "%"
	}
	return text
}

// tilePlaces are columns and rows of Heilongjiang's cities, roughly where they lie. A province that is not here is laid out
// in administrative order.
func tilePlaces() map[string][2]int {
	return map[string][2]int{
		"232700": {1, 0}, "231100": {2, 0}, "230200": {0, 1}, "231200": {2, 1}, "230700": {3, 1}, "230400": {4, 1},
		"230600": {1, 2}, "230100": {2, 2}, "230800": {4, 2}, "230500": {5, 2},
		"231000": {3, 3}, "230900": {4, 3}, "230300": {5, 3},
	}
}
