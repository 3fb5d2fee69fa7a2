package synth

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// sheet is one worksheet as an office makes it: a title, a unit line, a header of one or two rows, rows, totals, notes.
type sheet struct {
	name   string
	rows   [][]cell
	merges []string
	bold   int // rows from the top that are title and header
}

// workbook writes sheets as XLSX. It is written by hand because the same input must give the same bytes.
func workbook(sheets []sheet) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	add := func(name, text string) error {
		part, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		_, err = part.Write([]byte(xml.Header + text))
		return err
	}
	const main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const packaging = "http://schemas.openxmlformats.org/package/2006"
	var types, list, links strings.Builder
	for i, s := range sheets {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)
		list.WriteString(`<sheet name="` + escaped(s.name) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		links.WriteString(`<Relationship Id="rId` + n + `" Type="` + office + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	parts := [][2]string{
		{"[Content_Types].xml", `<Types xmlns="` + packaging + `/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packaging + `/relationships"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packaging + `/relationships">` + links.String() + `<Relationship Id="rIdStyles" Type="` + office + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet xmlns="` + main + `"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy/m/d"/><numFmt numFmtId="165" formatCode="yyyy/m/d h:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`},
	}
	for i, s := range sheets {
		parts = append(parts, [2]string{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), `<worksheet xmlns="` + main + `">` + s.body() + `</worksheet>`})
	}
	for _, part := range parts {
		if err := add(part[0], part[1]); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (s sheet) body() string {
	var b strings.Builder
	b.WriteString(`<sheetData>`)
	for y, row := range s.rows {
		fmt.Fprintf(&b, `<row r="%d">`, y+1)
		for x, c := range row {
			writeCell(&b, c, columnName(x)+strconv.Itoa(y+1), y < s.bold)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData>`)
	if len(s.merges) > 0 {
		fmt.Fprintf(&b, `<mergeCells count="%d">`, len(s.merges))
		for _, merge := range s.merges {
			b.WriteString(`<mergeCell ref="` + merge + `"/>`)
		}
		b.WriteString(`</mergeCells>`)
	}
	return b.String()
}

func writeCell(b *strings.Builder, c cell, ref string, bold bool) {
	style := ""
	if bold {
		style = ` s="3"`
	}
	switch c.kind {
	case empty:
	case text, list:
		b.WriteString(`<c r="` + ref + `"` + style + ` t="inlineStr"><is><t xml:space="preserve">` + escaped(c.text) + `</t></is></c>`)
	case number:
		fmt.Fprintf(b, `<c r="%s"%s><v>%d</v></c>`, ref, style, c.n)
	case date:
		fmt.Fprintf(b, `<c r="%s" s="1"><v>%d</v></c>`, ref, c.n+25569) // serial numbers count from 1899-12-30
	case moment:
		fmt.Fprintf(b, `<c r="%s" s="2"><v>%s</v></c>`, ref, strconv.FormatFloat(float64(c.n)/86400+25569, 'g', 15, 64))
	case money:
		fmt.Fprintf(b, `<c r="%s"%s><v>%s</v></c>`, ref, style, plain(c))
	case damaged:
		fmt.Fprintf(b, `<c r="%s"><v>%s</v></c>`, ref, c.text)
	}
}

// plain is a value as a worksheet holds it.
func plain(c cell) string { return string(style{}.append(nil, c)) }

func columnName(x int) string {
	if x < 26 {
		return string(rune('A' + x))
	}
	return columnName(x/26-1) + string(rune('A'+x%26))
}

func escaped(text string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return ""
	}
	return b.String()
}
