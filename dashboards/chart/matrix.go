package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Cell is one field of a matrix or a tile map. Share (0–1) chooses the shade; nil leaves the field blank.
type Cell struct {
	X, Y  int
	Name  string // said in the tooltip
	Label string // printed in the field
	Share *float64
}

// Matrix draws columns × rows, the first row on top, each field shaded and labelled.
func Matrix(columns, rows []string, cells []Cell) (Chart, error) {
	names := make([]string, len(rows))
	longest, deepest := 0, 0
	for i, r := range rows {
		names[len(rows)-1-i] = r
		longest = maxInt(longest, width(r))
	}
	longest = min(longest+8, 190)
	for _, c := range columns {
		deepest = maxInt(deepest, width(c))
	}
	span := (640 - longest - 30) / maxInt(1, len(columns))
	rotate := 0.0
	bottom := 30
	if deepest > span {
		rotate, bottom = 40, 18+min(deepest, 150)*2/3
	}
	return grid(columns, names, cells, 640, 26*len(rows)+bottom+14, opts.Grid{Left: strconv.Itoa(14 + longest), Right: "16", Top: "10", Bottom: strconv.Itoa(bottom)},
		func(x, y map[string]any) {
			x["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0, "rotate": rotate, "width": 150, "overflow": "truncate"}
			y["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0, "width": longest, "overflow": "truncate"}
		})
}

// Tiles draws a map of equal tiles; X and Y are places in a grid, the first row on top.
func Tiles(cells []Cell) (Chart, error) {
	wide, high := 0, 0
	for _, c := range cells {
		wide, high = maxInt(wide, c.X+1), maxInt(high, c.Y+1)
	}
	columns, rows := make([]string, wide), make([]string, high)
	for i := range columns {
		columns[i] = strconv.Itoa(i)
	}
	for i := range rows {
		rows[i] = strconv.Itoa(i)
	}
	return grid(columns, rows, cells, 640, 66*high+16, opts.Grid{Left: "8", Right: "8", Top: "8", Bottom: "8"}, func(x, y map[string]any) {
		x["show"], y["show"] = false, false
	})
}

func grid(columns, rowsUp []string, cells []Cell, wide, high int, frame opts.Grid, axes func(x, y map[string]any)) (Chart, error) {
	heat := charts.NewHeatMap()
	heat.SetGlobalOptions(append(base(frame, "{b}"),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: columns}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: rowsUp}))...)
	heat.AddSeries("", nil)
	data := make([]any, 0, len(cells))
	for _, c := range cells {
		ground, text := "#ffffff", Muted
		if c.Share != nil {
			ground, text = Shade(*c.Share)
		}
		data = append(data, map[string]any{
			"name": c.Name, "value": []any{c.X, len(rowsUp) - 1 - c.Y, 1},
			"itemStyle": map[string]any{"color": ground, "borderColor": Ground, "borderWidth": 2},
			"label":     map[string]any{"show": true, "formatter": literal(c.Label), "color": text, "fontSize": 12, "lineHeight": 17},
			"tooltip":   map[string]any{"formatter": literal(c.Name + ":" + c.Label)},
		})
	}
	return finish(heat, wide, high, func(option map[string]any) {
		one := seriesAt(option, 0)
		one["data"] = data
		x, y := option["xAxis"].([]any)[0].(map[string]any), option["yAxis"].([]any)[0].(map[string]any)
		for _, axis := range []map[string]any{x, y} {
			axis["axisTick"] = map[string]any{"show": false}
			axis["axisLine"] = map[string]any{"show": false}
			axis["splitLine"] = map[string]any{"show": false}
		}
		axes(x, y)
	})
}
