package docx

import (
	"fmt"
	"strconv"
	"strings"

	"tongbao/dashboards/chart"
	"tongbao/dashboards/document"
)

// Size of a chart on the page, in English Metric Units: 15.4 × 7.6 cm.
const (
	chartWidth  = 5544000
	chartHeight = 2736000
)

// seriesColours are the palette of package chart, without the sign in front: told apart also in grey and by those who confuse red
// and green, since lines differ in their dashes too.
func seriesColours() []string {
	var colours []string
	for _, colour := range chart.Series() {
		colours = append(colours, strings.TrimPrefix(colour, "#"))
	}
	return colours
}

// writeChart writes a native chart with its data in an embedded workbook, so that Word can edit it.
func (f *filler) writeChart(out *strings.Builder, c document.Chart) error {
	f.charts++
	name := fmt.Sprintf("chartTongbao%d", f.charts)
	part, book := "word/charts/"+name+".xml", "word/embeddings/"+name+".xlsx"
	workbook, err := chartWorkbook(c)
	if err != nil {
		return err
	}
	f.files[part] = []byte(chartXML(c))
	f.files[book] = workbook
	f.files["word/charts/_rels/"+name+".xml.rels"] = relationships(`<Relationship Id="rId1" Type="` + relNamespace + `/package" Target="../embeddings/` + name + `.xlsx"/>`)
	f.rels = append(f.rels, `<Relationship Id="rIdTongbaoChart`+strconv.Itoa(f.charts)+`" Type="`+relNamespace+`/chart" Target="charts/`+name+`.xml"/>`)
	f.overrides = append(f.overrides, override("/"+part, "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"))
	fmt.Fprintf(out, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">`+
		`<wp:extent cx="%d" cy="%d"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="%d" name="%s" descr="%s"/><wp:cNvGraphicFramePr/>`+
		`<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">`+
		`<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="%s" r:id="rIdTongbaoChart%d"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		f.styles["TongbaoChart"], chartWidth, chartHeight, 9000+f.charts, escape("图"+strconv.Itoa(f.charts)), escape(document.Visible(c.Alternative)), relNamespace, f.charts)
	return nil
}

func chartXML(c document.Chart) string {
	format := "General"
	if c.Percent {
		format = "0.0%"
	}
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="` + relNamespace + `"><c:roundedCorners val="0"/><c:chart>` +
		`<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1200" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1200" b="0">` + face("黑体", "333333") + `</a:rPr><a:t>` + escape(document.Visible(c.Title)) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>` +
		`<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>`)
	for _, lines := range []bool{false, true} {
		writeGroup(&out, c, lines, format)
	}
	out.WriteString(`<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>` + outline("808080") + upright(700) + `<c:crossAx val="112"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>` +
		`<c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines>` + outline("D9D9D9") + `</c:majorGridlines><c:numFmt formatCode="` + strings.NewReplacer("0.0%", "0%", "General", "0").Replace(format) + `" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>` + outline("808080") + words(800) + `<c:crossAx val="111"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>` +
		`</c:plotArea>`)
	if len(c.Series) > 1 {
		out.WriteString(`<c:legend><c:legendPos val="b"/><c:overlay val="0"/>` + words(900) + `</c:legend>`)
	}
	out.WriteString(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr><c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`)
	return out.String()
}

