package preview

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"tongbao/dashboards/document"
	"tongbao/dashboards/document/documenttest"
)

func sample() document.Document {
	low, high := 0.1, 0.37
	return document.Document{
		Title: "通报", Fields: map[string][]document.Run{"标题": document.Plain("关于</title><script>x</script>的通报"), "主送": document.Plain("各市")},
		Body: []document.Block{
			document.Words(document.Heading1, "一、总体情况"),
			document.Paragraph{Runs: []document.Run{{Text: "完成率"}, {Text: "12.7%", Source: `A1.2020Q1.230000`}, {Text: "。"}}},
			document.Table{Caption: "表1", Total: 1, Header: [][]document.Cell{
				{{Runs: document.Plain("地区"), Rows: 2}, {Runs: document.Plain("计划"), Columns: 2}}, {{Runs: document.Plain("重点")}, {Runs: document.Plain("合计")}}},
				Rows: [][]document.Cell{{{Runs: document.Plain(`</td><img src=x onerror="1">`)}, {Runs: document.Plain("\u202e甲")}, {Runs: document.Plain("2")}}, {{Runs: document.Plain("合计")}, {}, {}}}},
			document.Chart{Title: "图1", Percent: true, Categories: []string{"甲", "乙"}, Series: []document.Series{
				{Name: "完成率", Values: []*float64{&low, nil}}, {Name: "线", Line: true, Values: []*float64{&high, &high}}}},
		},
		Annexes: []document.Section{{Landscape: true, Blocks: []document.Block{document.Words(document.AnnexMark, "附件1")}}},
	}
}

func TestPageHoldsTheTextAndNothingActive(t *testing.T) {
	d := sample()
	page := Render(d)
	if !bytes.Equal(page, Render(d)) {
		t.Error("the same document gave different bytes")
	}
	for _, active := range []string{"<script", "<img", "onerror=\"", "http://", "https://", " style=", "\u202e"} {
		if bytes.Contains(page, []byte(active)) {
			t.Errorf("the page holds %q", active)
		}
	}
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(page), ""))
	documenttest.EachRun(d, func(run document.Run) {
		if !strings.Contains(text, document.Visible(run.Text)) {
			t.Errorf("the page lacks %q", run.Text)
		}
	})
	for _, want := range []string{`<data value="A1.2020Q1.230000" title="A1.2020Q1.230000">12.7%</data>`, `rowspan="2"`, `<th scope="colgroup" colspan="2">`, `class="total"`, `<svg viewBox=`} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestNiceSteps(t *testing.T) {
	for distance, want := range map[float64]float64{0: 1, 0.07: 0.1, 0.05: 0.05, 0.11: 0.2, 3: 5, 10: 10} {
		if got := niceStep(distance); got < want*0.999 || got > want*1.001 {
			t.Errorf("niceStep(%g) = %g, want %g", distance, got, want)
		}
	}
}
