package chart

import (
	"math"
	"strconv"
	"strings"

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

// Bars draws horizontal bars from the top down, with an optional reference line. limit 0 lets the axis follow the data;
// unit is printed behind axis numbers ("%").
func Bars(bars []Bar, reference *Reference, limit float64, unit string) Chart {
	names, data := make([]string, len(bars)), make([]opts.BarData, len(bars))
	longest := 0
	for i, b := range bars {
		j := len(bars) - 1 - i // a category axis runs upward
		names[j] = b.Name
		longest = max(longest, width(b.Name))
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
	height, top := 64+26*len(bars), 12
	if reference != nil {
		height, top = height+16, 30
	}
	right := 40
	for _, b := range bars {
		right = max(right, min(width(b.Label)+12, 200))
	}
	axis := barScale(bars, reference, limit, unit)
	bar := charts.NewBar()
	xAxis := opts.XAxis{Type: "value", Min: 0, Max: axis.max, AxisLabel: &opts.AxisLabel{Color: Muted, FontSize: 11, Formatter: types.FuncStr("{value}" + unit)}, SplitLine: quietLine()}
	bar.SetGlobalOptions(append(base(opts.Grid{Left: strconv.Itoa(22 + longest), Right: strconv.Itoa(right), Top: strconv.Itoa(top), Bottom: "28"}, "{b}"),
		charts.WithXAxisOpts(xAxis),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: names, AxisLabel: axisText(12)}))...)
	bar.AddSeries("", data, charts.WithBarChartOpts(opts.BarChart{BarWidth: "15"}))
	still := barPicture(bars, reference, axis, unit, height, 22+longest, top, right)
	return finish(bar, pictureWidth, height, still, func(option map[string]any) {
		one := seriesAt(option, 0)
		option["xAxis"].([]any)[0].(map[string]any)["interval"] = axis.step
		names := option["yAxis"].([]any)[0].(map[string]any)
		names["axisTick"] = map[string]any{"show": false}
		names["axisLine"] = map[string]any{"lineStyle": map[string]any{"color": Muted}}
		names["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0}
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

// barScale covers every bar and the reference, or ends at limit where that is given.
func barScale(bars []Bar, reference *Reference, limit float64, unit string) scale {
	top := 0.0
	for _, b := range bars {
		if b.Value != nil && *b.Value > top {
			top = *b.Value
		}
	}
	if reference != nil && reference.Value > top {
		top = reference.Value
	}
	switch {
	case limit > 0 && top <= limit:
		return fixed(limit, scaleTo(limit, 5).step)
	case unit == "":
		return counted(top, 5)
	}
	return scaleTo(top, 5)
}

func barPicture(bars []Bar, reference *Reference, axis scale, unit string, height, left, top, right int) string {
	p := newPicture(pictureWidth, height, float64(left), float64(top), float64(right), 28)
	p.across = axis
	p.floor(unit, "", true)
	row := (p.bottom - p.top) / float64(max(1, len(bars)))
	middle := func(i int) float64 { return p.top + row*(float64(i)+0.5) }
	for i, b := range bars {
		p.text(p.left-8, middle(i)+4, "end", 12, Ink, b.Name)
		if b.Value != nil && *b.Value > 0 {
			p.rect(p.left, middle(i)-7.5, p.x(min(*b.Value, axis.max))-p.left, 15, b.Tone.color(), b.Name+":"+b.Label)
		}
	}
	p.line(p.left, p.top, p.left, p.bottom, Muted, 1, "")
	if reference != nil {
		x := p.x(reference.Value)
		p.line(x, p.top-8, x, p.bottom, Ink, 1.5, "dashed")
		half := float64(width(reference.Label)) / 2
		p.text(max(half+2, min(x, float64(p.wide)-half-2)), p.top-13, "middle", 12, Ink, reference.Label)
	}
	for i, b := range bars { // over the line, each on its own ground, so that it stays readable where they cross
		x := p.left
		if b.Value != nil {
			x = p.x(min(max(*b.Value, 0), axis.max))
		}
		if reference != nil {
			if line := p.x(reference.Value); line > x && line < x+8+float64(width(b.Label)) {
				p.rect(x+3, middle(i)-9, float64(width(b.Label))+6, 18, Ground, "")
			}
		}
		p.text(x+6, middle(i)+4, "start", 12, Ink, b.Label)
	}
	return p.svg()
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
func Waterfall(steps []Step) Chart {
	top := 0.0
	for _, s := range steps {
		top = math.Max(top, math.Max(s.From, s.To))
	}
	axis := counted(top, 4)
	slot := (pictureWidth - 68) / max(1, len(steps))
	names := make([]string, len(steps))
	below, above := make([]opts.BarData, len(steps)), make([]opts.BarData, len(steps))
	for i, s := range steps {
		low, high := s.From, s.To
		if low > high {
			low, high = high, low
		}
		names[i] = strings.Join(wrapped(s.Name, slot), "\n")
		below[i] = opts.BarData{Value: low}
		above[i] = opts.BarData{Name: s.Name, Value: high - low, ItemStyle: &opts.ItemStyle{Color: s.Tone.color()},
			Label: &opts.Label{Show: opts.Bool(true), Position: "top", Formatter: literal(s.Label), Color: Ink, FontSize: 12}}
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(base(opts.Grid{Left: "56", Right: "12", Top: "24", Bottom: "62"}, "{b}"),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: axisText(12)}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: 0, Max: axis.max, AxisLabel: axisText(11), SplitLine: quietLine()}))...)
	bar.SetXAxis(names)
	bar.AddSeries("", below, charts.WithBarChartOpts(opts.BarChart{Stack: "s"}))
	bar.AddSeries("", above, charts.WithBarChartOpts(opts.BarChart{Stack: "s", BarWidth: "56%"}))
	return finish(bar, pictureWidth, 300, waterfallPicture(steps, axis), func(option map[string]any) {
		option["yAxis"].([]any)[0].(map[string]any)["interval"] = axis.step
		seriesAt(option, 0)["itemStyle"] = map[string]any{"color": "transparent"}
		seriesAt(option, 0)["silent"] = true
		slots := option["xAxis"].([]any)[0].(map[string]any)
		slots["axisTick"] = map[string]any{"show": false}
		slots["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0, "lineHeight": 18}
		data := seriesAt(option, 1)["data"].([]any)
		for i, s := range steps {
			data[i].(map[string]any)["tooltip"] = map[string]any{"formatter": literal(s.Name + ":" + s.Label)}
		}
	})
}

func waterfallPicture(steps []Step, axis scale) string {
	p := newPicture(pictureWidth, 300, 56, 24, 12, 62)
	p.down = axis
	p.wall("", "")
	slot := (p.right - p.left) / float64(max(1, len(steps)))
	wide := min(slot*0.56, 56)
	for i, s := range steps {
		middle := p.left + slot*(float64(i)+0.5)
		high, low := p.y(math.Max(s.From, s.To)), p.y(math.Min(s.From, s.To))
		p.rect(middle-wide/2, high, wide, max(low-high, 1), s.Tone.color(), s.Name+":"+s.Label)
		if i+1 < len(steps) { // the level the next step stands on
			level := p.y(s.To)
			p.line(middle+wide/2, level, middle+slot-wide/2, level, Grey, 1, "dotted")
		}
		p.text(middle, high-6, "middle", 12, Ink, s.Label)
		for n, line := range wrapped(s.Name, int(slot)) {
			p.text(middle, p.bottom+18+18*float64(n), "middle", 12, Ink, line)
		}
	}
	p.line(p.left, p.bottom, p.right, p.bottom, Muted, 1, "")
	return p.svg()
}

// literal keeps a text from being read as a template of the chart library ({b}, {c}): a word joiner, which prints as nothing,
// parts the brace from the letter.
func literal(text string) string { return strings.ReplaceAll(drawable(text), "{", "{\u2060") }
