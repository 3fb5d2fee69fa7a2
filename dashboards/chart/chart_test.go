package chart

import (
	"strings"
	"testing"
)

func ptr(v float64) *float64 { return &v }

func samples(t *testing.T) map[string]Chart {
	t.Helper()
	must := func(c Chart, err error) Chart {
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return map[string]Chart{
		"bars": must(Bars([]Bar{{"哈尔滨市", "81.3% (26/32)", ptr(81.3), Good}, {"大兴安岭地区", "尚未开展", nil, Quiet}, {"鸡西市", "21.2%", ptr(21.2), Bad}}, &Reference{48.6, "序时进度48.6%"}, 100, "%")),
		"waterfall": must(Waterfall([]Step{{"原计划", "100", 0, 100, Neutral}, {"增补", "+10", 100, 110, Good}, {"核减:停产", "−7", 110, 103, Bad},
			{"有效计划", "103", 0, 103, Neutral}, {"已完成", "80", 0, 80, Good}, {"未完成", "23", 80, 103, Quiet}})),
		"matrix": must(Matrix([]string{"哈尔滨市", "齐齐哈尔市"}, []string{"消防通道", "A-01"}, []Cell{{0, 0, "x", "1/5", ptr(.2)}, {1, 1, "y", "3/6", ptr(.9)}, {1, 0, "z", "—", nil}})),
		"tiles":  must(Tiles([]Cell{{0, 0, "大兴安岭", "大兴安岭\n12%", ptr(.2)}, {1, 1, "黑河", "黑河\n80%", ptr(.9)}})),
		"curves": must(Curves([]Line{{Name: "煤矿", Points: [][2]float64{{0, 0}, {30, 4}, {365, 22}}, Stairs: true}, {Name: "危险化学品", Points: [][2]float64{{0, 0}, {365, 33}}, Stairs: true}},
			Axis{Name: "销号后天数", Step: 90, Max: 365}, Axis{Name: "累计复发概率", Unit: "%"}, 320)),
		"funnel": must(Funnel([]Dot{{30, 12, "哈尔滨", "12%", Plain, false}, {80, 32, "鸡西", "32%", Bad, true}}, []Line{{Name: "95%", Limit: true, Points: [][2]float64{{10, 50}, {100, 25}}}},
			Axis{Name: "基数"}, Axis{Name: "复发率", Unit: "%"})),
	}
}

func TestPicturesHoldWhatThePageMayShow(t *testing.T) {
	p := NewPainter()
	for name, c := range samples(t) {
		svg, err := p.SVG(c, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, banned := range []string{"style=", "<style", "class=", "<script", "zr0", "NaN", "ecmeta"} {
			if strings.Contains(svg, banned) {
				t.Errorf("%s: the picture has %q", name, banned)
			}
		}
		again, err := NewPainter().SVG(c, name)
		if err != nil {
			t.Fatal(err)
		}
		if again != svg {
			t.Errorf("%s: another engine draws another picture", name)
		}
	}
	svg, err := p.SVG(samples(t)["bars"], "b")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"81.3% (26/32)", "尚未开展", "序时进度48.6%", "大兴安岭地区"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
}

// TestLabelsLieOverTheLine keeps a number readable where the reference line crosses it.
func TestLabelsLieOverTheLine(t *testing.T) {
	svg, err := NewPainter().SVG(samples(t)["bars"], "b")
	if err != nil {
		t.Fatal(err)
	}
	if line, label := strings.Index(svg, "stroke-dasharray"), strings.Index(svg, "21.2%"); line < 0 || label < line {
		t.Errorf("the line is drawn at %d, the label at %d", line, label)
	}
}

func TestHostileNamesStayText(t *testing.T) {
	name := `</script><script>alert(1)</script>{b}{a|x}" style="x`
	c, err := Bars([]Bar{{name, name, ptr(1), Good}}, &Reference{1, name}, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(string(c.Option), "<>&") {
		t.Errorf("the option could end a script element: %s", c.Option)
	}
	svg, err := NewPainter().SVG(c, "b")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(svg, "<script") || strings.Contains(svg, ` style="`) {
		t.Errorf("the picture has markup from a name: %s", svg)
	}
	if !strings.Contains(svg, "{b}{a|x}") {
		t.Error("braces of a label were read as a template of the chart library")
	}
}
