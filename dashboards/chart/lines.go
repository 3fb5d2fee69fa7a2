package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Line is one curve over numbers.
type Line struct {
	Name   string
	Points [][2]float64
	Stairs bool // a step function, held until the next point
	Limit  bool // a control limit: thin, grey, unlabelled points
}

// Axis is the wording of a number axis. Max 0 follows the data.
type Axis struct {
	Name, Unit string
	Max        float64
	Step       float64
}

// Curves draws lines over a common number axis; each line is named at its end, so no legend is needed.
func Curves(lines []Line, x, y Axis, height int) (Chart, error) {
	line := charts.NewLine()
	line.SetGlobalOptions(append(base(opts.Grid{Left: "56", Right: "104", Top: "26", Bottom: "48"}, "{a}"), numberAxes(x, y)...)...)
	for _, l := range lines {
		line.AddSeries(l.Name, nil)
		_ = l
	}
	return finish(line, 640, height, func(option map[string]any) {
		n := 0
		for i, l := range lines {
			one := seriesAt(option, i)
			drawLine(one, l, n)
			if !l.Limit {
				n++
			}
		}
		nameAxes(option, x, y)
	})
}

func drawLine(one map[string]any, l Line, n int) {
	color, dash, wide := Series()[n%len(Series())], dashes()[n%len(dashes())], 2.0
	if l.Limit {
		color, dash, wide = Muted, "dashed", 1
	}
	one["name"], one["type"], one["data"], one["showSymbol"], one["symbol"] = l.Name, "line", l.Points, false, "none"
	one["lineStyle"] = map[string]any{"color": color, "type": dash, "width": wide}
	one["itemStyle"] = map[string]any{"color": color}
	if l.Stairs {
		one["step"] = "end"
	}
	one["endLabel"] = map[string]any{"show": l.Name != "", "formatter": literal(l.Name), "color": color, "fontSize": 12}
	one["labelLayout"] = map[string]any{"moveOverlap": "shiftY"}
}

// Dot is one region in a funnel plot.
type Dot struct {
	X, Y        float64
	Name, Label string
	Tone        Tone
	IsNamed     bool // print the name beside the dot
}

// Funnel draws dots over their base among control limits.
func Funnel(dots []Dot, limits []Line, x, y Axis) (Chart, error) {
	scatter := charts.NewScatter()
	scatter.SetGlobalOptions(append(base(opts.Grid{Left: "56", Right: "104", Top: "26", Bottom: "48"}, "{b}"), numberAxes(x, y)...)...)
	scatter.AddSeries("", nil)
	for _, l := range limits {
		scatter.AddSeries(l.Name, nil)
	}
	return finish(scatter, 640, 340, func(option map[string]any) {
		data := make([]any, len(dots))
		for i, d := range dots {
			symbol := "circle"
			if d.Tone == Bad {
				symbol = "diamond"
			}
			data[i] = map[string]any{
				"name": d.Name, "value": []any{d.X, d.Y}, "symbol": symbol, "symbolSize": 10,
				"itemStyle": map[string]any{"color": d.Tone.color()},
				"label":     map[string]any{"show": d.IsNamed, "formatter": literal(d.Name), "position": "right", "color": Ink, "fontSize": 12},
				"tooltip":   map[string]any{"formatter": literal(d.Name + ":" + d.Label)},
			}
		}
		one := seriesAt(option, 0)
		one["data"] = data
		one["labelLayout"] = map[string]any{"hideOverlap": true}
		one["z"] = 5
		for i, l := range limits {
			drawLine(seriesAt(option, i+1), l, i)
			seriesAt(option, i+1)["silent"] = true
		}
		nameAxes(option, x, y)
	})
}

func numberAxes(x, y Axis) []charts.GlobalOpts {
	xAxis := opts.XAxis{Type: "value", AxisLabel: &opts.AxisLabel{Color: Muted, FontSize: 11, Formatter: types.FuncStr("{value}" + x.Unit)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	yAxis := opts.YAxis{Type: "value", Min: 0, AxisLabel: &opts.AxisLabel{Color: Muted, FontSize: 11, Formatter: types.FuncStr("{value}" + y.Unit)}, SplitLine: quietLine()}
	if x.Max > 0 {
		xAxis.Max = x.Max
	}
	if y.Max > 0 {
		yAxis.Max = y.Max
	}
	return []charts.GlobalOpts{charts.WithXAxisOpts(xAxis), charts.WithYAxisOpts(yAxis)}
}

func nameAxes(option map[string]any, x, y Axis) {
	for key, axis := range map[string]Axis{"xAxis": x, "yAxis": y} {
		a := option[key].([]any)[0].(map[string]any)
		a["name"] = literal(axis.Name)
		a["nameTextStyle"] = map[string]any{"color": Muted, "fontSize": 12}
		if key == "xAxis" {
			a["nameLocation"], a["nameGap"] = "middle", 30
			a["axisLine"] = map[string]any{"lineStyle": map[string]any{"color": Muted}}
		} else {
			a["nameTextStyle"].(map[string]any)["align"] = "left"
		}
		if axis.Step > 0 {
			a["interval"] = axis.Step
		}
	}
}
