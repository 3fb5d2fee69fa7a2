package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"tongbao/dashboards/document"
)

func sample() document.Document {
	value, line := 0.127, 0.237
	return document.Document{
		Title: "关于2020年第一季度情况的通报", Created: "2020-04-10T00:00:00Z",
		Fields: map[string][]document.Run{
			"标题": document.Plain("关于2020年第一季度情况的通报"), "发文字号": document.Plain("黑应急通报〔2020〕1号"),
			"主送": document.Plain("各市(地)应急管理局"), "署名": document.Plain("黑龙江省应急管理厅"), "成文日期": document.Plain("2020年4月10日"),
		},
		Body: []document.Block{
			document.Words(document.Heading1, "一、总体情况"),
			document.Paragraph{Runs: []document.Run{{Text: "完成率"}, {Text: "12.7%", Source: "A1.2020Q1.230000"}, {Text: ",即"}, {Text: "12.7%", Source: "A1.2020Q1.230000"}, {Text: "。</w:t> \u202e\x00 & \"“”"}}},
			document.Table{Caption: "表1 各市(地)完成情况", Widths: []int{2, 1, 1}, Total: 1, Header: [][]document.Cell{
				{{Runs: document.Plain("地区"), Rows: 2}, {Runs: document.Plain("计划"), Columns: 2}},
				{{Runs: document.Plain("重点")}, {Runs: document.Plain("合计")}},
			}, Rows: [][]document.Cell{
				{{Runs: document.Plain("甲")}, {Runs: document.Plain("1"), Align: document.Right}, {Runs: document.Plain("2")}},
				{{Runs: document.Plain("合计")}, {Runs: document.Plain("1")}, {Runs: document.Plain("2")}},
			}},
			document.Chart{Title: "图", Percent: true, Categories: []string{"甲"}, Series: []document.Series{
				{Name: "完成率", Values: []*float64{&value}}, {Name: "序时进度", Line: true, Values: []*float64{&line}}}},
			document.Words(document.AnnexList, "附件:1.统计表"),
		},
		Annexes: []document.Section{
			{Landscape: true, Blocks: []document.Block{document.Words(document.AnnexMark, "附件1")}},
			{Blocks: []document.Block{document.Words(document.AnnexMark, "附件2")}},
		},
	}
}

func TestFillIsWellFormedAndReproducible(t *testing.T) {
	first, err := Fill(nil, sample())
	if err != nil {
		t.Fatal(err)
	}
	second, err := Fill(nil, sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same document gave different bytes")
	}
	files, err := readParts(first)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".xlsx") {
			continue
		}
		decoder := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	body := string(files[documentPart])
	for _, want := range []string{
		`w:name="A1_2020Q1_230000"`, `w:name="A1_2020Q1_230000_2"`, `<w:tblHeader/>`, `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`,
		`w:orient="landscape"`, `&lt;/w:t&gt; ‹U+202E›‹U+0000› &amp;`, `<w:pStyle w:val="Heading1"/>`, `w:type="lines"`, `各市(地)应急管理局`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("document.xml lacks %s", want)
		}
	}
	for _, unwanted := range []string{"{{", "抄送"} {
		if strings.Contains(body, unwanted) {
			t.Errorf("document.xml still holds %s", unwanted)
		}
	}
	if !strings.Contains(string(files[indexPart]), `bookmark="A1_2020Q1_230000_2" source="A1.2020Q1.230000" text="12.7%"`) {
		t.Errorf("the index of figures is %s", files[indexPart])
	}
}

// template is the default template with its document's body replaced.
func template(t *testing.T, body string) []byte {
	t.Helper()
	files := defaultParts()
	whole := string(files[documentPart])
	start, end := strings.Index(whole, "<w:body>")+len("<w:body>"), strings.Index(whole, "<w:sectPr>")
	files[documentPart] = []byte(whole[:start] + body + whole[end:])
	text, err := files.write()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func paragraphs(texts ...string) string {
	var out strings.Builder
	for _, text := range texts {
		out.WriteString(`<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>`)
	}
	return out.String()
}

func TestTemplateOfTheOffice(t *testing.T) {
	body := `<w:p><w:r><w:t>机密 {{标</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>题}} 送审</w:t></w:r></w:p>` +
		`<w:sdt><w:sdtPr><w:tag w:val="通报:正文"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>点此</w:t></w:r></w:p></w:sdtContent></w:sdt>` +
		`<w:sdt><w:sdtPr><w:tag w:val="自用"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>留下</w:t></w:r></w:p></w:sdtContent></w:sdt>` +
		paragraphs("{{附件}}", "抄送:{{抄送}}")
	out, err := Fill(template(t, body), sample())
	if err != nil {
		t.Fatal(err)
	}
	files, err := readParts(out)
	if err != nil {
		t.Fatal(err)
	}
	root, err := parseNode(documentPart, files[documentPart])
	if err != nil {
		t.Fatal(err)
	}
	text := string(root.bytes())
	for _, want := range []string{"机密 关于2020年第一季度情况的通报", " 送审", "留下", "一、总体情况"} {
		if !strings.Contains(text, want) {
			t.Errorf("filled template lacks %q", want)
		}
	}
	for _, unwanted := range []string{"点此", "抄送"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("filled template still holds %q", unwanted)
		}
	}
}

func TestWrongTemplates(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"unknown":       {paragraphs("{{标体}}"), "{{标体}} is not a placeholder; did you mean {{标题}}?; those known are 正文"},
		"not closed":    {paragraphs("{{标题"), "does not close it"},
		"not alone":     {paragraphs("见{{正文}}"), "must stand alone"},
		"twice":         {paragraphs("{{正文}}", "{{正文}}"), "twice"},
		"missing":       {paragraphs("{{标题}}", "{{附件}}"), "{{正文}} is missing"},
		"wrong control": {`<w:sdt><w:sdtPr><w:tag w:val="通报:正文本"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>`, "{{正文本}} is not a placeholder; did you mean {{正文}}?"},
		"strange":       {paragraphs("{{发文单位地址}}"), "{{发文单位地址}} is not a placeholder; those known are"},
	} {
		_, err := Fill(template(t, test.body), sample())
		var wrong *TemplateError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	if _, err := Fill([]byte("not a zip"), sample()); err == nil {
		t.Error("text was taken for a template")
	}
}
