package ingest

import (
	"archive/zip"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tongbao/ingest/sheet/sheettest"
)

const (
	mainNS   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relNS    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictNS = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	strictR  = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// workbookParts are the parts of a workbook by name; a test changes the one it is about.
type workbookParts map[string]string

// workbook has one sheet with the given content behind <worksheet>, and styles: 1 date 14, 2 yyyy年m月d日, 3 date and time, 4 percent,
// 5 six zeros, 6 [h]:mm, 7 h:mm:ss, 8 text.
func workbook(sheetXML string, texts ...string) workbookParts {
	parts := workbookParts{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="` + mainNS + `" xmlns:r="` + relNS + `"><sheets><sheet name="检查记录" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relNS + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relNS + `/styles" Target="styles.xml"/><Relationship Id="rId3" Type="` + relNS + `/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId4" Type="` + relNS + `/worksheet" Target="worksheets/sheet2.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet xmlns="` + mainNS + `"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="000000"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="9"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="166"/><xf numFmtId="46"/><xf numFmtId="21"/><xf numFmtId="49"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="` + mainNS + `" xmlns:r="` + relNS + `">` + sheetXML + `</worksheet>`,
	}
	if len(texts) > 0 {
		var table strings.Builder
		for _, text := range texts {
			if !strings.HasPrefix(text, "<") {
				text = "<t>" + text + "</t>"
			}
			table.WriteString("<si>" + text + "</si>")
		}
		parts["xl/sharedStrings.xml"] = `<sst xmlns="` + mainNS + `">` + table.String() + `</sst>`
	}
	return parts
}

func (p workbookParts) set(name, text string) workbookParts {
	out := maps.Clone(p)
	if text == "" {
		delete(out, name)
	} else {
		out[name] = text
	}
	return out
}

func (p workbookParts) replace(name, old, replacement string) workbookParts {
	return p.set(name, strings.ReplaceAll(p[name], old, replacement))
}

func (p workbookParts) pack() []byte {
	var members []any
	for _, name := range slices.Sorted(maps.Keys(p)) {
		members = append(members, name, p[name])
	}
	return pack(members...)
}

// inlineRows writes the rows of texts from a cell on.
func inlineRows(left, top int, rows ...[]string) string {
	var out strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&out, `<row r="%d">`, top+i)
		for j, text := range row {
			if text != "" {
				fmt.Fprintf(&out, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+left+j, top+i, text)
			}
		}
		out.WriteString("</row>")
	}
	return out.String()
}

func data(rows string) string { return "<sheetData>" + rows + "</sheetData>" }

func allRows() [][]string { return append([][]string{tableHeader}, tableRows...) }

// sharedTable is the table with shared texts.
func sharedTable() workbookParts {
	var rows strings.Builder
	var texts []string
	for i, row := range allRows() {
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for j, text := range row {
			fmt.Fprintf(&rows, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+j, i+1, len(texts))
			texts = append(texts, text)
		}
		rows.WriteString("</row>")
	}
	return workbook(data(rows.String()), texts...)
}

