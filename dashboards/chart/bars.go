package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Bar is one line of a bar chart. Value nil draws nothing but the label ("—", 尚未开展).
type Bar struct {
	Name  string
	Label string // the number as printed in the table
	Value *float64
	Tone  Tone
}

// Reference is a line across all bars with its label.
type Reference struct {
	Value float64
	Label string
}

// Bars draws horizontal bars from the top down, with an optional reference line. max 0 lets the axis follow the data;
// unit is printed behind axis numbers ("%").
func Bars(bars []Bar, reference *Reference, max float64, unit string) (Chart, error) {
	names, data := make([]string, len(bars)), make([]opts.BarData, len(bars))
	longest := 0
	for i, b := range bars {
		j := len(bars) - 1 - i // a category axis runs upward
		names[j] = b.Name
		longest = maxInt(longest, width(b.Name))
		position := "right"
		data[j] = opts.BarData{
			Name: b.Name, ItemStyle: &opts.ItemStyle{Color: b.Tone.color()},
			Label: &opts.Label{Show: opts.Bool(true), Position: position, Formatter: literal(b.Label), Color: Ink, FontSize: 12},
		}
		if b.Value != nil {
			data[j].Value = *b.Value
		} else {
			data[j].Value = 0
		}
	}
	height := 64 + 26*len(bars)
	top := "12"
	if reference != nil {
		height += 16
		top = "30"
	}
	bar := charts.NewBar()
	xAxis := opts.XAxis{Type: "value", Min: 0, AxisLabel: &opts.AxisLabel{Color: Muted, FontSize: 11, Formatter: types.FuncStr("{value}" + unit)}, SplitLine: quietLine()}
	if max > 0 {
		xAxis.Max = max
	}
	bar.SetGlobalOptions(append(base(opts.Grid{Left: strconv.Itoa(14 + longest), Right: "76", Top: top, Bottom: "28"}, "{b}"),
		charts.WithXAxisOpts(xAxis),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: names, AxisLabel: axisText(12)}))...)
	bar.AddSeries("", data, charts.WithBarChartOpts(opts.BarChart{BarWidth: "15"}))
	return finish(bar, 640, height, func(option map[string]any) {
		one := seriesAt(option, 0)
		axis := option["yAxis"].([]any)[0].(map[string]any)
		axis["axisTick"] = map[string]any{"show": false}
		axis["axisLine"] = map[string]any{"lineStyle": map[string]any{"color": Muted}}
		axis["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0}
		tips(one, bars)
		for _, d := range one["data"].([]any) { // a label may lie over the reference line
			label := d.(map[string]any)["label"].(map[string]any)
			label["backgroundColor"], label["padding"], label["distance"] = Ground, []int{0, 3}, 2
		}
		if reference != nil {
			one["z"] = 6 // above the line, so that labels stay readable where they cross it
			one["markLine"] = map[string]any{
				"silent": true, "symbol": []string{"none", "none"},
				"lineStyle": map[string]any{"color": Ink, "width": 1.5, "type": "dashed"},
				"label":     map[string]any{"formatter": literal(reference.Label), "position": "end", "color": Ink, "fontSize": 12},
				"data":      []any{map[string]any{"xAxis": reference.Value}},
			}
		}
	})
}

// tips gives each bar its own tooltip text; bars were laid out in reverse.
func tips(series map[string]any, bars []Bar) {
	data := series["data"].([]any)
	for i, b := range bars {
		data[len(bars)-1-i].(map[string]any)["tooltip"] = map[string]any{"formatter": literal(b.Name + ":" + b.Label)}
	}
}

// Step is one column of a waterfall: it stands on From and reaches To.
type Step struct {
	Name, Label string
	From, To    float64
	Tone        Tone
}

// Waterfall draws steps from left to right.
func Waterfall(steps []Step) (Chart, error) {
	names := make([]string, len(steps))
	below, above := make([]opts.BarData, len(steps)), make([]opts.BarData, len(steps))
	for i, s := range steps {
		low, high := s.From, s.To
		if low > high {
			low, high = high, low
		}
		names[i] = s.Name
		below[i] = opts.BarData{Value: low}
		above[i] = opts.BarData{Name: s.Name, Value: high - low, ItemStyle: &opts.ItemStyle{Color: s.Tone.color()},
			Label: &opts.Label{Show: opts.Bool(true), Position: "top", Formatter: literal(s.Label), Color: Ink, FontSize: 12}}
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(base(opts.Grid{Left: "56", Right: "12", Top: "24", Bottom: "44"}, "{b}"),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: axisText(12)}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisText(11), SplitLine: quietLine()}))...)
	bar.SetXAxis(names)
	bar.AddSeries("", below, charts.WithBarChartOpts(opts.BarChart{Stack: "s"}))
	bar.AddSeries("", above, charts.WithBarChartOpts(opts.BarChart{Stack: "s", BarWidth: "56%"}))
	return finish(bar, 640, 280, func(option map[string]any) {
		seriesAt(option, 0)["itemStyle"] = map[string]any{"color": "transparent"}
		seriesAt(option, 0)["silent"] = true
		axis := option["xAxis"].([]any)[0].(map[string]any)
		axis["axisTick"] = map[string]any{"show": false}
		axis["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0, "lineHeight": 15}
		data := seriesAt(option, 1)["data"].([]any)
		for i, s := range steps {
			data[i].(map[string]any)["tooltip"] = map[string]any{"formatter": literal(s.Name + ":" + s.Label)}
		}
	})
}

// literal keeps a text from being read as a template of the chart library ({b}, {c}, rich text styles).
func literal(text string) string {
	out := make([]rune, 0, len(text))
	for _, r := range text {
		switch r {
		case '{':
			r = '{'
		case '}':
			r = '}'
		case '|':
			r = '|'
		}
		out = append(out, r)
	}
	return string(out)
}

// width is about how many pixels a text takes at 12 pixels: 12 for an ideograph, 7 for the rest.
func width(text string) int {
	n := 0
	for _, r := range text {
		if r > 0x2e7f {
			n += 12
		} else {
			n += 7
		}
	}
	return n
}

func maxInt(a, b int) int {
	if a > b {
		return a
	}
	return b
}
