package preview

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"strings"

	"tongbao/dashboards/document"
)

//go:embed page.css
var css string

// Render writes the page. The same document gives the same bytes.
func Render(d document.Document) []byte {
	p := &page{}
	hash := sha256.Sum256([]byte(css))
	p.f(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'">
<title>%s</title><meta name="description" content="%s"><style>%s</style></head><body><main>
`, base64.StdEncoding.EncodeToString(hash[:]), escape(d.Title), escape(d.Subject), css)
	p.field(d, "发文机关标志", `<p class="issuer">%s</p>`)
	p.field(d, "发文字号", `<p class="number">%s</p>`)
	p.field(d, "标题", `<h1>%s</h1>`)
	p.field(d, "主送", `<p class="flush">%s：</p>`)
	p.blocks(d.Body)
	p.field(d, "署名", `<p class="signature">%s</p>`)
	p.field(d, "成文日期", `<p class="date">%s</p>`)
	p.field(d, "附注", `<p>%s</p>`)
	for _, section := range d.Annexes {
		class := "annex"
		if section.Landscape {
			class += " landscape"
		}
		p.f(`<section class="%s">`+"\n", class)
		p.blocks(section.Blocks)
		p.f("</section>\n")
	}
	p.field(d, "抄送", `<p class="copy">抄送：%s。</p>`)
	p.f("</main></body></html>\n")
	return []byte(p.out.String())
}

type page struct{ out strings.Builder }

func (p *page) f(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

func escape(text string) string { return html.EscapeString(document.Visible(text)) }

func (p *page) field(d document.Document, name, format string) {
	if runs := d.Fields[name]; len(runs) > 0 {
		p.f(format+"\n", escape(document.Text(runs)))
	}
}

func (p *page) blocks(blocks []document.Block) {
	for _, block := range blocks {
		switch b := block.(type) {
		case document.Paragraph:
			p.paragraph(b)
		case document.Table:
			p.table(b)
		case document.Chart:
			p.f(`<figure><figcaption>%s</figcaption>`, escape(b.Title))
			p.chart(b)
			p.f("</figure>\n")
		}
	}
}

func (p *page) paragraph(b document.Paragraph) {
	open, end := `<p>`, `</p>`
	switch b.Style {
	case document.Heading1:
		open, end = `<h2>`, `</h2>`
	case document.Heading2:
		open, end = `<h3>`, `</h3>`
	case document.Heading3:
		open, end = `<h4>`, `</h4>`
	case document.TableNote:
		open = `<p class="note">`
	case document.AnnexMark:
		open = `<p class="annex-mark">`
	case document.AnnexTitle:
		open, end = `<h2 class="annex-title">`, `</h2>`
	case document.AnnexList:
		open = `<p class="annex-list">`
	case document.AnnexListFurther:
		open = `<p class="annex-further">`
	}
	p.f("%s", open)
	p.runs(b.Runs)
	p.f("%s\n", end)
}

func (p *page) runs(runs []document.Run) {
	for _, run := range runs {
		if run.Source == "" {
			p.f("%s", escape(run.Text))
			continue
		}
		p.f(`<data value="%s" title="%s">%s</data>`, escape(run.Source), escape(run.Source), escape(run.Text))
	}
}

func (p *page) table(t document.Table) {
	class := ""
	if t.Dense {
		class = ` class="dense"`
	}
	p.f(`<div class="wide" tabindex="0" role="region" aria-label="%s"><table%s>`, escape(t.Summary), class)
	if t.Caption != "" {
		p.f(`<caption>%s</caption>`, escape(t.Caption))
	}
	p.f("<thead>")
	for _, row := range t.Header {
		p.f("<tr>")
		for _, cell := range row {
			scope := "col"
			if cell.Columns > 1 {
				scope = "colgroup"
			}
			p.f(`<th scope="%s"%s>`, scope, spans(cell))
			p.runs(cell.Runs)
			p.f("</th>")
		}
		p.f("</tr>")
	}
	p.f("</thead><tbody>\n")
	for i, row := range t.Rows {
		p.f("<tr%s>", map[bool]string{true: ` class="total"`}[i == t.Total])
		for _, cell := range row {
			class := map[document.Align]string{document.Center: ` class="c"`, document.Right: ` class="r"`}[cell.Align]
			p.f("<td%s%s>", class, spans(cell))
			p.runs(cell.Runs)
			p.f("</td>")
		}
		p.f("</tr>\n")
	}
	p.f("</tbody></table></div>\n")
	for _, note := range t.Notes {
		p.paragraph(note)
	}
}

func spans(cell document.Cell) string {
	out := ""
	if cell.Columns > 1 {
		out += fmt.Sprintf(` colspan="%d"`, cell.Columns)
	}
	if cell.Rows > 1 {
		out += fmt.Sprintf(` rowspan="%d"`, cell.Rows)
	}
	return out
}
