package docx

import (
	"fmt"
	"regexp"
	"strings"

	"tongbao/dashboards/document"
)

// writeBody writes the text of the notice; its last paragraph goes with the signature, which never stands on a page alone.
func (f *filler) writeBody(out *strings.Builder, blocks []document.Block) error {
	last := len(blocks) - 1
	if last < 0 {
		return nil
	}
	ending, isParagraph := blocks[last].(document.Paragraph)
	if !isParagraph {
		return f.writeBlocks(out, blocks)
	}
	if err := f.writeBlocks(out, blocks[:last]); err != nil {
		return err
	}
	f.writeKept(out, ending, true)
	return nil
}

func (f *filler) writeBlocks(out *strings.Builder, blocks []document.Block) error {
	for i, block := range blocks {
		switch b := block.(type) {
		case document.Paragraph:
			f.writeParagraph(out, b)
		case document.Table:
			f.writeTable(out, b, f.widthOf(false))
			if i+1 < len(blocks) && len(b.Notes) == 0 {
				f.writeGap(out)
			}
		case document.Chart:
			if err := f.writeChart(out, b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *filler) writeParagraph(out *strings.Builder, p document.Paragraph) {
	f.writeKept(out, p, false)
}

// share is a rate with its share behind it: 65.1%（1065/1637）. LibreOffice takes it for one word, and would stretch the line before.
var share = regexp.MustCompile(`%（\d+/`)

// writeKept writes a paragraph that may have to end on the page where the next one begins.
func (f *filler) writeKept(out *strings.Builder, p document.Paragraph, isKept bool) {
	fmt.Fprintf(out, `<w:p><w:pPr><w:pStyle w:val="%s"/>`, f.styles[paragraphStyle(p.Style)])
	if isKept {
		out.WriteString(`<w:keepNext/>`)
	}
	if share.MatchString(document.Text(p.Runs)) {
		out.WriteString(`<w:jc w:val="left"/>`)
	}
	out.WriteString(`</w:pPr>`)
	f.writeRuns(out, p.Runs, "")
	out.WriteString(`</w:p>`)
}

// writeGap keeps a table apart from what follows; Word joins tables that touch.
func (f *filler) writeGap(out *strings.Builder) {
	fmt.Fprintf(out, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr></w:p>`, f.styles["TongbaoNote"])
}

func (f *filler) writeRuns(out *strings.Builder, runs []document.Run, properties string) {
	for _, run := range joined(runs) {
		if run.Text == "" {
			continue
		}
		id := 0
		if run.Source != "" {
			var name string
			id, name = f.marks.add(run.Source, run.Text)
			fmt.Fprintf(out, `<w:bookmarkStart w:id="%d" w:name="%s"/>`, id, escape(name))
		}
		// the hint makes Word set quotation marks and dashes in the Chinese face
		fmt.Fprintf(out, `<w:r><w:rPr><w:rFonts w:hint="eastAsia"/>%s</w:rPr><w:t xml:space="preserve">%s</w:t></w:r>`, properties, escape(document.Visible(run.Text)))
		if run.Source != "" {
			fmt.Fprintf(out, `<w:bookmarkEnd w:id="%d"/>`, id)
		}
	}
}

// joined makes one run of neighbours that carry no figure: whoever edits the notice meets words, not pieces of them.
func joined(runs []document.Run) []document.Run {
	var all []document.Run
	for _, run := range runs {
		if last := len(all) - 1; last >= 0 && run.Source == "" && all[last].Source == "" {
			all[last].Text += run.Text
			continue
		}
		all = append(all, run)
	}
	return all
}

// writeAnnexes begins each annex on a new page and turns the page for wide ones.
func (f *filler) writeAnnexes(out *strings.Builder) error {
	landscape := false
	for i, section := range f.content.Annexes {
		if section.Landscape != landscape || i == 0 {
			f.writeSectionEnd(out, landscape)
			landscape = section.Landscape
		} else {
			fmt.Fprintf(out, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>`, f.styles["TongbaoBreak"])
		}
		for j, block := range section.Blocks {
			switch b := block.(type) {
			case document.Table:
				f.writeTable(out, b, f.widthOf(landscape))
				if j+1 < len(section.Blocks) && len(b.Notes) == 0 {
					f.writeGap(out)
				}
			default:
				if err := f.writeBlocks(out, []document.Block{b}); err != nil {
					return err
				}
			}
		}
	}
	if landscape {
		f.writeSectionEnd(out, true)
	}
	return nil
}

func (f *filler) writeSectionEnd(out *strings.Builder, landscape bool) {
	fmt.Fprintf(out, `<w:p><w:pPr><w:pStyle w:val="%s"/>`, f.styles["TongbaoBreak"])
	section := f.page.clone()
	if landscape {
		turn(section)
	}
	section.write(out)
	out.WriteString(`</w:pPr></w:p>`)
}

// turn makes a section's page landscape: the page is turned left, so its top margin becomes the left one.
func turn(section *node) {
	if size := section.child("w:pgSz"); size != nil {
		width, height := size.attr("w:w"), size.attr("w:h")
		size.setAttr("w:w", height)
		size.setAttr("w:h", width)
		size.set("w", "orient", "landscape")
	}
	if margin := section.child("w:pgMar"); margin != nil {
		top, right, bottom, left := margin.attr("w:top"), margin.attr("w:right"), margin.attr("w:bottom"), margin.attr("w:left")
		margin.setAttr("w:top", left)
		margin.setAttr("w:right", top)
		margin.setAttr("w:bottom", right)
		margin.setAttr("w:left", bottom)
		margin.setAttr("w:footer", "794")
	}
}

// widthOf is the width of the text between the margins, in twentieths of a point.
func (f *filler) widthOf(landscape bool) int {
	section := f.page.clone()
	if landscape {
		turn(section)
	}
	width, left, right := 11906, 1587, 1474
	if size := section.child("w:pgSz"); size != nil {
		fmt.Sscan(size.attr("w:w"), &width)
	}
	if margin := section.child("w:pgMar"); margin != nil {
		fmt.Sscan(margin.attr("w:left"), &left)
		fmt.Sscan(margin.attr("w:right"), &right)
	}
	return max(1000, width-left-right)
}
