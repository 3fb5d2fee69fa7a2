package chart

import (
	"strconv"
	"strings"

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
func Matrix(columns, rows []string, cells []Cell) Chart {
	names := make([]string, len(rows))
	longest, deepest := 0, 0
	for i, r := range rows {
		names[len(rows)-1-i] = r
		longest = max(longest, width(r))
	}
	longest = min(longest+8, 190)
	for _, c := range columns {
		deepest = max(deepest, width(c))
	}
	span := (640 - longest - 30) / max(1, len(columns))
	rotate := 0.0
	bottom := 30
	if deepest > span {
		rotate, bottom = 40, 18+min(deepest, 150)*2/3
	}
	p := newPicture(640, 26*len(rows)+bottom+14, float64(14+longest), 10, 16, float64(bottom))
	slot, row := (p.right-p.left)/float64(max(1, len(columns))), (p.bottom-p.top)/float64(max(1, len(rows)))
	for i, r := range rows {
		p.text(p.left-8, p.top+row*(float64(i)+0.5)+4, "end", 12, Ink, shortened(r, longest))
	}
	for i, c := range columns {
		middle := p.left + slot*(float64(i)+0.5)
		if rotate > 0 {
			p.slanted(middle+4, p.bottom+14, 12, Ink, shortened(c, 150))
		} else {
			p.text(middle, p.bottom+18, "middle", 12, Ink, c)
		}
	}
	p.cells(cells, slot, row)
	return grid(columns, names, cells, p, opts.Grid{Left: strconv.Itoa(14 + longest), Right: "16", Top: "10", Bottom: strconv.Itoa(bottom)},
		func(x, y map[string]any) {
			x["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0, "rotate": rotate, "width": 150, "overflow": "truncate"}
			y["axisLabel"] = map[string]any{"color": Ink, "fontSize": 12, "interval": 0, "width": longest, "overflow": "truncate"}
		})
}

// Tiles draws a map of equal tiles; X and Y are places in a grid, the first row on top.
func Tiles(cells []Cell) Chart {
	wide, high := 0, 0
	for _, c := range cells {
		wide, high = max(wide, c.X+1), max(high, c.Y+1)
	}
	columns, rows := make([]string, wide), make([]string, high)
	for i := range columns {
		columns[i] = strconv.Itoa(i)
	}
	for i := range rows {
		rows[i] = strconv.Itoa(i)
	}
	p := newPicture(pictureWidth, 66*high+16, 8, 8, 8, 8)
	p.cells(cells, (p.right-p.left)/float64(max(1, wide)), (p.bottom-p.top)/float64(max(1, high)))
	return grid(columns, rows, cells, p, opts.Grid{Left: "8", Right: "8", Top: "8", Bottom: "8"}, func(x, y map[string]any) {
		x["show"], y["show"] = false, false
	})
}

// cells draws the fields of a matrix or a tile map, each with its label in the middle.
func (p *picture) cells(cells []Cell, slot, row float64) {
	for _, c := range cells {
		ground, ink := Ground, Muted
		if c.Share != nil {
			ground, ink = Shade(*c.Share)
		}
		x, y := p.left+slot*float64(c.X), p.top+row*float64(c.Y)
		p.rect(x+1, y+1, slot-2, row-2, ground, c.Name+":"+strings.ReplaceAll(c.Label, "\n", " "))
		lines := strings.Split(c.Label, "\n")
		for i, line := range lines {
			p.text(x+slot/2, y+row/2+4+17*(float64(i)-float64(len(lines)-1)/2), "middle", 12, ink, line)
		}
	}
}

func grid(columns, rowsUp []string, cells []Cell, still *picture, frame opts.Grid, axes func(x, y map[string]any)) Chart {
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
	return finish(heat, still.wide, still.high, still.svg(), func(option map[string]any) {
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
