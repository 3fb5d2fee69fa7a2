package dashboards

import (
	"context"
	"fmt"
)

// blocks gathers those that exist; a block is nil where the version has nothing to show.
type blocks struct {
	all []*block
	err error
}

func (b *blocks) add(one *block, err error) {
	if b.err == nil {
		b.err = err
	}
	if one != nil {
		b.all = append(b.all, one)
	}
}

func (s *site) newPage(kind, file, heading string, p Period, r Region) *page {
	where := s.m.Province().Name
	if s.isPack() {
		where = s.scope.Name
	}
	return &page{Path: p.Name + "/" + file, Kind: kind, Period: p, Region: r, Heading: heading, Title: fmt.Sprintf("%s · %s · %s", heading, s.periodLabel(p), where)}
}

func (s *site) overviewPage(ctx context.Context, p Period) (*page, error) {
	province, cities := s.m.Province(), s.m.Cities()
	one := s.newPage("home", "index.html", s.f("%s年度监督检查计划执行总览", province.Name), p, province)
	one.KPIs = s.kpisOf(p, province, []string{"A1", "A5", "A6", "B1", "B4", "B7", "C3", "D6"})
	var b blocks
	b.add(s.paceBlock(p, peers{cities, province, "市（地）", ""}))
	b.add(s.waterfallBlock(p, province))
	b.add(s.tileBlock(p, "B1"))
	b.add(s.goalBlock("recur", "B7", p, peers{cities, province, "市（地）", ""}, "repeat"))
	b.add(s.goalBlock("dup", "C3", p, peers{cities, province, "市（地）", ""}, "duplicate_pair"))
	b.add(s.goalBlock("entry", "D6", p, peers{cities, province, "市（地）", ""}))
	b.add(s.trendBlock(p, province, []string{"A1", "A7", "B1", "B2", "B7", "B14", "C3", "D6", "D9"}), nil)
	b.add(s.volumeBlock(p, cities, province, "市（地）"), nil)
	b.add(s.indexBlock(ctx, p), nil)
	one.Blocks = b.all
	one.Indexed = s.regionLinks(cities)
	return one, b.err
}

func (s *site) regionLinks(regions []Region) []link {
	var links []link
	for _, r := range regions {
		if href := s.regionHref(r); href != "" {
			links = append(links, link{Text: r.Name, Href: href})
		}
	}
	return links
}

// volumeBlock shows volumes in administrative order: they are never ranked.
func (s *site) volumeBlock(p Period, regions []Region, total Region, level string) *block {
	metrics := s.known("E1", "E2", "E3", "E3m", "E5", "E6", "E7", "E8")
	if len(metrics) == 0 {
		return nil
	}
	title := s.t("工作量（按行政区划顺序，不排名）")
	if f, ok := s.fig("E1", p, total.Code); ok {
		title = s.f("本年检查%s家次", s.value(f, ok))
		if e3, ok := s.fig("E3", p, total.Code); ok {
			title += s.f("，发现隐患%s条", s.value(e3, ok))
		}
		if e5, ok := s.fig("E5", p, total.Code); ok {
			title += s.f("，处罚%s宗", s.value(e5, ok))
		}
	}
	t := s.regionTable(s.t("检查、隐患、处罚数量"), p, regions, total, metrics, level)
	t.Open = true
	return &block{ID: "volume", Title: title, Table: t, Wide: true, Note: s.t("数量按行政区划顺序列出，不作排名：不以检查家次、处罚数量和罚款金额作为考核指标。")}
}

