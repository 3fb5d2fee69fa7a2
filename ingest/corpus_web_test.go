package ingest

import (
	"strings"
)

func htmlTable(attributes string) string {
	var out strings.Builder
	out.WriteString("<table" + attributes + ">")
	for i, row := range allRows() {
		tag := "td"
		if i == 0 {
			tag = "th"
		}
		out.WriteString("<tr>")
		for _, text := range row {
			out.WriteString("<" + tag + ">" + text + "</" + tag + ">")
		}
		out.WriteString("</tr>\r\n")
	}
	return out.String() + "</table>"
}

func page(charset, body string) string {
	meta := ""
	if charset != "" {
		meta = `<meta http-equiv="Content-Type" content="text/html; charset=` + charset + `">`
	}
	return "<html><head>" + meta + "<title>export</title><style>td {mso-number-format:\"\\@\"}</style></head><body>" + body + "</body></html>"
}

func madeHTML() map[string][]byte {
	files := map[string][]byte{
		"html_gbk.xls":             gbk(page("gb2312", htmlTable(` border="1"`))),
		"html_gbk_undeclared.xls":  gbk(page("", htmlTable(""))),
		"html_gbk_says_utf8.xls":   gbk(page("utf-8", htmlTable(""))),
		"html_utf8.xls":            []byte(page("utf-8", htmlTable(""))),
		"html_bom.xls":             []byte("\ufeff" + page("gbk", htmlTable(""))),
		"html_utf16.xls":           utf16le(page("unicode", htmlTable(""))),
		"html_big5.html":           big5(page("big5", "<table><tr><td>檢查編號</td></tr></table>")),
		"html_latin.html":          []byte(page("iso-8859-1", "<table><tr><td>caf\xe9</td></tr></table>")),
		"html_table_only.xls":      []byte(htmlTable("")),
		"html_spans.html":          []byte(page("utf-8", `<table><tr><th rowspan=2>编号<th colspan=2>隐患数<th rowspan="2">备注</tr><tr><th>一般<th>重大</tr><tr><td>1<td>2<td>3<td rowspan=2>同<tr><td>4<td>5<td>6</table>`)),
		"html_spans_huge.html":     []byte(page("utf-8", `<table><tr><td rowspan=99999999 colspan=99999999>x</td></tr><tr><td>y</td></tr><tr><td rowspan=-1 colspan=abc>z</table>`)),
		"html_nested.html":         []byte(page("utf-8", `<table><tr><td>`+htmlTable("")+`</td></tr></table>`)),
		"html_several.html":        []byte(page("utf-8", `<h1>标题</h1>`+htmlTable("")+`<p>文字</p><table><tr><td>机构代码</td></tr><tr><td>2301001</td></tr></table>`)),
		"html_no_table.html":       []byte(page("utf-8", `<p>登录已超时，请重新登录</p>`)),
		"html_untidy.html":         []byte(`<table><tr><td>甲<td>乙<tr><td>1<td>2<tbody><tr><td>3</td><td>4</td></tbody></table>`),
		"html_no_table_tag.html":   []byte(`<html><body><tr><td>甲</td></tr><tr><td>1</td></tr></table></body></html>`),
		"html_cut_off.html":        []byte(page("utf-8", htmlTable(""))[:600]),
		"html_hidden.html":         []byte(page("utf-8", `<table><tr><td>甲</td></tr><tr style="display: none"><td>藏</td></tr><tr hidden><td>藏二</td></tr></table>`)),
		"html_text.html":           []byte(page("utf-8", "<table><tr><td>  前\n 后&nbsp;&nbsp;不断&amp;&lt;b&gt;<br>第二行<p>第三</p></td><td><b>粗</b><i>斜</i></td><td><pre>原 \n样</pre></td><td>&#20013;&copy;&unknown;</td></tr></table>")),
		"html_script.html":         []byte(page("utf-8", `<table><tr><td>甲<script>var a = "</td></table>";</script></td><td>乙<!-- </table> --></td></tr></table>`)),
		"html_excel_numbers.html":  []byte(page("utf-8", `<table><tr><td x:num="912301001922038">9.12E+14</td><td x:num="43895">2020/3/5</td><td x:num="0.5">####</td><td x:num="bad">1E5</td></tr></table>`)),
		"html_conditional.html":    []byte(page("utf-8", `<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:Name>Sheet1</x:Name></x:ExcelWorkbook></xml><![endif]-->`+htmlTable(""))),
		"html_mixed_bytes.html":    append([]byte(page("utf-8", "<table>\n<tr><td>好</td></tr>\n<tr><td>")), append([]byte("\x81\xff坏"), []byte("</td></tr>\n</table>")...)...),
		"html_xhtml.html":          []byte(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><body>` + htmlTable("") + `</body></html>`),
		"html_deep.html":           []byte(strings.Repeat("<table><tr><td>", 100)),
		"html_wide.html":           []byte("<table><tr>" + strings.Repeat("<td colspan=1000>x", 20) + "</table>"),
		"html_excel_namespace.xls": []byte(`<html xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40"><body>` + htmlTable("") + `</body></html>`),
	}
	return files
}

const excelXML = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">`

func excelSheet(name, rows, options string) string {
	return `<Worksheet ss:Name="` + name + `"><Table>` + rows + `</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">` + options + `</WorksheetOptions></Worksheet>`
}

func excelRows() string {
	var out strings.Builder
	for _, row := range allRows() {
		out.WriteString("<Row>")
		for _, text := range row {
			out.WriteString(`<Cell><Data ss:Type="String">` + text + `</Data></Cell>`)
		}
		out.WriteString("</Row>")
	}
	return out.String()
}

func madeXML() map[string][]byte {
	whole := excelXML + excelSheet("检查记录", excelRows(), "") + "</Workbook>"
	return map[string][]byte{
		"excelxml_plain.xml":     []byte(whole),
		"excelxml_named_xls.xls": []byte(whole),
		"excelxml_utf16.xml":     utf16be(strings.Replace(whole, `version="1.0"`, `version="1.0" encoding="UTF-16"`, 1)),
		"excelxml_gbk.xml":       gbk(strings.Replace(whole, `version="1.0"`, `version="1.0" encoding="GB2312"`, 1)),
		"excelxml_types.xml":     []byte(excelXML + excelSheet("a", `<Row><Cell><Data ss:Type="Number">0.30000000000000004</Data></Cell><Cell><Data ss:Type="DateTime">2020-03-05T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">2020-03-05T10:20:30.500</Data></Cell><Cell><Data ss:Type="DateTime">1899-12-31T10:20:30.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#REF!</Data></Cell><Cell ss:Formula="=1+1"/><Cell ss:Formula="=1+1"><Data ss:Type="Number">2</Data></Cell><Cell><Data ss:Type="Number">x</Data></Cell></Row>`, "") + "</Workbook>"),
		"excelxml_places.xml":    []byte(excelXML + excelSheet("a", `<Column ss:Index="2" ss:Hidden="1" ss:Span="1"/><Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">B3</Data></Cell><Cell ss:Index="5"><Data ss:Type="String">E3</Data></Cell></Row><Row ss:Hidden="1"><Cell><Data ss:Type="String">A4</Data></Cell></Row><Row ss:Span="2"/><Row ss:Index="9"><Cell><Data ss:Type="String">A9</Data></Cell></Row>`, "") + "</Workbook>"),
		"excelxml_merged.xml":    []byte(excelXML + excelSheet("a", `<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">标题</Data></Cell><Cell><Data ss:Type="String">D</Data></Cell></Row><Row><Cell ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell><Cell><Data ss:Type="String">一</Data></Cell></Row><Row><Cell ss:Index="2"><Data ss:Type="String">二</Data></Cell></Row>`, "") + "</Workbook>"),
		"excelxml_hidden.xml":    []byte(excelXML + excelSheet("看", excelRows(), "") + excelSheet("藏", `<Row><Cell><Data ss:Type="String">x</Data></Cell></Row>`, "<Visible>SheetHidden</Visible>") + "</Workbook>"),
		"excelxml_rich.xml":      []byte(excelXML + excelSheet("a", `<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>粗</B><Font html:Color="#FF0000">红</Font></ss:Data><Comment ss:Author="x"><ss:Data>批注</ss:Data></Comment></Cell><Cell><Data ss:Type="String">一&#10;二</Data></Cell></Row>`, "") + "</Workbook>"),
		"excelxml_cut_off.xml":   []byte(whole[:len(whole)/2]),
		"excelxml_no_sheets.xml": []byte(excelXML + "</Workbook>"),
		"excelxml_backwards.xml": []byte(excelXML + excelSheet("a", `<Row ss:Index="5"/><Row ss:Index="2"/>`, "") + "</Workbook>"),
		"excelxml_far.xml":       []byte(excelXML + excelSheet("a", `<Row><Cell ss:Index="99999999"><Data ss:Type="String">x</Data></Cell></Row>`, "") + "</Workbook>"),
		"excelxml_empty.xml":     []byte(excelXML + `<Worksheet ss:Name="空"/><Worksheet ss:Name="表"><Table/></Worksheet></Workbook>`),
	}
}

const odsHead = `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>`

const odsTail = `</office:spreadsheet></office:body></office:document-content>`

func odsFile(content string, more ...any) []byte {
	return pack(append([]any{"mimetype", "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`, "content.xml", content}, more...)...)
}

func odsTable(rows string) string {
	return odsHead + `<table:table table:name="检查记录">` + rows + `</table:table>` + odsTail
}

func odsText(text string) string {
	return `<table:table-cell office:value-type="string"><text:p>` + text + `</text:p></table:table-cell>`
}

func madeODS() map[string][]byte {
	var rows strings.Builder
	for _, row := range allRows() {
		rows.WriteString("<table:table-row>")
		for _, text := range row {
			rows.WriteString(odsText(text))
		}
		rows.WriteString("</table:table-row>")
	}
	whole := odsFile(odsTable(rows.String()))
	return map[string][]byte{
		"ods_plain.ods":      whole,
		"ods_named_xls.xls":  whole,
		"ods_flat.fods":      []byte(strings.ReplaceAll(odsTable(rows.String()), "office:document-content", "office:document")),
		"ods_repeated.ods":   odsFile(odsTable(`<table:table-column table:number-columns-repeated="16384"/><table:table-row table:number-rows-repeated="3">` + odsText("同") + `<table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16378"/></table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`)),
		"ods_billion.ods":    odsFile(odsTable(`<table:table-row table:number-rows-repeated="1000000000">` + odsText("同") + `</table:table-row>`)),
		"ods_wide.ods":       odsFile(odsTable(`<table:table-row><table:table-cell table:number-columns-repeated="2000000000" office:value-type="float" office:value="7"/></table:table-row>`)),
		"ods_types.ods":      odsFile(odsTable(`<table:table-row><table:table-cell office:value-type="float" office:value="0.30000000000000004"><text:p>0.3</text:p></table:table-cell><table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25%</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="1200"><text:p>￥1,200.00</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2020-03-05"><text:p>2020年3月5日</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2020-03-05T10:20:30.500000000"><text:p>x</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT10H20M30S"><text:p>10:20:30</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell><table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell table:formula="of:=[.#REF!]" office:value-type="float" office:value="0"><text:p>#REF!</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="123"><text:p>000123</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT36H00M00S"><text:p>36:00</text:p></table:table-cell></table:table-row>`)),
		"ods_texts.ods":      odsFile(odsTable(`<table:table-row><table:table-cell office:value-type="string"><text:p>一<text:s text:c="3"/>二<text:tab/>三<text:line-break/>四</text:p><text:p><text:span>五</text:span><text:a>六</text:a></text:p><office:annotation><text:p>批注</text:p></office:annotation></table:table-cell>` + odsText("") + odsText("&lt;尖&gt;") + `</table:table-row>`)),
		"ods_merged.ods":     odsFile(odsTable(`<table:table-row><table:table-cell table:number-columns-spanned="3" office:value-type="string"><text:p>标题</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/>` + odsText("D") + `</table:table-row><table:table-row><table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>甲</text:p></table:table-cell>` + odsText("一") + `</table:table-row><table:table-row><table:covered-table-cell/>` + odsText("二") + `</table:table-row>`)),
		"ods_hidden.ods":     odsFile(odsHead + `<table:table table:name="藏" table:style-name="ta2"><table:table-row>` + odsText("x") + `</table:table-row></table:table><table:table table:name="看"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-row table:visibility="filter">` + odsText("藏") + `</table:table-row><table:table-row-group><table:table-row>` + odsText("组") + `</table:table-row></table:table-row-group></table:table>` + odsTail),
		"ods_encrypted.ods":  pack("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "\x01\x02", "META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="x"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`),
		"ods_text.ods":       pack("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", strings.ReplaceAll(odsHead, "spreadsheet>", "text>")+`</office:text></office:body></office:document-content>`),
		"ods_no_content.ods": pack("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
		"ods_cut_off.ods":    odsFile(odsTable(rows.String())[:1500]),
	}
}
