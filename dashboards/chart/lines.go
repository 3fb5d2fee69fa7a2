package chart

import (
	"strconv"

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
func Curves(lines []Line, x, y Axis, height int) Chart {
	right := endMargin(lines)
	x, y = x.over(lines, nil, 0), y.over(lines, nil, 1)
	line := charts.NewLine()
	line.SetGlobalOptions(append(base(opts.Grid{Left: "56", Right: strconv.Itoa(right), Top: "30", Bottom: "48"}, "{a}"), numberAxes(x, y)...)...)
	for _, l := range lines {
		line.AddSeries(l.Name, nil)
	}
	p := newPicture(pictureWidth, height, 56, 30, float64(right), 48)
	p.axes(x, y)
	p.lines(lines)
	return finish(line, pictureWidth, height, p.svg(), func(option map[string]any) {
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

// endMargin is the room the names at the ends of lines need.
func endMargin(lines []Line) int {
	right := 24
	for _, l := range lines {
		if l.Name != "" {
			right = max(right, min(width(l.Name)+14, 170))
		}
	}
	return right
}

// over gives an axis without an end the one that covers lines and dots.
func (a Axis) over(lines []Line, dots []Dot, coordinate int) Axis {
	if a.Max > 0 {
		if a.Step == 0 {
			a.Step = scaleTo(a.Max, 5).step
		}
		return a
	}
	top := 0.0
	for _, l := range lines {
		for _, point := range l.Points {
			top = max(top, point[coordinate])
		}
	}
	for _, d := range dots {
		top = max(top, [2]float64{d.X, d.Y}[coordinate])
	}
	s := counted(top, 5)
	if a.Unit != "" {
		s = scaleTo(top, 5)
	}
	a.Max, a.Step = s.max, s.step
	return a
}

func (p *picture) axes(x, y Axis) {
	p.across, p.down = fixed(x.Max, x.Step), fixed(y.Max, y.Step)
	p.wall(y.Unit, y.Name)
	p.floor(x.Unit, x.Name, false)
	p.line(p.left, p.bottom, p.right, p.bottom, Muted, 1, "")
}

// lines draws curves with their names at their ends, moved apart where they meet.
func (p *picture) lines(lines []Line) {
	n := 0
	var ends []float64
	var names, colors []string
	var tails []float64
	for _, l := range lines {
		color, dash, wide := Series()[n%len(Series())], dashes()[n%len(dashes())], 2.0
		if l.Limit {
			color, dash, wide = Muted, "dashed", 1
		} else {
			n++
		}
		if len(l.Points) == 0 {
			continue
		}
		p.curve(l.Points, l.Stairs, color, wide, dash)
		if last := l.Points[len(l.Points)-1]; l.Name != "" {
			ends, tails = append(ends, p.y(min(last[1], p.down.max))), append(tails, p.x(last[0]))
			names, colors = append(names, l.Name), append(colors, color)
		}
	}
	for i, y := range spread(ends, 15, p.top+4, p.bottom-2) {
		p.text(tails[i]+6, y+4, "start", 12, colors[i], shortened(names[i], 160))
	}
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

// Funnel draws dots over their base among control limits. The axis follows the dots: a limit that leaves it at a small base
// is drawn as far as it goes.
func Funnel(dots []Dot, limits []Line, x, y Axis) Chart {
	const height = 340
	right := endMargin(limits)
	x = x.over(limits, dots, 0)
	if y.Max == 0 {
		most := 0.0
		for _, d := range dots {
			most = max(most, d.Y)
		}
		s := scaleTo(most*1.25, 5)
		y.Max, y.Step = s.max, s.step
	}
	scatter := charts.NewScatter()
	scatter.SetGlobalOptions(append(base(opts.Grid{Left: "56", Right: strconv.Itoa(right), Top: "30", Bottom: "48"}, "{b}"), numberAxes(x, y)...)...)
	scatter.AddSeries("", nil)
	for _, l := range limits {
		scatter.AddSeries(l.Name, nil)
	}
	p := newPicture(pictureWidth, height, 56, 30, float64(right), 48)
	p.axes(x, y)
	p.lines(limits)
	p.dots(dots)
	return finish(scatter, pictureWidth, height, p.svg(), func(option map[string]any) {
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

// dots draws regions; a name goes where it covers no other name: right, left, above or below its dot.
func (p *picture) dots(dots []Dot) {
	type box struct{ left, top, right, bottom float64 }
	var taken []box
	for _, d := range dots {
		x, y := p.x(d.X), p.y(d.Y)
		taken = append(taken, box{x - 5, y - 5, x + 5, y + 5})
		tip := d.Name + ":" + d.Label
		if d.Tone == Bad { // another shape as well as another colour
			p.put(`<path d="M`, coordinate(x), ` `, coordinate(y-7), `l7 7l-7 7l-7 -7z" fill="`, d.Tone.color(), `"`)
			p.end("path", tip)
			continue
		}
		p.put(`<circle cx="`, coordinate(x), `" cy="`, coordinate(y), `" r="5" fill="`, d.Tone.color(), `"`)
		p.end("circle", tip)
	}
	for _, d := range dots {
		if !d.IsNamed {
			continue
		}
		x, y, wide := p.x(d.X), p.y(d.Y), float64(width(d.Name))
		for _, corner := range [][2]float64{{x + 9, y - 7}, {x - 9 - wide, y - 7}, {x - wide/2, y - 23}, {x - wide/2, y + 9}} {
			b := box{corner[0], corner[1], corner[0] + wide, corner[1] + 14}
			isFree := b.left > p.left && b.right < float64(p.wide) && b.top > 0 && b.bottom < p.bottom
			for _, other := range taken {
				isFree = isFree && (b.right < other.left || b.left > other.right || b.bottom < other.top || b.top > other.bottom)
			}
			if isFree {
				taken = append(taken, b)
				p.text(b.left, b.bottom-3, "start", 12, Ink, d.Name)
				break
			}
		}
	}
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