// indexBlock is the composite index, never without its components.
func (s *site) indexBlock(ctx context.Context, p Period) *block {
	if !s.m.HasTable("index") || !s.m.HasTable("index_component") || s.isPack() {
		return nil
	}
	rows, err := s.query(ctx, "the index", `select i.region_code, i.score, c.metric, c.score, c.weight from mart.index as i join mart.index_component as c on c.region_code = i.region_code and c.period = i.period
		where i.period = ? order by i.region_code, c.metric`, p.Name)
	if err != nil || len(rows) == 0 {
		return nil
	}
	t := &table{Caption: s.t("执法效能指数与构成"), Columns: []column{{Label: s.t("市（地）")}, {Label: s.t("指数"), Numeric: true}}}
	at := map[string]int{}
	score := map[string]map[string]string{}
	for _, row := range rows {
		if _, ok := at[row[2]]; !ok {
			at[row[2]] = len(at)
			t.Columns = append(t.Columns, column{Label: s.title(row[2]), Numeric: true})
		}
		if score[row[0]] == nil {
			score[row[0]] = map[string]string{"": scoreText(row[1])}
		}
		score[row[0]][row[2]] = scoreText(row[3])
	}
	for _, city := range s.m.Cities() {
		if score[city.Code] == nil {
			continue
		}
		row := make([]cell, len(t.Columns))
		row[0], row[1] = ref(city.Name, s.regionHref(city)), text(score[city.Code][""])
		for metric, i := range at {
			row[i+2] = text(s.orCode(score[city.Code][metric], NoFigure))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Open = true
	return &block{ID: "index", Title: s.t("执法效能指数（与构成一并阅读，不单独使用）"), Table: t, Wide: true, Note: s.t("得分=min(1, 指标值/目标)，越低越好的指标取其倒数；按权重加总。")}
}

func scoreText(value string) string {
	var v float64
	if _, err := fmt.Sscanf(value, "%g", &v); err != nil {
		return NoFigure
	}
	return Number(v, 3)
}

func (s *site) planPage(_ context.Context, p Period) (*page, error) {
	province, cities := s.m.Province(), s.m.Cities()
	one := s.newPage("plan", "plan.html", s.t("计划执行"), p, province)
	one.KPIs = s.kpisOf(p, province, []string{"A1", "A2", "A3", "A8", "A9", "A10", "A12", "A14"})
	var b blocks
	b.add(s.paceBlock(p, peers{cities, province, "市（地）", ""}))
	b.add(s.waterfallBlock(p, province))
	b.add(s.goalBlock("key", "A5", p, peers{cities, province, "市（地）", ""}))
	b.add(s.goalBlock("random", "A6", p, peers{cities, province, "市（地）", ""}))
	b.add(s.goalBlock("offbook", "A10", p, peers{cities, province, "市（地）", ""}))
	b.add(s.goalBlock("must", "A12", p, peers{cities, province, "市（地）", ""}, "must_plan"))
	b.add(s.goalBlock("cover", "A13a", p, peers{cities, province, "市（地）", ""}, "uninspected_key"))
	metrics := s.known("A1", "A2", "A3", "A4k", "A4g", "A8", "A9", "A11", "A14")
	b.add(s.wideTable("completion", s.t("各类完成率一览"), p, cities, province, metrics, "市（地）"), nil)
	b.add(s.trendBlock(p, province, []string{"A1", "A4k", "A4g", "A5", "A6", "A7", "A8", "A9", "A11"}), nil)
	one.Blocks = b.all
	return one, b.err
}

func (s *site) wideTable(id, title string, p Period, regions []Region, total Region, metrics []string, level string) *block {
	if len(metrics) == 0 {
		return nil
	}
	t := s.regionTable(title, p, regions, total, metrics, level)
	t.Open = true
	b := &block{ID: id, Title: title, Table: t, Wide: true, Trace: s.traced(metrics[0], p, total)}
	if f, ok := s.fig(metrics[0], p, total.Code); ok {
		b.Title = s.f("%s：%s%s %s", title, s.totalName(total), s.title(metrics[0]), s.value(f, ok))
	}
	return b
}

func (s *site) hazardPage(_ context.Context, p Period) (*page, error) {
	province, cities := s.m.Province(), s.m.Cities()
	one := s.newPage("hazard", "hazards.html", s.t("隐患整改与复发"), p, province)
	one.KPIs = s.kpisOf(p, province, []string{"B1", "B2", "B4", "B5", "B7", "B8", "B9", "B10"})
	var b blocks
	b.add(s.goalBlock("closure", "B1", p, peers{cities, province, "市（地）", ""}))
	b.add(s.goalBlock("major", "B4", p, peers{cities, province, "市（地）", ""}, "open_major"))
	b.add(s.funnelBlock("funnel", "B7", p))
	b.add(s.curveBlock(p, province))
	b.add(s.recurrenceBlock(p, cities))
	b.add(s.goalBlock("review", "B5", p, peers{cities, province, "市（地）", ""}))
	b.add(s.wideTable("recurrence", s.t("复发各口径一览（复发率与未再检比例一并阅读）"), p, cities, province, s.known("B7", "B8", "B9", "B10", "B11", "B13", "B14"), "市（地）"), nil)
	b.add(s.wideTable("article113", s.t("第113条预警与达线"), p, cities, province, s.known("B12w", "B12r"), "市（地）"), nil)
	b.add(s.trendBlock(p, province, []string{"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B14"}), nil)
	one.Blocks = b.all
	return one, b.err
}

func (s *site) duplicatePage(_ context.Context, p Period) (*page, error) {
	province, cities := s.m.Province(), s.m.Cities()
	one := s.newPage("duplicate", "duplicates.html", s.t("多头多层级重复检查"), p, province)
	one.KPIs = s.kpisOf(p, province, []string{"C3", "C3l", "C3h", "C4", "C6", "C7", "C8", "C9"})
	var b blocks
	b.add(s.goalBlock("net", "C3", p, peers{cities, province, "市（地）", ""}, "duplicate_pair"))
	b.add(s.funnelBlock("funnel", "C3", p))
	b.add(s.agencyBlock(p, province))
	b.add(s.burnBlock(p, province))
	b.add(s.capBlock(p, province))
	b.add(s.goalBlock("overlap", "C7", p, peers{cities, province, "市（地）", ""}, "plan_overlap"))
	b.add(s.goalBlock("regulator", "C6", p, peers{cities, province, "市（地）", ""}, "regulator"))
	b.add(s.wideTable("duplicates", s.t("重复检查各口径一览"), p, cities, province, s.known("C1", "C2", "C3", "C3l", "C3h", "C3g", "C4", "C5", "C9"), "市（地）"), nil)
	b.add(s.trendBlock(p, province, []string{"C1", "C2", "C3", "C3l", "C3h", "C4", "C7", "C8", "C9"}), nil)
	one.Blocks = b.all
	return one, b.err
}

func (s *site) qualityPage(ctx context.Context, p Period) (*page, error) {
	province, cities := s.m.Province(), s.m.Cities()
	one := s.newPage("quality", "quality.html", s.t("数据质量与上报"), p, province)
	one.KPIs = s.kpisOf(p, province, []string{"D6", "D7", "D8", "D9", "D10", "D10r", "D11", "D13"})
	var b blocks
	b.add(s.returnBlock(ctx, p))
	b.add(s.goalBlock("entry", "D6", p, peers{cities, province, "市（地）", ""}))
	b.add(s.goalBlock("error", "D9", p, peers{cities, province, "市（地）", ""}))
	b.add(s.checkBlock(ctx, p))
	b.add(s.freshBlock(p), nil)
	b.add(s.wideTable("quality", s.t("数据质量各指标一览"), p, cities, province, s.known("D5a", "D5b", "D6", "D7", "D8", "D9", "D9w", "D12", "D13", "D14a", "D14b"), "市（地）"), nil)
	b.add(s.trendBlock(p, province, []string{"D5a", "D5b", "D6", "D7", "D8", "D9", "D12", "D13"}), nil)
	one.Blocks = b.all
	return one, b.err
}

// returnBlock is who reported late, by the letter and with the deadline rolled to the next working day.
func (s *site) returnBlock(ctx context.Context, p Period) (*block, error) {
	if !s.m.HasTable("list_late_return") {
		return nil, nil
	}
	rows, err := s.query(ctx, "late returns", `select city_code, strftime(first_submitted_at, '%Y-%m-%d %H:%M'), cast(limit_on as varchar), cast(rolled_limit_on as varchar), is_missing, is_late, is_late_rolled
		from mart.list_late_return where period = ? order by city_code`, p.Name)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	t := &table{Caption: s.t("季度上报"), Open: true, Columns: []column{{Label: s.t("市（地）")}, {Label: s.t("首次上报时间")}, {Label: s.t("期限")}, {Label: s.t("顺延后期限")}, {Label: s.t("字面")}, {Label: s.t("顺延")}}}
	late, rolled, missing := 0, 0, 0
	byCity := map[string][]string{}
	for _, row := range rows {
		byCity[row[0]] = row
	}
	word := func(flag, absent string) string {
		switch {
		case flag == "":
			return s.t("未到期")
		case absent == "true" && flag == "true":
			return s.t("未报")
		case flag == "true":
			return s.t("迟报")
		}
		return s.t("按时")
	}
	for _, city := range s.m.Cities() {
		row, ok := byCity[city.Code]
		if !ok {
			continue
		}
		if row[5] == "true" {
			late++
		}
		if row[6] == "true" {
			rolled++
		}
		if row[4] == "true" {
			missing++
		}
		t.Rows = append(t.Rows, []cell{ref(city.Name, s.regionHref(city)), text(s.orCode(row[1], NoFigure)), text(row[2]), text(row[3]), text(word(row[5], row[4])), text(word(row[6], row[4]))})
	}
	title := s.t("各市（地）均按时上报")
	if late > 0 {
		title = s.f("按字面期限%d地迟报，按顺延期限%d地迟报", late, rolled)
	}
	note := s.f("n=%d 个市（地）。期限为次月5日；逢休息日的，同时列出顺延至下一工作日的判断。", len(t.Rows))
	if missing > 0 {
		note += s.f("%d地尚未上报。", missing)
	}
	return &block{ID: "returns", Title: title, Table: t, Note: note, Wide: true, Rows: s.listLinks(s.m.Province(), "late_return")}, nil
}

// checkBlock is what cities reported against what the system holds.
func (s *site) checkBlock(ctx context.Context, p Period) (*block, error) {
	if !s.m.HasTable("list_return_check") {
		return nil, nil
	}
	rows, err := s.query(ctx, "checked returns", `select city_code, count(*), sum(case when holds then 1 else 0 end) from mart.list_return_check
		where period = ? group by city_code order by city_code`, p.Name)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	t := &table{Caption: s.t("自报数与系统数勾稽"), Columns: []column{{Label: s.t("市（地）")}, {Label: s.t("勾稽项"), Numeric: true}, {Label: s.t("相符"), Numeric: true}, {Label: s.t("不符"), Numeric: true}}, Open: true}
	wrong := int64(0)
	byCity := map[string][]string{}
	for _, row := range rows {
		byCity[row[0]] = row
	}
	for _, city := range s.m.Cities() {
		row, ok := byCity[city.Code]
		if !ok {
			continue
		}
		n, holds := whole(row[1]), whole(row[2])
		wrong += n - holds
		t.Rows = append(t.Rows, []cell{ref(city.Name, s.regionHref(city)), num(Count(n), float64(n)), num(Count(holds), float64(holds)), num(Count(n-holds), float64(n-holds))})
	}
	title := s.t("自报数与系统数全部相符")
	if wrong > 0 {
		title = s.f("自报数与系统数有%d项不符", wrong)
	}
	b := &block{ID: "checks", Title: title, Table: t, Rows: s.listLinks(s.m.Province(), "return_check")}
	if f, ok := s.fig("D11", p, s.m.Province().Code); ok {
		b.Note = s.f("%s %s（%s）。", s.title("D11"), s.value(f, ok), s.share(f))
	}
	return b, nil
}

// freshBlock is how new the data of each city is and how many of its rows wait for correction.
func (s *site) freshBlock(p Period) *block {
	if len(s.fresh) == 0 {
		return nil
	}
	t := &table{Caption: s.t("各地数据时效"), Open: true, Columns: []column{{Label: s.t("地区")}, {Label: s.t("最近一次收到数据")}, {Label: s.t("文件（份）"), Numeric: true}, {Label: s.t("退回（行）"), Numeric: true}, {Label: s.t("其中待改（行）"), Numeric: true}}}
	none := 0
	for _, f := range s.fresh {
		if f.Files == 0 {
			none++
		}
		t.Rows = append(t.Rows, []cell{ref(f.Region.Name, s.regionHref(f.Region)), text(s.orCode(f.Received, s.t("未收到"))), num(Count(f.Files), float64(f.Files)), num(Count(f.Rejected), float64(f.Rejected)), num(Count(f.Pending), float64(f.Pending))})
	}
	title := s.t("各地数据均已收到")
	if none > 0 {
		title = s.f("%d地没有单独的数据文件", none)
	}
	return &block{ID: "fresh", Title: title, Table: t, Note: s.f("截至数据截止时刻收到的文件；退回的行见各市（地）退回单。")}
}
