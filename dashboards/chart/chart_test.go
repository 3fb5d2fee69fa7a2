package chart

import (
	"encoding/xml"
	"html"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"pgregory.net/rapid"
)

func ptr(v float64) *float64 { return &v }

// option is what the live chart is made from.
func option(t *testing.T, c Chart) string {
	t.Helper()
	text, err := c.Option()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func samples(t *testing.T) map[string]Chart {
	t.Helper()
	return map[string]Chart{
		"bars": Bars([]Bar{{"哈尔滨市", "81.3% (26/32)", ptr(81.3), Good}, {"大兴安岭地区", "尚未开展", nil, Quiet}, {"鸡西市", "21.2%", ptr(21.2), Bad}}, &Reference{48.6, "序时进度48.6%"}, 100, "%"),
		"waterfall": Waterfall([]Step{{"原计划", "100", 0, 100, Neutral}, {"增补", "+10", 100, 110, Good}, {"核减:停产", "−7", 110, 103, Bad},
			{"有效计划", "103", 0, 103, Neutral}, {"已完成", "80", 0, 80, Good}, {"未完成", "23", 80, 103, Quiet}}),
		"matrix": Matrix([]string{"哈尔滨市", "齐齐哈尔市"}, []string{"消防通道", "A-01"}, []Cell{{0, 0, "x", "1/5", ptr(.2)}, {1, 1, "y", "3/6", ptr(.9)}, {1, 0, "z", "—", nil}}),
		"tiles":  Tiles([]Cell{{0, 0, "大兴安岭", "大兴安岭\n12%", ptr(.2)}, {1, 1, "黑河", "黑河\n80%", ptr(.9)}}),
		"curves": Curves([]Line{{Name: "煤矿", Points: [][2]float64{{0, 0}, {30, 4}, {365, 22}}, Stairs: true}, {Name: "危险化学品", Points: [][2]float64{{0, 0}, {365, 33}}, Stairs: true}},
			Axis{Name: "销号后天数", Step: 90, Max: 365}, Axis{Name: "累计复发概率", Unit: "%"}, 320),
		"compare": Compare([]string{"道里区", "全市(地)", "全省"}, []Comparison{{"计划完成率 71.2%", []*float64{ptr(71.2), ptr(60), nil}, []string{"71.2%", "60.0%", "—"}}, {"复发率 9%", []*float64{nil, ptr(3), ptr(4)}, []string{"—", "3.0%", "4.0%"}}}, "%"),
		"funnel": Funnel([]Dot{{30, 12, "哈尔滨", "12%", Plain, false}, {80, 32, "鸡西", "32%", Bad, true}}, []Line{{Name: "95%", Limit: true, Points: [][2]float64{{10, 50}, {100, 25}}}},
			Axis{Name: "基数"}, Axis{Name: "复发率", Unit: "%"}),
	}
}

func TestPicturesHoldWhatThePageMayShow(t *testing.T) {
	for name, c := range samples(t) {
		for _, banned := range []string{"style", "class=", "<script", " id=", "NaN", "Inf", "url(", "href"} {
			if strings.Contains(c.Picture, banned) {
				t.Errorf("%s: the picture has %q", name, banned)
			}
		}
		if err := xml.Unmarshal([]byte(c.Picture), new(struct{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if again := samples(t)[name]; again.Picture != c.Picture || option(t, again) != option(t, c) {
			t.Errorf("%s: drawn again, it is another picture", name)
		}
	}
	svg := samples(t)["bars"].Picture
	for _, want := range []string{"81.3% (26/32)", "尚未开展", "序时进度48.6%", "大兴安岭地区"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
}

// TestLiveAndStaticPicturesSayTheSame draws each option with the library the browser gets and compares the texts.
func TestLiveAndStaticPicturesSayTheSame(t *testing.T) {
	paint := engine(t)
	for name, c := range samples(t) {
		live := texts(paint(c))
		for text := range texts(c.Picture) {
			if !live[text] {
				t.Errorf("%s: the live chart does not say %q", name, text)
			}
		}
		for text := range live {
			if !texts(c.Picture)[text] {
				t.Errorf("%s: only the live chart says %q", name, text)
			}
		}
	}
}

// engine runs the embedded library without a browser.
func engine(t *testing.T) func(Chart) string {
	t.Helper()
	vm := goja.New()
	script := func(text string) {
		if _, err := vm.RunString(text); err != nil {
			t.Fatal(err)
		}
	}
	script(`var exports = {}, module = { exports: exports }; function setTimeout() { return 0 } function clearTimeout() {}`)
	script(Library())
	script(`function paint(option, width, height) {
		var chart = module.exports.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
		chart.setOption(JSON.parse(option));
		return chart.renderToSVGString();
	}`)
	paint, ok := goja.AssertFunction(vm.Get("paint"))
	if !ok {
		t.Fatal("no paint function")
	}
	return func(c Chart) string {
		value, err := paint(goja.Undefined(), vm.ToValue(option(t, c)), vm.ToValue(c.Width), vm.ToValue(c.Height))
		if err != nil {
			t.Fatal(err)
		}
		return value.String()
	}
}

// texts are what an SVG prints, pointer texts left out. The library breaks lines into elements of their own, as we do.
func texts(svg string) map[string]bool {
	all := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?s)<text[^>]*>(.*?)</text>`).FindAllStringSubmatch(svg, -1) {
		text := strings.ReplaceAll(html.UnescapeString(m[1]), "\u2060", "")
		if text = strings.TrimSpace(text); text != "" {
			all[text] = true
		}
	}
	return all
}

// TestLabelsLieOverTheLine keeps a number readable where the reference line crosses it.
func TestLabelsLieOverTheLine(t *testing.T) {
	svg := samples(t)["bars"].Picture
	if line, label := strings.Index(svg, "stroke-dasharray"), strings.Index(svg, ">21.2%<"); line < 0 || label < line {
		t.Errorf("the line is drawn at %d, the label at %d", line, label)
	}
}

func TestHostileNamesStayText(t *testing.T) {
	name := "</script><script>alert(1)</script>{b}{a|x}\" style=\"x\x00\x1b\xff"
	value := 1.0
	paint := engine(t)
	for kind, c := range map[string]Chart{
		"bars": Bars([]Bar{{name, name, ptr(1), Good}}, &Reference{1, name}, 0, ""), "waterfall": Waterfall([]Step{{name, name, 0, 1, Good}}),
		"matrix": Matrix([]string{name}, []string{name}, []Cell{{0, 0, name, name, &value}}), "tiles": Tiles([]Cell{{0, 0, name, name, &value}}),
		"curves": Curves([]Line{{Name: name, Points: [][2]float64{{0, 1}}}}, Axis{Name: name}, Axis{Name: name}, 300),
		"funnel": Funnel([]Dot{{1, 1, name, name, Bad, true}}, []Line{{Name: name, Points: [][2]float64{{0, 1}}}}, Axis{Name: name}, Axis{Name: name}),
	} {
		if text := option(t, c); strings.ContainsAny(text, "<>&") {
			t.Errorf("%s: the option could end a script element: %s", kind, text)
		}
		if strings.Contains(c.Picture, "<script") || strings.Contains(c.Picture, ` style="`) {
			t.Errorf("%s: the picture has markup from a name: %s", kind, c.Picture)
		}
		if err := xml.Unmarshal([]byte(c.Picture), new(struct{})); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if live := paint(c); strings.Contains(live, "<script") {
			t.Errorf("%s: the live chart has markup from a name", kind)
		} else if kind == "bars" && !strings.Contains(strings.ReplaceAll(live, "\u2060", ""), "{b}{a|x}") {
			t.Errorf("%s: braces of a label were read as a template of the chart library", kind)
		}
	}
}

// TestEmptyAndOddData draws what a small or empty province gives.
func TestEmptyAndOddData(t *testing.T) {
	for kind, c := range map[string]Chart{
		"no bars": Bars(nil, nil, 0, "%"), "bars of nothing": Bars([]Bar{{"a", "0", ptr(0), Good}, {"b", "—", nil, Quiet}}, nil, 0, ""), "no steps": Waterfall(nil),
		"no matrix": Matrix(nil, nil, nil), "no tiles": Tiles(nil), "no curves": Curves(nil, Axis{}, Axis{}, 300), "nothing to compare": Compare([]string{"a"}, nil, "%"), "no dots": Funnel(nil, nil, Axis{}, Axis{}),
		"huge": Bars([]Bar{{"a", "1e15", ptr(1e15), Good}}, nil, 0, ""), "tiny": Bars([]Bar{{"a", "0.001%", ptr(.001), Good}}, nil, 0, "%"),
	} {
		for _, bad := range []string{"NaN", "Inf", "e+"} {
			if strings.Contains(c.Picture, bad) {
				t.Errorf("%s: %s", kind, c.Picture)
			}
		}
	}
}

// TestCurvesLeaveThePlotAtItsEdge keeps a limit inside the plot where the axis follows the dots.
func TestCurvesLeaveThePlotAtItsEdge(t *testing.T) {
	p := newPicture(200, 200, 0, 0, 0, 0)
	p.across, p.down = fixed(10, 5), fixed(10, 5)
	p.curve([][2]float64{{0, 20}, {10, 0}}, false, Ink, 1, "")
	if want := `d="M100 0L200 200"`; !strings.Contains(p.svg(), want) {
		t.Errorf("%s, not %s", p.svg(), want)
	}
	p.curve([][2]float64{{0, 2}, {4, 2}, {6, 2}, {10, 8}}, true, Ink, 1, "")
	if want := `d="M0 160L200 160L200 40"`; !strings.Contains(p.svg(), want) {
		t.Errorf("%s has no %s", p.svg(), want)
	}
}

func TestSpreadKeepsOrderAndDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heights := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 8).Draw(t, "heights")
		out := spread(heights, 10, 0, 100)
		for i := range out {
			for j := range out {
				if i != j && math.Abs(out[i]-out[j]) < 10-1e-9 {
					t.Fatalf("%v → %v", heights, out)
				}
				if heights[i] < heights[j] && out[i] > out[j] {
					t.Fatalf("%v → %v: another order", heights, out)
				}
			}
		}
	})
}

func TestScalesEndAtRoundNumbers(t *testing.T) {
	for _, c := range []struct {
		got, want scale
	}{{scaleTo(97, 5), scale{100, 20}}, {scaleTo(0, 5), scale{1, .2}}, {scaleTo(3.4, 5), scale{4, 1}}, {counted(3, 5), scale{3, 1}}, {counted(1234, 4), scale{1500, 500}}, {scaleTo(.07, 5), scale{.08, .02}}} {
		if math.Abs(c.got.max-c.want.max) > 1e-9 || math.Abs(c.got.step-c.want.step) > 1e-9 {
			t.Errorf("%v, not %v", c.got, c.want)
		}
	}
}