func madeXLSX() map[string][]byte {
	plain := workbook(data(inlineRows(0, 1, allRows()...)))
	good := inlineRows(0, 1, tableHeader)
	twoSheets := func(attrs string) workbookParts {
		return plain.replace("xl/workbook.xml", `</sheets>`, `<sheet name="说明" sheetId="2" r:id="rId4"`+attrs+`/></sheets>`).
			set("xl/worksheets/sheet2.xml", `<worksheet xmlns="`+mainNS+`">`+data(inlineRows(0, 1, []string{"不要看"}))+`</worksheet>`)
	}
	made := map[string]workbookParts{
		"xlsx_shared":       sharedTable(),
		"xlsx_inline":       plain,
		"xlsx_rich":         workbook(data(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><r><rPr><b/></rPr><t>粗</t></r><r><t xml:space="preserve"> 细</t></r></is></c></row>`), `<r><t>隐患</t></r><r><rPr><sz val="9"/></rPr><t>编号</t></r><rPh sb="0" eb="2"><t>yinhuan</t></rPh><phoneticPr fontId="1"/>`, `<t xml:space="preserve">  前后有空格  </t>`),
		"xlsx_escapes":      workbook(data(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="str"><v>_x0009_x</v></c><c r="E1" t="s"><v>3</v></c></row>`), "一行_x000D_\n二行", "_x005F_x000D_", "&lt;&amp;&#20013;&#x56FD;&gt;", "_xD83D__xDE00_ _x00ZZ_ _xD83D_"),
		"xlsx_formulas":     workbook(data(`<row r="1"><c r="A1" t="str"><f>"JC"&amp;1</f><v>JC1</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="b"><f>TRUE()</f><v>1</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1" s="1"><f>TODAY()</f><v>43895</v></c></row>`)),
		"xlsx_uncalculated": workbook(data(`<row r="1"><c r="A1"><f>SUM(B1:B9)</f></c><c r="B1"><f>NOW()</f><v></v></c><c r="C1"><f t="shared" si="0"/></c><c r="D1"><v>1</v></c></row>`)),
		"xlsx_unknown":      workbook(data(`<row r="1"><c r="A1"><f>SUM(B1:B9)</f><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><v>0</v></c><c r="D1" t="str"><f>""</f><v></v></c></row>`)).replace("xl/workbook.xml", "</sheets>", `</sheets><calcPr calcId="124519" fullCalcOnLoad="1"/>`),
		"xlsx_local_font":   workbook(data(inlineRows(0, 1, allRows()...) + inlineRows(0, 9, []string{"JC0009", "91110000802100433B", "2301\uE5E5", "专项检查", "2020/3/6"}))),
		"xlsx_errors":       workbook(data(`<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="e"><v>#VALUE!</v></c><c r="D1" t="e"><v>#NAME?</v></c><c r="E1" t="e"><v>#NULL!</v></c><c r="F1" t="e"><v>#NUM!</v></c></row>`)),
		"xlsx_dates_1900":   workbook(data(`<row r="1"><c r="A1" s="1"><v>43895</v></c><c r="B1" s="2"><v>43895</v></c><c r="C1" s="3"><v>43895.430902777778</v></c><c r="D1" s="6"><v>1.5</v></c><c r="E1" s="7"><v>0.5</v></c><c r="F1" s="1"><v>60</v></c><c r="G1" s="1"><v>59</v></c><c r="H1" s="1"><v>-1</v></c><c r="I1" s="1"><v>99999999</v></c><c r="J1" s="3"><v>43895.999999999</v></c></row>`)),
		"xlsx_dates_1904":   workbook(data(`<row r="1"><c r="A1" s="1"><v>42433</v></c><c r="B1" s="3"><v>0</v></c></row>`)).replace("xl/workbook.xml", "<sheets>", `<workbookPr date1904="1"/><sheets>`),
		"xlsx_numbers":      workbook(data(`<row r="1"><c r="A1"><v>0.30000000000000004</v></c><c r="B1"><v>9.1230100192203801E+17</v></c><c r="C1"><v>123456789012345</v></c><c r="D1"><v>-0.5</v></c><c r="E1" s="4"><v>0.25</v></c><c r="F1" s="5"><v>123</v></c><c r="G1"><v>12.0</v></c><c r="H1"><v>1E-5</v></c><c r="I1"><v>007</v></c><c r="J1"><v>NaN</v></c><c r="K1" s="8"><v>230100</v></c><c r="L1"><v> 5 </v></c></row>`)),
		"xlsx_booleans":     workbook(data(`<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c></row>`)),
		"xlsx_merged":       workbook(data(inlineRows(0, 1, []string{"2020年检查情况", "", "", "", ""}, []string{"检查编号", "隐患数", "", "检查机构", "备注"}, []string{"", "一般", "重大", "", ""}, []string{"JC1", "1", "2", "市局", "a"}, []string{"JC2", "3", "4", "", "b"})) + `<mergeCells count="5"><mergeCell ref="A1:E1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/><mergeCell ref="D2:D3"/><mergeCell ref="$D$4:$D$5"/></mergeCells>`),
		"xlsx_merged_value": workbook(data(inlineRows(0, 1, []string{"甲", "被盖住的值"}, []string{"", "乙"})) + `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`),
		"xlsx_merged_wide":  workbook(data(inlineRows(0, 1, []string{"标题"}, []string{"", "数据"})) + `<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="ZZ:1"/><mergeCell ref=""/></mergeCells>`),
		"xlsx_hidden":       workbook(`<cols><col min="2" max="3" width="0" hidden="1"/></cols>` + data(strings.Replace(inlineRows(0, 1, allRows()...), `<row r="3">`, `<row r="3" hidden="1">`, 1))),
		"xlsx_hidden_sheet": twoSheets(` state="hidden"`),
		"xlsx_very_hidden":  twoSheets(` state="veryHidden"`),
		"xlsx_strict": plain.replace("xl/workbook.xml", mainNS, strictNS).replace("xl/workbook.xml", relNS, strictR).replace("xl/_rels/workbook.xml.rels", relNS, strictR).replace("_rels/.rels", relNS, strictR).
			set("xl/worksheets/sheet1.xml", `<worksheet xmlns="`+strictNS+`">`+data(`<row r="1"><c r="A1" t="d" s="1"><v>2020-03-05</v></c><c r="B1" t="d"><v>2020-03-05T10:20:30.500Z</v></c><c r="C1" t="d"><v>10:20:30</v></c><c r="D1" t="d"><v>2020-03-05T00:00:00</v></c><c r="E1" t="d"><v>某日</v></c></row>`)+`</worksheet>`),
		"xlsx_anywhere":           workbook(data(inlineRows(3, 7, allRows()...))),
		"xlsx_several":            workbook(data(inlineRows(0, 1, allRows()...) + inlineRows(0, 8, []string{"机构代码", "机构名称"}, []string{"2301001", "市局"}))),
		"xlsx_prefixed":           plain.set("xl/worksheets/sheet1.xml", `<x:worksheet xmlns:x="`+mainNS+`"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>前缀</x:t></x:is></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="A1:A2"/></x:mergeCells></x:worksheet>`),
		"xlsx_no_places":          workbook(data(`<row><c t="inlineStr"><is><t>甲</t></is></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>`)),
		"xlsx_cells_out_of_order": workbook(data(`<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>`)),
		"xlsx_utf16":              plain.set("xl/worksheets/sheet1.xml", string(utf16le(`<?xml version="1.0" encoding="UTF-16"?>`+plain["xl/worksheets/sheet1.xml"]))),
		"xlsx_cdata":              workbook(`<!-- <sheetData> --><?pi <sheetData>?>` + data(`<!--x--><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<a>&amp;]]>b</t></is></c></row>`)),
		"xlsx_extension":          workbook(data(good) + `<extLst><ext><x14:sheetData xmlns:x14="x"><row r="9"/></x14:sheetData></ext></extLst>`),
		"xlsx_dimension_lies":     workbook(`<dimension ref="A1:XFD1048576"/>` + data(inlineRows(0, 1, allRows()...))),
		"xlsx_row_beyond":         workbook(data(`<row r="1048577"><c r="A1048577"><v>1</v></c></row>`)),
		"xlsx_row_billion":        workbook(data(`<row r="999999999999"><c><v>1</v></c></row>`)),
		"xlsx_column_beyond":      workbook(data(`<row r="1"><c r="XFE1"><v>1</v></c></row>`)),
		"xlsx_rows_backwards":     workbook(data(`<row r="5"><c r="A5"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>`)),
		"xlsx_no_strings":         sharedTable().set("xl/sharedStrings.xml", ""),
		"xlsx_bad_string":         workbook(data(`<row r="1"><c r="A1" t="s"><v>7</v></c><c r="B1" t="s"><v>x</v></c><c r="C1" t="s"><v>0</v></c></row>`), "有"),
		"xlsx_no_sheet":           plain.set("xl/worksheets/sheet1.xml", ""),
		"xlsx_no_workbook":        plain.set("xl/workbook.xml", ""),
		"xlsx_no_sheets":          plain.replace("xl/workbook.xml", `<sheet name="检查记录" sheetId="1" r:id="rId1"/>`, ""),
		"xlsx_chart_sheet":        twoSheets("").replace("xl/_rels/workbook.xml.rels", relNS+`/worksheet" Target="worksheets/sheet2.xml`, relNS+`/chartsheet" Target="worksheets/sheet2.xml`),
		"xlsx_empty_sheet":        workbook(`<sheetData/>`),
		"xlsx_styles_only":        workbook(data(`<row r="1"><c r="A1" s="1"/><c r="B1" s="2"/></row><row r="2"/>`)),
		"xlsx_long_cell":          workbook(data(inlineRows(0, 1, []string{strings.Repeat("长", 32767)}))),
		"xlsx_doctype":            plain.set("xl/worksheets/sheet1.xml", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;">]>`+plain["xl/worksheets/sheet1.xml"]),
		"xlsx_entity":             workbook(data(`<row r="1"><c r="A1" t="inlineStr"><is><t>&unknown; &#0; &#xFFFFFFF; & &amp;</t></is></c></row>`)),
		"xlsx_not_utf8":           workbook(data("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>坏\xff\xfe字</t></is></c></row>")),
		"xlsx_unclosed":           plain.replace("xl/worksheets/sheet1.xml", "</row></sheetData></worksheet>", ""),
		"xlsx_no_end":             plain.replace("xl/worksheets/sheet1.xml", "</sheetData></worksheet>", ""),
		"xlsx_absolute":           plain.replace("xl/_rels/workbook.xml.rels", `Target="worksheets/sheet1.xml`, `Target="/xl/worksheets/sheet1.xml`),
		"xlsx_climbing":           plain.replace("xl/_rels/workbook.xml.rels", `Target="worksheets/sheet1.xml`, `Target="../../../etc/../xl/worksheets/sheet1.xml`),
		"xlsx_external":           plain.replace("xl/_rels/workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="file:///etc/passwd" TargetMode="External"`),
		"xlsx_word":               {"[Content_Types].xml": "<Types/>", "_rels/.rels": `<Relationships><Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="word/document.xml"/></Relationships>`, "word/document.xml": "<document/>"},
		"xlsx_binary":             {"[Content_Types].xml": "<Types/>", "_rels/.rels": `<Relationships><Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="xl/workbook.bin"/></Relationships>`, "xl/workbook.bin": "\x83\x01\x00"},
	}
	files := map[string][]byte{}
	for name, parts := range made {
		files[name+".xlsx"] = parts.pack()
	}
	files["xlsx_named_csv.csv"] = plain.pack()
	files["xlsx_named_xls.xls"] = plain.pack()
	files["xlsx_macros.xlsm"] = plain.set("xl/vbaProject.bin", "macros").pack()
	var folded []any
	for _, name := range slices.Sorted(maps.Keys(plain)) {
		folded = append(folded, strings.ToUpper(strings.ReplaceAll(name, "/", `\`)), plain[name])
	}
	files["xlsx_folded_names.xlsx"] = pack(folded...)
	whole := plain.pack()
	files["xlsx_cut_off.xlsx"] = whole[:len(whole)/2]
	broken := slices.Clone(whole)
	at := strings.Index(string(broken), "JC0001")
	broken[at] = 'X'
	files["xlsx_checksum.xlsx"] = broken
	locked := plain.pack()
	files["xlsx_encrypted.xlsx"] = sheettest.CFB([]string{"EncryptionInfo", "EncryptedPackage"}, [][]byte{[]byte("\x04\x00\x04\x00"), locked})
	files["xlsx_bomb_compressed.xlsx"] = packed(zip.Deflate, "[Content_Types].xml", "<Types/>", "_rels/.rels", plain["_rels/.rels"], "xl/workbook.xml", plain["xl/workbook.xml"],
		"xl/_rels/workbook.xml.rels", plain["xl/_rels/workbook.xml.rels"], "xl/worksheets/sheet1.xml", plain.replace("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>"+strings.Repeat(" ", 8<<20))["xl/worksheets/sheet1.xml"])
	files["xlsx_empty_archive.xlsx"] = pack()
	return files
}
