package dashboards

import (
	"context"
	"fmt"
	"strings"
)

// spanOf is the span a page shows a metric in: the state, or since 1 January.
func (s *site) spanOf(metric string) string {
	m, _ := s.m.Metric(metric)
	if strings.Contains(" "+strings.ReplaceAll(m.Spans, ";", " ")+" ", " at ") {
		return SpanAt
	}
	return SpanYTD
}

// has says whether this version knows the metric: a page leaves out what does not exist.
func (s *site) has(metric string) bool {
	_, ok := s.m.Metric(metric)
	return ok
}

func (s *site) known(metrics ...string) []string {
	var known []string
	for _, id := range metrics {
		if s.has(id) {
			known = append(known, id)
		}
	}
	return known
}

// fig is a figure in the span pages show.
func (s *site) fig(metric string, p Period, region string) (Figure, bool) {
	return s.m.At(metric, p.Name, s.spanOf(metric), region)
}

// figureCell prints a figure with its unit; regions whose plan has not begun say so in words.
func (s *site) figureCell(metric string, p Period, region string) cell {
	f, ok := s.fig(metric, p, region)
	c := cell{Text: s.value(f, ok), ID: f.ID, Number: s.plotted(f, ok)}
	switch {
	case !ok && metric == "B1":
		c.Text = s.t("无到期整改任务")
	case ok && isPlanCompletion(metric) && f.HasNum && f.NumCents == 0:
		c.Text = s.t("尚未开展")
	}
	return c
}

func isPlanCompletion(metric string) bool {
	switch metric {
	case "A1", "A2", "A4k", "A4g":
		return true
	}
	return false
}

// regionTable lists regions in administrative order (never by size), one column per metric, the whole at the end.
func (s *site) regionTable(caption string, p Period, regions []Region, total Region, metrics []string, level string) *table {
	t := &table{Caption: caption, Columns: []column{{Label: s.t(level)}}}
	for _, id := range metrics {
		label := s.title(id)
		if unit := s.unit(id); unit != "" {
			label += s.f("（%s）", unit)
		}
		t.Columns = append(t.Columns, column{Label: label, Numeric: true, Hint: id})
		if m, _ := s.m.Metric(id); m.Unit == "ratio" && len(metrics) <= 5 {
			t.Columns = append(t.Columns, column{Label: s.t("分子/分母"), Numeric: true})
		}
	}
	row := func(r Region, name, class string) []cell {
		line := []cell{{Text: name, Href: s.regionHref(r), Class: class}}
		for _, id := range metrics {
			line = append(line, s.figureCell(id, p, r.Code))
			if m, _ := s.m.Metric(id); m.Unit == "ratio" && len(metrics) <= 5 {
				f, _ := s.fig(id, p, r.Code)
				line = append(line, text(s.share(f)))
			}
		}
		return line
	}
	for _, r := range regions {
		t.Rows = append(t.Rows, row(r, r.Name, ""))
	}
	if total.Code != "" {
		t.Rows = append(t.Rows, row(total, s.totalName(total), "total"))
	}
	return t
}

func (s *site) totalName(r Region) string {
	switch {
	case s.words.english != nil:
		return r.Name
	case r.Level == LevelProvince:
		return "全省"
	case r.Level == LevelCity:
		return "全市（地）"
	}
	return r.Name
}

// regionHref is the region's page seen from a page of the same period; empty when this rendering has none.
func (s *site) regionHref(r Region) string {
	if !s.mayShow(r) {
		return ""
	}
	switch r.Level {
	case LevelProvince:
		return "index.html"
	case LevelCity:
		return "city-" + r.Code + ".html"
	default:
		return "county-" + r.Code + ".html"
	}
}

