package dashboards

import (
	"fmt"
	"strconv"
	"strings"
)

// words turns a figure into the text printed everywhere: tile, table, chart label, sentence.
type words struct {
	m       *Mart
	english map[string]string // nil: Chinese
}

// t is the text in the language of the outputs.
func (w words) t(chinese string) string {
	if w.english == nil {
		return chinese
	}
	if english, ok := w.english[chinese]; ok {
		return english
	}
	return chinese
}

func (w words) f(chinese string, args ...any) string { return fmt.Sprintf(w.t(chinese), args...) }

func (w words) title(metric string) string {
	m, _ := w.m.Metric(metric)
	if w.english != nil && m.TitleEN != "" {
		return m.TitleEN
	}
	return m.TitleZH
}

// value words a figure's value by its metric's unit, without the unit's name.
func (w words) value(f Figure, ok bool) string {
	if !ok || f.Value == nil {
		return NoFigure
	}
	metric, _ := w.m.Metric(f.Key.Metric)
	switch metric.Unit {
	case "ratio":
		if f.HasNum && f.HasDen {
			return Percent(f.Num(), f.Den, 1)
		}
		return PercentOf(*f.Value, 1)
	case "probability":
		return PercentOf(*f.Value, 1)
	case "points":
		return signedPoints(*f.Value)
	case "count":
		return Count(f.Num())
	case "yuan":
		if f.HasNum {
			return Wanyuan(f.NumCents)
		}
		return Number(*f.Value/10000, 2)
	default:
		return Number(*f.Value, 1)
	}
}

func signedPoints(value float64) string {
	switch text := Points(value); {
	case text == "0.0":
		return text
	case value < 0:
		return "−" + text
	default:
		return "+" + text
	}
}

// unit is the word behind a value.
func (w words) unit(metric string) string {
	m, _ := w.m.Metric(metric)
	switch m.Unit {
	case "points":
		return w.t("个百分点")
	case "yuan":
		return w.t("万元")
	case "days":
		return w.t("天")
	case "per_hundred":
		return w.t("条/百家次")
	case "per_thousand":
		return w.t("条/千家次")
	case "count":
		switch metric {
		case "E1", "E7", "C4":
			return w.t("家次")
		case "E2":
			return w.t("家")
		case "E3", "E3m":
			return w.t("条")
		case "E5":
			return w.t("宗")
		case "E8":
			return w.t("项")
		}
	}
	return ""
}

// share is "26/32" for a ratio, empty otherwise.
func (w words) share(f Figure) string {
	if f.HasNum && f.HasDen {
		return Count(f.Num()) + "/" + Count(f.Den)
	}
	if f.HasDen {
		return "n=" + Count(f.Den)
	}
	return ""
}

// interval is "[0.39, 0.78]" in percent, empty where a metric has none.
func (w words) interval(f Figure) string {
	if f.Lower == nil || f.Upper == nil {
		return ""
	}
	return PercentOf(*f.Lower, 1) + "–" + PercentOf(*f.Upper, 1)
}

