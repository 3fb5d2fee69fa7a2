package preview

import (
	"math"
	"strconv"

	"tongbao/dashboards/chart"
	"tongbao/dashboards/document"
)

// Size of the drawing, in its own units.
const (
	width, height         = 640.0, 300.0
	left, right, top, low = 46.0, 8.0, 14.0, 66.0
)

// chart draws columns and lines as SVG: a sentence says what it shows, the table beside holds the numbers.
func (p *page) chart(c document.Chart) {
	most := 0.0
	for _, series := range c.Series {
		for _, value := range series.Values {
			if value != nil {
				most = math.Max(most, *value)
			}
		}
	}
	step := niceStep(most / 5)
	most = math.Max(step, math.Ceil(most/step-1e-9)*step)
	y := func(value float64) float64 { return height - low - value/most*(height-low-top) }
	slot := (width - left - right) / math.Max(1, float64(len(c.Categories)))
	p.f(`<svg viewBox="0 0 %g %g" role="img" aria-label="%s" font-size="11" fill="#333">`, width, height, escape(c.Alternative))
	for tick := 0.0; tick <= most+step/2; tick += step {
		p.f(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#d9d9d9"/><text x="%s" y="%s" text-anchor="end">%s</text>`,
			n(left), n(width-right), n(y(tick)), n(y(tick)), n(left-5), n(y(tick)+4), label(tick, c.Percent, 0))
	}
	for i, category := range c.Categories {
		x := left + slot*(float64(i)+0.5)
		p.f(`<text x="%s" y="%s" text-anchor="end" transform="rotate(-35 %s %s)">%s</text>`, n(x+6), n(height-low+16), n(x+6), n(height-low+16), escape(category))
	}
	bars := 0
	for _, series := range c.Series {
		if !series.Line {
			bars++
		}
	}
	bar, drawn := slot*0.62/math.Max(1, float64(bars)), 0
	for s, series := range c.Series {
		colour := chart.Series()[s%len(chart.Series())]
		path := ""
		for i, value := range series.Values {
			if value == nil {
				continue
			}
			x := left + slot*float64(i)
			if c.OnlyLines() {
				x += slot / 2
				path += map[bool]string{true: "M", false: "L"}[path == "" || series.Values[i-1] == nil] + n(x) + " " + n(y(*value))
				p.f(`<circle cx="%s" cy="%s" r="2.5" fill="%s"/><text x="%s" y="%s" text-anchor="middle" font-size="9">%s</text>`, n(x), n(y(*value)), colour, n(x), n(y(*value)+[]float64{-6, 13}[s%2]), label(*value, c.Percent, 1))
				continue
			}
			if series.Line {
				path += map[bool]string{true: "M", false: "L"}[path == ""] + n(x+slot*0.1) + " " + n(y(*value)) + "L" + n(x+slot*0.9) + " " + n(y(*value))
				continue
			}
			x += slot*0.19 + bar*float64(drawn)
			p.f(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/><text x="%s" y="%s" text-anchor="middle" font-size="9">%s</text>`,
				n(x), n(y(*value)), n(bar), n(height-low-y(*value)), colour, n(x+bar/2), n(y(*value)-3), label(*value, c.Percent, 1))
		}
		if series.Line {
			p.f(`<path d="%s" fill="none" stroke="%s" stroke-width="1.75" stroke-dasharray="%s"/>`, path, colour, []string{"none", "6 3", "2 3", "8 2 2 2"}[s%4])
		} else {
			drawn++
		}
		p.f(`<rect x="%s" y="%s" width="12" height="8" fill="%s"/><text x="%s" y="%s">%s</text>`, n(left+float64(s)*110), n(height-12), colour, n(left+float64(s)*110+16), n(height-4), escape(series.Name))
	}
	p.f(`</svg>`)
}

// niceStep is the smallest of 1, 2, 5 × 10^k not below a distance.
func niceStep(distance float64) float64 {
	if distance <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(distance)))
	for _, times := range []float64{1, 2, 5} {
		if unit*times >= distance-1e-12 {
			return unit * times
		}
	}
	return 10 * unit
}

func n(value float64) string { return strconv.FormatFloat(math.Round(value*100)/100, 'f', -1, 64) }

func label(value float64, percent bool, decimals int) string {
	if percent {
		return strconv.FormatFloat(value*100, 'f', decimals, 64) + "%"
	}
	return n(value)
}
