package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Comparison is one measure with a value for each of the places compared, in the order of their names; nil where there is none.
type Comparison struct {
	Name   string // with the own value, as printed in the table
	Values []*float64
	Labels []string
}

// Compare draws a row per measure and a mark per place on one axis from 0 to 100: the first place filled, the others open, each
// of its own shape. At most three places.
func Compare(places []string, rows []Comparison, unit string) Chart {
	longest := 0
	names := make([]string, len(rows))
	for i, r := range rows {
		names[len(rows)-1-i] = r.Name
		longest = max(longest, width(r.Name))
	}
	legend := ""
	for i, place := range places {
		legend += []string{"● ", "   ○ ", "   ◇ "}[i] + place
	}
	const top, bottom, right = 12, 48, 24
	height := top + bottom + 26*max(1, len(rows))
	axis := fixed(100, 20)
	p := newPicture(pictureWidth, height, float64(22+longest), top, right, bottom)
	p.across = axis
	p.floor(unit, legend, true)
	row := (p.bottom - p.top) / float64(max(1, len(rows)))
	for i, r := range rows {
		y := p.top + row*(float64(i)+0.5)
		p.text(p.left-8, y+4, "end", 12, Ink, r.Name)
		for n := len(r.Values) - 1; n >= 0; n-- { // the own mark lies on top
			if r.Values[n] == nil {
				continue
			}
			p.mark(n, p.x(*r.Values[n]), y, places[n]+":"+r.Labels[n])
		}
	}
	scatter := charts.NewScatter()
	scatter.SetGlobalOptions(append(base(opts.Grid{Left: strconv.Itoa(22 + longest), Right: strconv.Itoa(right), Top: strconv.Itoa(top), Bottom: strconv.Itoa(bottom)}, "{b}"),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: 0, Max: axis.max, AxisLabel: &opts.AxisLabel{Color: Muted, FontSize: 11, Formatter: types.FuncStr("{value}" + unit)}, SplitLine: quietLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: names, AxisLabel: axisText(12)}))...)
	for _, place := range places {
		scatter.AddSeries(place, nil)
	}
	return finish(scatter, pictureWidth, height, p.svg(), func(option map[string]any) {
		x := option["xAxis"].([]any)[0].(map[string]any)
		x["interval"], x["name"], x["nameLocation"], x["nameGap"] = axis.step, literal(legend), "middle", 30
		x["nameTextStyle"] = map[string]any{"color": Muted, "fontSize": 12}
		y := option["yAxis"].([]any)[0].(map[string]any)
		y["axisTick"], y["axisLine"] = map[string]any{"show": false}, map[string]any{"show": false}
		y["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0}
		for n, place := range places {
			symbol, fill := "circle", Ground
			if n == 0 {
				fill = Blue
			}
			if n == 2 {
				symbol = "diamond"
			}
			data := []any{}
			for i, r := range rows {
				if r.Values[n] != nil {
					data = append(data, map[string]any{"name": r.Name, "value": []any{*r.Values[n], len(rows) - 1 - i}, "tooltip": map[string]any{"formatter": literal(place + ":" + r.Labels[n])}})
				}
			}
			one := seriesAt(option, n)
			one["name"], one["data"], one["symbol"], one["symbolSize"], one["z"] = place, data, symbol, 11, 6-n
			one["itemStyle"] = map[string]any{"color": fill, "borderColor": Blue, "borderWidth": 1.5}
		}
	})
}

// mark draws the nth place's shape.
func (p *picture) mark(n int, x, y float64, tip string) {
	fill := Ground
	if n == 0 {
		fill = Blue
	}
	if n == 2 {
		p.put(`<path d="M`, coordinate(x), ` `, coordinate(y-6.5), `l6.5 6.5l-6.5 6.5l-6.5 -6.5z" fill="`, fill, `" stroke="`, Blue, `" stroke-width="1.5"`)
		p.end("path", tip)
		return
	}
	p.put(`<circle cx="`, coordinate(x), `" cy="`, coordinate(y), `" r="5.5" fill="`, fill, `" stroke="`, Blue, `" stroke-width="1.5"`)
	p.end("circle", tip)
}