// writeGroup writes the column series, or the line series, of a chart.
func writeGroup(out *strings.Builder, c document.Chart, lines bool, format string) {
	begun := false
	for i, series := range c.Series {
		if series.Line != lines {
			continue
		}
		if !begun {
			begun = true
			if lines {
				out.WriteString(`<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
			} else {
				out.WriteString(`<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>`)
			}
		}
		writeSeries(out, c, i, format)
	}
	switch {
	case begun && lines:
		out.WriteString(`<c:marker val="1"/><c:axId val="111"/><c:axId val="112"/></c:lineChart>`)
	case begun:
		out.WriteString(`<c:gapWidth val="60"/><c:axId val="111"/><c:axId val="112"/></c:barChart>`)
	}
}

func writeSeries(out *strings.Builder, c document.Chart, i int, format string) {
	series, column := c.Series[i], string(rune('B'+i))
	colour := seriesColours()[i%len(seriesColours())]
	last := len(c.Categories) + 1
	fmt.Fprintf(out, `<c:ser><c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef><c:f>Sheet1!$%s$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>%s</c:v></c:pt></c:strCache></c:strRef></c:tx>`,
		i, i, column, escape(document.Visible(series.Name)))
	if series.Line {
		fmt.Fprintf(out, `<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:prstDash val="%s"/></a:ln></c:spPr>%s`, colour, dash(i), marker(c, i, colour))
		if c.OnlyLines() {
			out.WriteString(labels(format, labelSide(c, i)))
		}
	} else {
		fmt.Fprintf(out, `<c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>`, colour)
		out.WriteString(labels(format, "outEnd"))
	}
	fmt.Fprintf(out, `<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$%d</c:f><c:strCache><c:ptCount val="%d"/>`, last, len(c.Categories))
	for n, category := range c.Categories {
		fmt.Fprintf(out, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, n, escape(document.Visible(category)))
	}
	fmt.Fprintf(out, `</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$%s$2:$%s$%d</c:f><c:numCache><c:formatCode>%s</c:formatCode><c:ptCount val="%d"/>`, column, column, last, format, len(c.Categories))
	for n, value := range series.Values {
		if value != nil {
			fmt.Fprintf(out, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, n, number(*value))
		}
	}
	out.WriteString(`</c:numCache></c:numRef></c:val>`)
	if series.Line {
		out.WriteString(`<c:smooth val="0"/>`)
	}
	out.WriteString(`</c:ser>`)
}

// labelSide puts the labels of the line that lies higher above it, of the others below: between two lines they would meet.
func labelSide(c document.Chart, i int) string {
	mean := func(series document.Series) float64 {
		sum, n := 0.0, 0
		for _, value := range series.Values {
			if value != nil {
				sum, n = sum+*value, n+1
			}
		}
		return sum / float64(max(1, n))
	}
	for j, other := range c.Series {
		if j != i && (mean(other) > mean(c.Series[i]) || j < i && mean(other) == mean(c.Series[i])) {
			return "b"
		}
	}
	return "t"
}

// labels print the values beside their marks.
func labels(format, place string) string {
	return fmt.Sprintf(`<c:dLbls><c:numFmt formatCode="%s" sourceLinked="0"/><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>%s<c:dLblPos val="%s"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>`, format, words(700), place)
}

// marker is the point of a line of its own; a line across columns, the same everywhere, has none.
func marker(c document.Chart, i int, colour string) string {
	if !c.OnlyLines() {
		return `<c:marker><c:symbol val="none"/></c:marker>`
	}
	symbol := []string{"circle", "square", "triangle", "diamond"}[i%4]
	fill := `<a:solidFill><a:srgbClr val="` + colour + `"/></a:solidFill>`
	return `<c:marker><c:symbol val="` + symbol + `"/><c:size val="5"/><c:spPr>` + fill + `<a:ln>` + fill + `</a:ln></c:spPr></c:marker>`
}

// upright is words for an axis whose labels must not be turned.
func upright(size int) string {
	return strings.Replace(words(size), "<a:bodyPr/>", `<a:bodyPr rot="0" vert="horz"/>`, 1)
}

func dash(i int) string { return []string{"solid", "dash", "sysDot", "dashDot"}[i%4] }

func face(name, colour string) string {
	return `<a:solidFill><a:srgbClr val="` + colour + `"/></a:solidFill><a:latin typeface="Times New Roman"/><a:ea typeface="` + name + `"/>`
}

func words(size int) string {
	return fmt.Sprintf(`<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="%d">%s</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`, size, face("仿宋_GB2312", "333333"))
}

func outline(colour string) string {
	return `<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="` + colour + `"/></a:solidFill></a:ln></c:spPr>`
}

func number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }

// chartWorkbook is the smallest workbook that holds a chart's data: categories in column A, one series a column.
func chartWorkbook(c document.Chart) ([]byte, error) {
	var sheet strings.Builder
	sheet.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">`)
	writeText(&sheet, "A1", "")
	for i, series := range c.Series {
		writeText(&sheet, string(rune('B'+i))+"1", series.Name)
	}
	sheet.WriteString(`</row>`)
	style := 0
	if c.Percent {
		style = 1
	}
	for n, category := range c.Categories {
		row := strconv.Itoa(n + 2)
		sheet.WriteString(`<row r="` + row + `">`)
		writeText(&sheet, "A"+row, category)
		for i, series := range c.Series {
			if value := series.Values[n]; value != nil {
				fmt.Fprintf(&sheet, `<c r="%s%s" s="%d"><v>%s</v></c>`, string(rune('B'+i)), row, style, number(*value))
			}
		}
		sheet.WriteString(`</row>`)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	const sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	return parts{
		contentTypesPart: []byte(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			override("/xl/workbook.xml", sheetType+"sheet.main+xml") + override("/xl/worksheets/sheet1.xml", sheetType+"worksheet+xml") + override("/xl/styles.xml", sheetType+"styles+xml") + `</Types>`),
		packageRels:                  relationships(`<Relationship Id="rId1" Type="` + relNamespace + `/officeDocument" Target="xl/workbook.xml"/>`),
		"xl/workbook.xml":            []byte(head + `<workbook xmlns="` + main + `" xmlns:r="` + relNamespace + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels": relationships(`<Relationship Id="rId1" Type="` + relNamespace + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relNamespace + `/styles" Target="styles.xml"/>`),
		"xl/worksheets/sheet1.xml":   []byte(sheet.String()),
		"xl/styles.xml": []byte(head + `<styleSheet xmlns="` + main + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`),
	}.write()
}

func writeText(out *strings.Builder, place, text string) {
	fmt.Fprintf(out, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, place, escape(document.Visible(text)))
}
