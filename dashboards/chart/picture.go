package chart

import (
	"html"
	"sort"
	"strconv"
	"strings"
)

// picture writes one static SVG. Marks are elements with attributes alone (a strict content security policy allows no style),
// without ids, so that several pictures can share a page.
type picture struct {
	b            strings.Builder
	wide, high   int
	left, right  float64 // edges of the plot
	top, bottom  float64
	across, down scale // what the edges stand for
}

// pictureWidth is how many pixels most pictures are across: on a phone they are shown whole, at two thirds of it. A matrix may need more.
const pictureWidth = 520

// newPicture starts a picture whose plot leaves these margins, in pixels.
func newPicture(wide, high int, left, top, right, bottom float64) *picture {
	p := &picture{wide: wide, high: high, left: left, top: top, right: float64(wide) - right, bottom: float64(high) - bottom}
	p.b.Grow(8 << 10)
	p.put(`<svg xmlns="http://www.w3.org/2000/svg" width="`, strconv.Itoa(wide), `" height="`, strconv.Itoa(high), `" viewBox="0 0 `, strconv.Itoa(wide), ` `, strconv.Itoa(high), `" aria-hidden="true" focusable="false">`)
	return p
}

func (p *picture) put(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

func (p *picture) svg() string { return p.b.String() + "</svg>" }

// x and y place a value of the axes.
func (p *picture) x(v float64) float64 { return p.left + (p.right-p.left)*p.across.share(v) }
func (p *picture) y(v float64) float64 { return p.bottom - (p.bottom-p.top)*p.down.share(v) }

// coordinate writes pixels to a tenth.
func coordinate(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if text == "-0.0" {
		return "0"
	}
	return strings.TrimSuffix(text, ".0")
}

// rect draws a mark; tip is what a pointer resting on it reads.
func (p *picture) rect(x, y, wide, high float64, fill, tip string) {
	p.put(`<rect x="`, coordinate(x), `" y="`, coordinate(y), `" width="`, coordinate(wide), `" height="`, coordinate(high), `" fill="`, fill, `"`)
	p.end("rect", tip)
}

func (p *picture) end(element, tip string) {
	if tip == "" {
		p.put(`/>`)
		return
	}
	p.put(`><title>`, escape(tip), `</title></`, element, `>`)
}

func (p *picture) line(x1, y1, x2, y2 float64, stroke string, wide float64, dash string) {
	p.put(`<path d="M`, coordinate(x1), ` `, coordinate(y1), `L`, coordinate(x2), ` `, coordinate(y2), `"`)
	p.stroke(stroke, wide, dash)
}

func (p *picture) stroke(stroke string, wide float64, dash string) {
	p.put(` stroke="`, stroke, `" stroke-width="`, coordinate(wide), `" fill="none"`)
	switch dash {
	case "dashed":
		p.put(` stroke-dasharray="6 4"`)
	case "dotted":
		p.put(` stroke-dasharray="2 3"`)
	}
	p.put(`/>`)
}

// curve draws the points of a line inside the plot; stairs hold a value until the next point.
func (p *picture) curve(points [][2]float64, stairs bool, stroke string, wide float64, dash string) {
	if stairs {
		points = steps(points)
	}
	var d strings.Builder
	draw := func(pen string, at [2]float64) {
		d.WriteString(pen + coordinate(p.x(at[0])) + " " + coordinate(p.y(at[1])))
	}
	isDown := false
	for i, point := range points {
		isInside := point[1] <= p.down.max
		if i > 0 && isInside != (points[i-1][1] <= p.down.max) { // the line leaves or enters the plot between these
			before := points[i-1]
			share := (p.down.max - before[1]) / (point[1] - before[1])
			edge := [2]float64{before[0] + share*(point[0]-before[0]), p.down.max}
			if isDown {
				draw("L", edge)
			} else {
				draw("M", edge)
			}
			isDown = isInside
		}
		switch {
		case !isInside:
		case isDown:
			draw("L", point)
		default:
			draw("M", point)
			isDown = true
		}
	}
	p.put(`<path d="`, d.String(), `"`)
	p.stroke(stroke, wide, dash)
}

// steps are the corners of a line that holds each value until the next.
func steps(points [][2]float64) [][2]float64 {
	var all [][2]float64
	for i, point := range points {
		if i > 0 && points[i-1][1] != point[1] {
			all = append(all, [2]float64{point[0], points[i-1][1]})
		} else if i > 0 && i < len(points)-1 {
			continue // on the way along a level
		}
		all = append(all, point)
	}
	return all
}

// text writes a line of text at a base line; anchor is start, middle or end.
func (p *picture) text(x, y float64, anchor string, size int, fill, text string) {
	p.put(`<text x="`, coordinate(x), `" y="`, coordinate(y), `" font-size="`, strconv.Itoa(size), `" fill="`, fill, `"`)
	if anchor != "start" {
		p.put(` text-anchor="`, anchor, `"`)
	}
	p.put(`>`, escape(text), `</text>`)
}

// slanted writes a text that ends at a point and rises towards it.
func (p *picture) slanted(x, y float64, size int, fill, text string) {
	p.put(`<text transform="translate(`, coordinate(x), ` `, coordinate(y), `) rotate(-40)" text-anchor="end" font-size="`, strconv.Itoa(size), `" fill="`, fill, `">`, escape(text), `</text>`)
}

// floor draws the number axis under the plot with its grid lines when asked for.
func (p *picture) floor(unit, name string, isRuled bool) {
	for _, v := range p.across.ticks() {
		if isRuled {
			p.line(p.x(v), p.top, p.x(v), p.bottom, Rule, 1, "")
		}
		p.text(p.x(v), p.bottom+23, "middle", 11, Muted, p.across.text(v)+unit)
	}
	if name != "" {
		p.text((p.left+p.right)/2, p.bottom+42, "middle", 12, Muted, name)
	}
}

// wall draws the number axis left of the plot with its grid lines.
func (p *picture) wall(unit, name string) {
	for _, v := range p.down.ticks() {
		p.line(p.left, p.y(v), p.right, p.y(v), Rule, 1, "")
		p.text(p.left-8, p.y(v)+4, "end", 11, Muted, p.down.text(v)+unit)
	}
	if name != "" {
		p.text(8, p.top-12, "start", 12, Muted, name)
	}
}

// escape makes a text safe inside an element or attribute.
func escape(text string) string { return html.EscapeString(drawable(text)) }

// drawable leaves out control characters, which no picture can show, and bytes that are no text.
func drawable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
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

// shortened cuts a text to a width and marks the cut.
func shortened(text string, pixels int) string {
	if width(text) <= pixels {
		return text
	}
	n := 12
	for i, r := range text {
		n += width(string(r))
		if n > pixels {
			return text[:i] + "…"
		}
	}
	return text
}

// wrapped breaks a text into lines of a width, about equally long; its own line breaks stay.
func wrapped(text string, pixels int) []string {
	var lines []string
	for _, part := range strings.Split(text, "\n") {
		from, n, limit := 0, 0, pixels
		if need := (width(part) + pixels - 1) / max(1, pixels); need > 1 {
			limit = min(pixels, (width(part)+need-1)/need+6)
		}
		for i, r := range part {
			if w := width(string(r)); n+w > limit && i > from {
				lines, from, n = append(lines, part[from:i]), i, w
			} else {
				n += w
			}
		}
		lines = append(lines, part[from:])
	}
	return lines
}

// spread moves heights apart until each is a gap from the next, keeping their order and staying between low and high where
// there is room.
func spread(heights []float64, gap, low, high float64) []float64 {
	order := make([]int, len(heights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return heights[order[i]] < heights[order[j]] })
	out := append([]float64{}, heights...)
	for n, i := range order {
		if n == 0 {
			out[i] = max(out[i], low)
		} else {
			out[i] = max(out[i], out[order[n-1]]+gap)
		}
	}
	limit := high
	for n := len(order) - 1; n >= 0; n-- {
		i := order[n]
		out[i] = min(out[i], limit)
		limit = out[i] - gap
	}
	return out
}