// indicatorTable lists metrics of one region with n/N, interval, what moved, the goal and the figures of the regions above.
func (s *site) indicatorTable(caption string, p Period, r Region, metrics []string, above ...Region) *table {
	t := &table{Caption: caption, Open: true, Columns: []column{
		{Label: s.t("指标")}, {Label: s.t("本期"), Numeric: true}, {Label: s.t("分子/分母"), Numeric: true}, {Label: s.t("95%区间"), Numeric: true},
		{Label: s.t("较上季度")}, {Label: s.t("较上年同期")}, {Label: s.t("目标"), Numeric: true},
	}}
	for _, a := range above {
		t.Columns = append(t.Columns, column{Label: s.totalName(a), Numeric: true})
	}
	isRanked := r.Level == LevelCity
	if isRanked {
		t.Columns = append(t.Columns, column{Label: s.t("位次区间"), Numeric: true})
	}
	for _, id := range metrics {
		m, ok := s.m.Metric(id)
		if !ok {
			continue
		}
		f, exists := s.fig(id, p, r.Code)
		c := s.figureCell(id, p, r.Code)
		if unit := s.unit(id); unit != "" && exists {
			c.Text += " " + unit
		}
		goal := ""
		if m.Goal != nil && m.Unit == "ratio" {
			goal = "≥" + PercentOf(*m.Goal, 0)
			if m.Better == "lower" {
				goal = "≤" + PercentOf(*m.Goal, 0)
			}
			if exists && f.IsGoalMet != nil {
				goal += map[bool]string{true: " " + s.t("达到"), false: " " + s.t("未达到")}[*f.IsGoalMet]
			}
		}
		row := []cell{{Text: s.title(id), Href: "metrics.html#" + id}, c, text(s.share(f)), text(s.interval(f)),
			text(s.change(f, f.PriorValue, "")), text(s.change(f, f.PriorYearValue, "")), text(goal)}
		for _, a := range above {
			row = append(row, s.figureCell(id, p, a.Code))
		}
		if isRanked {
			row = append(row, text(s.band(f)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.trimmed()
}

// kpisOf are the headline tiles of a region.
func (s *site) kpisOf(p Period, r Region, metrics []string) []kpi {
	var all []kpi
	for _, id := range metrics {
		m, ok := s.m.Metric(id)
		if !ok {
			continue
		}
		f, exists := s.fig(id, p, r.Code)
		k := kpi{ID: f.ID, Label: s.title(id), Value: s.figureCell(id, p, r.Code).Text, Detail: s.share(f), Href: "metrics.html#" + id}
		if exists {
			k.Unit = s.unit(id)
		}
		if interval := s.interval(f); interval != "" {
			k.Detail += s.f(" · 95%%区间 %s", interval)
		}
		for _, c := range []struct {
			base *float64
			lead string
		}{{f.PriorYearValue, s.t("同比")}, {f.PriorValue, s.t("环比")}} {
			if change := s.change(f, c.base, c.lead); change != "" {
				k.Changes = append(k.Changes, change)
			}
		}
		switch {
		case id == "A1":
			pace, known := s.fig("A7", p, r.Code)
			k.StateText = s.pace(pace, known)
			if known && pace.Value != nil {
				k.State = map[bool]string{true: "good", false: "bad"}[*pace.Value >= 0]
			} else {
				k.StateText = ""
			}
		case exists && f.IsGoalMet != nil && m.Goal != nil && m.Unit == "ratio":
			k.State = map[bool]string{true: "good", false: "bad"}[*f.IsGoalMet]
			k.StateText = s.f("目标%s，%s", PercentOf(*m.Goal, 0), map[bool]string{true: s.t("达到"), false: s.t("未达到")}[*f.IsGoalMet])
		}
		k.Spark = spark(s.trend(id, s.spanOf(id), r.Code, p, 8), 148, 40, s.f("%s近8个季度走势", k.Label))
		all = append(all, k)
	}
	return all
}

// query reads rows as texts.
func (s *site) query(ctx context.Context, what, query string, args ...any) ([][]string, error) {
	return s.m.texts(ctx, what, query, args...)
}

// texts reads the rows of a query as texts; what has no value is empty.
func (m *Mart) texts(ctx context.Context, what, query string, args ...any) ([][]string, error) {
	rows, err := m.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	var all [][]string
	for rows.Next() {
		line, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range line {
			into[i] = &nullable{&line[i]}
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("reading %s: %w", what, err)
		}
		all = append(all, line)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return all, nil
}

// nullable scans a text that may be missing into an empty one.
type nullable struct{ to *string }

// Scan implements sql.Scanner.
func (n *nullable) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*n.to = ""
	case string:
		*n.to = v
	default:
		*n.to = fmt.Sprint(v)
	}
	return nil
}
