package dashboards

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// point is one quarter of a trend.
type point struct {
	Label        string
	Value        *float64
	Lower, Upper *float64
}

// trend reads a figure over the quarters up to p.
func (s *site) trend(metric, span, region string, p Period, quarters int) []point {
	var points []point
	for _, q := range s.m.Periods {
		if q.Index > p.Index || q.Index <= p.Index-quarters {
			continue
		}
		f, ok := s.m.At(metric, q.Name, span, region)
		one := point{Label: q.Name}
		if ok {
			one.Value, one.Lower, one.Upper = f.Value, f.Lower, f.Upper
		}
		points = append(points, one)
	}
	return points
}

// spark draws a trend with its band, small, without axes: the numbers are printed beside it. It is drawn here and not by
// the chart library because a page may carry dozens.
func spark(points []point, wide, high int, label string) template.HTML {
	low, top, seen := 0.0, 0.0, 0
	for _, p := range points {
		for _, v := range []*float64{p.Value, p.Lower, p.Upper} {
			if v == nil {
				continue
			}
			if seen == 0 || *v < low {
				low = *v
			}
			if seen == 0 || *v > top {
				top = *v
			}
			seen++
		}
	}
	if seen == 0 || len(points) < 2 {
		return ""
	}
	if top == low {
		top, low = top+1, low-1
	}
	x := func(i int) string { return coordinate(4 + float64(i)*float64(wide-8)/float64(len(points)-1)) }
	y := func(v float64) string { return coordinate(4 + (top-v)/(top-low)*float64(high-8)) }
	var line, upper, lower strings.Builder
	pen := "M"
	last := -1
	for i, p := range points {
		if p.Value == nil {
			pen = "M"
			continue
		}
		fmt.Fprintf(&line, "%s%s %s", pen, x(i), y(*p.Value))
		pen, last = "L", i
		if p.Lower != nil && p.Upper != nil {
			fmt.Fprintf(&upper, "%s %s ", x(i), y(*p.Upper))
			lower.WriteString("\x00" + x(i) + " " + y(*p.Lower))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spark" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`, wide, high, wide, high, template.HTMLEscapeString(label))
	if upper.Len() > 0 {
		back := strings.Split(lower.String(), "\x00")
		for i, j := 1, len(back)-1; i < j; i, j = i+1, j-1 {
			back[i], back[j] = back[j], back[i]
		}
		fmt.Fprintf(&b, `<polygon class="band" points="%s%s"/>`, upper.String(), strings.Join(back[1:], " "))
	}
	fmt.Fprintf(&b, `<path class="line" d="%s"/>`, line.String())
	if last >= 0 {
		fmt.Fprintf(&b, `<circle class="dot" cx="%s" cy="%s" r="3"/>`, x(last), y(*points[last].Value))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // numbers and an escaped label only
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