// plotted is the value as drawn: percent for ratios, rounded as printed, so that chart and table are the same number.
func (w words) plotted(f Figure, ok bool) *float64 {
	if !ok || f.Value == nil {
		return nil
	}
	text := strings.TrimSuffix(w.value(f, ok), "%")
	if strings.HasPrefix(text, "−") {
		text = "-" + text[len("−"):]
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return &value
}

// change words what moved since a base value: points for ratios, percent for counts, 由a变为b on a small base.
func (w words) change(f Figure, base *float64, lead string) string {
	if f.Value == nil || base == nil {
		return ""
	}
	if w.english != nil && lead != "" && !strings.HasSuffix(lead, " ") {
		lead += ": "
	}
	metric, _ := w.m.Metric(f.Key.Metric)
	difference := *f.Value - *base
	switch metric.Unit {
	case "ratio", "probability", "points":
		if Points(difference) == "0.0" {
			return w.f("%s持平", lead)
		}
		return w.f("%s%s%s个百分点", lead, w.rise(difference), Points(difference))
	case "count", "yuan":
		if *base < w.minBase() {
			unit := w.unit(f.Key.Metric)
			if metric.Unit == "yuan" {
				return w.f("%s由%s%s变为%s%s", lead, Number(*base/10000, 2), unit, w.value(f, true), unit)
			}
			return w.f("%s由%s%s变为%s%s", lead, Number(*base, 0), unit, w.value(f, true), unit)
		}
		text := strings.TrimPrefix(PercentOf(difference / *base, 1), "-")
		if text == "0.0%" {
			return w.f("%s持平", lead)
		}
		return w.f("%s%s%s", lead, w.rise(difference), text)
	default:
		if Number(difference, 1) == "0.0" {
			return w.f("%s持平", lead)
		}
		return w.f("%s%s%s", lead, w.rise(difference), strings.TrimPrefix(Number(difference, 1), "-"))
	}
}

// moved is change for a table cell: signed points or percent, a→b on a small base.
func (w words) moved(f Figure, base *float64) string {
	if f.Value == nil || base == nil {
		return ""
	}
	metric, _ := w.m.Metric(f.Key.Metric)
	difference := *f.Value - *base
	switch metric.Unit {
	case "ratio", "probability", "points":
		if Points(difference) == "0.0" {
			return w.t("持平")
		}
		return signedPoints(difference)
	case "count", "yuan":
		if *base < w.minBase() {
			return Number(*base, 0) + "→" + Number(*f.Value, 0)
		}
		if difference == 0 {
			return w.t("持平")
		}
		text := PercentOf(difference / *base, 1)
		if strings.HasPrefix(text, "-") {
			return "−" + text[1:]
		}
		return "+" + text
	default:
		if Number(difference, 1) == "0.0" {
			return w.t("持平")
		}
		text := Number(difference, 1)
		if strings.HasPrefix(text, "-") {
			return "−" + text[1:]
		}
		return "+" + text
	}
}

// trimmed drops the columns after the first that no row fills.
func (t *table) trimmed() *table {
	var kept []int
	for i := range t.Columns {
		used := i == 0
		for _, row := range t.Rows {
			used = used || i < len(row) && row[i].Text != ""
		}
		if used {
			kept = append(kept, i)
		}
	}
	columns := make([]column, 0, len(kept))
	for _, i := range kept {
		columns = append(columns, t.Columns[i])
	}
	for n, row := range t.Rows {
		line := make([]cell, 0, len(kept))
		for _, i := range kept {
			line = append(line, row[i])
		}
		t.Rows[n] = line
	}
	t.Columns = columns
	return t
}

func (w words) rise(difference float64) string {
	if difference < 0 {
		return w.t("下降")
	}
	return w.t("上升")
}

func (w words) minBase() float64 {
	base, err := strconv.ParseFloat(w.m.Parameter("min_base"), 64)
	if err != nil {
		return 10
	}
	return base
}

// pace words A7: 高于/低于序时进度x.x个百分点.
func (w words) pace(f Figure, ok bool) string {
	if !ok || f.Value == nil {
		return NoFigure
	}
	switch {
	case Points(*f.Value) == "0.0":
		return w.t("与序时进度持平")
	case *f.Value < 0:
		return w.f("低于序时进度%s个百分点", Points(*f.Value))
	default:
		return w.f("高于序时进度%s个百分点", Points(*f.Value))
	}
}

// band words a rank: 前列 (1–3/13); exact ranks of a census say the place itself.
func (w words) band(f Figure) string {
	if f.RankLow == nil || f.RankHigh == nil || f.RankOf == nil {
		if f.Rank != nil && f.RankOf != nil {
			return fmt.Sprintf("%d/%d", *f.Rank, *f.RankOf)
		}
		return ""
	}
	place := fmt.Sprintf("%d–%d/%d", *f.RankLow, *f.RankHigh, *f.RankOf)
	if *f.RankLow == *f.RankHigh {
		place = fmt.Sprintf("%d/%d", *f.RankLow, *f.RankOf)
	}
	switch f.Band {
	case "front":
		return w.t("前列") + " " + place
	case "back":
		return w.t("靠后") + " " + place
	default:
		return place
	}
}

// countWord writes small counts as official titles do: 四市.
func countWord(n int) string {
	digits := []string{"零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"}
	switch {
	case n < len(digits):
		return digits[n]
	case n < 20:
		return "十" + []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}[n-10]
	default:
		return Count(int64(n))
	}
}

// list joins names; more than most are counted: 哈尔滨、鹤岗等5地.
func (w words) list(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, w.t("、"))
	}
	return w.f("%s等%d地", strings.Join(names[:most], w.t("、")), len(names))
}

// T, PeriodLabel and Office are for the page template.
func (s *site) T(chinese string) string { return s.t(chinese) }

// PeriodLabel is the period as written in the outputs' language.
func (s *site) PeriodLabel(p Period) string { return s.periodLabel(p) }

// Office is who publishes, as printed on top of every page.
func (s *site) Office() string {
	if s.o.Office == "" {
		return s.m.Province().Name
	}
	return s.o.Office
}
