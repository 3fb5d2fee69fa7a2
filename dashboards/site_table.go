package dashboards

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// csv is the table as UTF-8 with a byte order mark (spreadsheets need it for Chinese), one line per row.
func (t *table) csv() []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = c.Label
	}
	writeCSV(&b, line)
	for _, row := range t.Rows {
		line = line[:0]
		for _, c := range row {
			line = append(line, c.Text)
		}
		writeCSV(&b, line)
	}
	return b.Bytes()
}

type csvWriter interface {
	WriteByte(byte) error
	WriteString(string) (int, error)
}

// writeCSV writes one line. A text that a spreadsheet would run as a formula gets an apostrophe in front.
func writeCSV(b csvWriter, cells []string) {
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		c = inert(c)
		if strings.ContainsAny(c, ",\"\r\n") {
			b.WriteByte('"')
			b.WriteString(strings.ReplaceAll(c, `"`, `""`))
			b.WriteByte('"')
		} else {
			b.WriteString(c)
		}
	}
	b.WriteString("\r\n")
}

// inert puts an apostrophe before a text that would be a formula; numbers stay numbers.
func inert(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64); err == nil {
		return text
	}
	return "'" + text
}

// workbook is one sheet per table, cells as text or number and never as formula. Same tables, same bytes.
func workbook(tables []*table) ([]byte, error) {
	var out bytes.Buffer
	z := newZip(&out)
	put := func(name, content string) error {
		method := zip.Deflate
		if len(content) < 1200 { // packing so little costs more time than it saves room
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		_, err = w.Write([]byte(content))
		return err
	}
	var types, names, links strings.Builder
	taken := map[string]bool{}
	for i, t := range tables {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		fmt.Fprintf(&names, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escapeXML(sheetName(t.Caption, n, taken)), n, n)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, n, n)
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	parts := []struct{ name, content string }{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", head + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + names.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + links.String() + fmt.Sprintf(`<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`, len(tables)+1)},
		{"xl/styles.xml", head + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
	}
	for _, part := range parts {
		if err := put(part.name, part.content); err != nil {
			return nil, fmt.Errorf("writing a workbook: %w", err)
		}
	}
	for i, t := range tables {
		if err := put(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), head+t.sheet()); err != nil {
			return nil, fmt.Errorf("writing a workbook: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("writing a workbook: %w", err)
	}
	return out.Bytes(), nil
}

// most rows of a sheet below its header.
const mostSheetRows = 1<<20 - 2

func (t *table) sheet() string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range t.Columns {
		wide := max(10, 2*utf8.RuneCountInString(c.Label)+2)
		for j, row := range t.Rows {
			if j < 200 && i < len(row) {
				wide = max(wide, min(48, 2*utf8.RuneCountInString(row[i].Text)+1))
			}
		}
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, wide)
	}
	b.WriteString(`</cols><sheetData><row>`)
	put := func(open, text, end string) {
		b.WriteString(open)
		b.WriteString(escapeXML(text))
		b.WriteString(end)
	}
	for _, c := range t.Columns {
		put(`<c s="1" t="inlineStr"><is><t xml:space="preserve">`, c.Label, `</t></is></c>`)
	}
	b.WriteString(`</row>`)
	rows := t.Rows
	if t.lines != nil { // which the first rows are among
		rows = nil
	}
	for _, row := range rows {
		b.WriteString(`<row>`)
		for i, c := range row {
			if c.Number != nil && i < len(t.Columns) && t.Columns[i].Numeric && strconv.FormatFloat(*c.Number, 'f', -1, 64) == c.Text {
				put(`<c><v>`, c.Text, `</v></c>`)
			} else {
				put(`<c t="inlineStr"><is><t xml:space="preserve">`, c.Text, `</t></is></c>`)
			}
		}
		b.WriteString(`</row>`)
	}
	for _, line := range t.lines[:min(len(t.lines), mostSheetRows)] {
		b.WriteString(`<row>`)
		for i, text := range line {
			if t.Columns[i].Numeric && isWhole(text) {
				put(`<c><v>`, text, `</v></c>`)
			} else {
				put(`<c t="inlineStr"><is><t xml:space="preserve">`, text, `</t></is></c>`)
			}
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// isWhole says whether a text is a whole number as written by us: it goes into a sheet as a number.
func isWhole(text string) bool {
	if text == "" || len(text) > 15 || len(text) > 1 && text[0] == '0' {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// sheetName makes a caption into a name spreadsheets accept: at most 31 characters, none of []:*?/\, unique.
func sheetName(caption string, n int, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return -1
		}
		return r
	}, caption)
	runes := []rune(name)
	if len(runes) > 26 {
		runes = runes[:26]
	}
	name = string(runes)
	if name == "" || taken[strings.ToLower(name)] {
		name = fmt.Sprintf("%s %d", name, n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// escapeXML escapes a text for XML and leaves out characters XML cannot hold.
func escapeXML(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0xfffe, r == 0xffff:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlain says that a text needs no escaping in XML.
func isPlain(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c == '&', c == '<', c == '>', c == '"', c == 0xef, c > 0xf4: // U+FFFE and U+FFFF begin with 0xef
			return false
		}
	}
	return utf8.ValidString(text)
}
