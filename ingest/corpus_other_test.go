package ingest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
)

func jsonObject(row []string) string {
	var fields []string
	for i, text := range row {
		fields = append(fields, fmt.Sprintf("%q: %q", tableHeader[i], text))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func jsonObjects(between string) string {
	var objects []string
	for _, row := range tableRows {
		objects = append(objects, jsonObject(row))
	}
	return strings.Join(objects, between)
}

func madeJSON() map[string][]byte {
	made := map[string]string{
		"json_lines.jsonl":          jsonObjects("\n") + "\n",
		"json_lines_crlf.jsonl":     jsonObjects("\r\n"),
		"json_lines_blank.jsonl":    "\n" + jsonObjects("\n\n") + "\n\n",
		"json_array.json":           "[" + jsonObjects(",") + "]",
		"json_array_pretty.json":    "[\n  " + strings.ReplaceAll(jsonObjects(",\n  "), ", ", ",\n    ") + "\n]\n",
		"json_wrapped.json":         `{"code": 0, "message": "成功 [ok]", "data": [` + jsonObjects(",") + `], "total": 3}`,
		"json_wrapped_pretty.json":  "{\n  \"code\": 0,\n  \"data\": [\n" + jsonObjects(",\n") + "\n  ]\n}\n",
		"json_objects_pretty.json":  strings.ReplaceAll(jsonObjects("\n"), ", ", ",\n  "),
		"json_single.json":          jsonObject(tableRows[0]),
		"json_bom.json":             "\ufeff[" + jsonObjects(",") + "]",
		"json_types.jsonl":          `{"a": 12345678901234567890, "b": 0.1000, "c": true, "d": false, "e": null, "f": "", "g": -1e400, "h": "一\n二\u4e2d\ud83d\ude00"}`,
		"json_nested.jsonl":         `{"a": 1, "b": {"c": 2}}` + "\n" + `{"a": 2, "b": [1, 2]}` + "\n" + `{"a": 3, "b": "平"}`,
		"json_new_keys.jsonl":       `{"a": 1}` + "\n" + `{"b": 2, "a": 3}` + "\n" + `{"c": 4}`,
		"json_same_key.jsonl":       `{"a": 1, "a": 2}` + "\n" + `{"a": 3}`,
		"json_broken_line.jsonl":    `{"a": 1}` + "\n" + `{"a": 2` + "\n" + `{"a": "x}` + "\n" + `not json` + "\n" + `{"a": 5}`,
		"json_broken_element.json":  `[{"a": 1}, {"a": 2,}, {"a": tru}, 7, {"a": 5}]`,
		"json_cut_off.json":         `[{"a": 1}, {"a": 2`,
		"json_no_end.json":          `[{"a": 1}, {"a": 2}`,
		"json_arrays.json":          `[["检查编号", "次数"], ["JC1", 1], ["JC2", 2.50], ["JC3", {"x": 1}]]`,
		"json_values.json":          `[[1], 2, "x"]`,
		"json_empty_array.json":     `[]`,
		"json_empty_object.json":    `{}`,
		"json_brackets.jsonl":       `{"a": "}{][\"\\"}` + "\n" + `{"a": "\\"}`,
		"json_one_line_many.json":   jsonObjects(" "),
		"json_quote_swallows.jsonl": `{"a": "x` + "\n" + `{"a": 2}`,
	}
	files := map[string][]byte{}
	for name, text := range made {
		files[name] = []byte(text)
	}
	files["json_gbk.json"] = gbk("[" + jsonObjects(",") + "]")
	files["json_wrapped_twice.json"] = []byte(`{"code":0,"msg":"ok","data":{"total":3,"rows":[` + jsonObjects(",") + `]}}`)
	files["json_utf16.json"] = utf16le("[" + jsonObjects(",") + "]")
	return files
}

func zipped(data []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func madeArchives() map[string][]byte {
	csv := table(",", "\r\n")
	plain := workbook(data(inlineRows(0, 1, allRows()...))).pack()
	raw := func(name string) *zip.FileHeader { return &zip.FileHeader{Name: name, NonUTF8: true} }
	inner := pack("里.csv", csv)
	locked := pack("a.csv", csv)
	locked[6] |= 1 // encrypted
	at := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[at+8] |= 1
	strange := pack("a.csv", csv)
	strange[8], strange[bytes.Index(strange, []byte("PK\x01\x02"))+10] = 9, 9 // Deflate64
	whole := pack("a.csv", csv, "b.xlsx", plain)
	flipped := bytes.Replace(pack("a.csv", csv), []byte("JC0001"), []byte("JC0009"), 1)
	path := append([]byte{0x75, 0x70, 0, 0, 1, 0, 0, 0, 0}, "检查.csv"...)
	path[2] = byte(len(path) - 4)
	half := zipped([]byte(csv))
	return map[string][]byte{
		"zip_plain.zip":                  whole,
		"zip_gbk_names.zip":              pack(raw(string(gbk("哈尔滨/检查记录_2020Q1.csv"))), csv),
		"zip_unicode_extra.zip":          pack(&zip.FileHeader{Name: "???.csv", Extra: path}, csv),
		"zip_climbing.zip":               pack("../../etc/a.csv", csv, "/root/b.csv", csv, `C:\c.csv`, csv, `..\..\d.csv`, csv, "a/../../e\x00\n.csv", csv),
		"zip_nested.zip":                 pack("外.csv", csv, "里.zip", inner),
		"zip_nested_twice.zip":           pack("外.zip", pack("中.zip", inner)),
		"zip_folders.zip":                pack("目录/", "", "目录/a.csv", csv, "__MACOSX/._a.csv", "x", "目录/.DS_Store", "x", "Thumbs.db", "x"),
		"zip_empty_member.zip":           pack("空.csv", ""),
		"zip_empty.zip":                  pack(),
		"zip_encrypted.zip":              locked,
		"zip_method.zip":                 strange,
		"zip_cut_off.zip":                whole[:len(whole)-60],
		"zip_checksum.zip":               flipped,
		"zip_same_names.zip":             pack("a.csv", csv, "a.csv", strings.Replace(csv, "JC", "JD", -1)),
		"zip_gzip.zip":                   pack("a.csv.gz", zipped([]byte(csv))),
		"zip_junk_before.zip":            append([]byte("PK00"), whole...),
		"zip_bomb_compressed.zip":        packed(zip.Deflate, "零.csv", strings.Repeat("0", 4<<20)),
		"gzip_plain_compressed.csv.gz":   zipped([]byte(csv)),
		"gzip_twice_compressed.csv.gz":   append(zipped([]byte(csv)), zipped([]byte(strings.Join(tableRows[0], ",")+"\r\n"))...),
		"gzip_padded_compressed.csv.gz":  append(zipped([]byte(csv)), make([]byte, 700)...),
		"gzip_tail_compressed.csv.gz":    append(zipped([]byte(csv)), 0, 0, 7),
		"gzip_cut_off_compressed.csv.gz": half[:len(half)-12],
		"gzip_workbook_compressed.gz":    zipped(plain),
		"gzip_of_zip_compressed.gz":      zipped(whole),
		"gzip_bomb_compressed.csv.gz":    zipped(make([]byte, 4<<20)),
	}
}

func madeText() map[string][]byte {
	csv := table(",", "\r\n")
	lines := func(rows ...string) []byte {
		return []byte(strings.Join(append([]string{strings.Join(tableHeader, ",")}, rows...), "\n") + "\n")
	}
	first, second := strings.Join(tableRows[0], ","), strings.Join(tableRows[1], ",")
	return map[string][]byte{
		"csv_utf8.csv":             []byte(csv),
		"csv_bom.csv":              []byte("\ufeff" + csv),
		"csv_gbk.csv":              gbk(csv),
		"csv_utf16le.csv":          utf16le(csv),
		"csv_utf16be.csv":          utf16be(csv),
		"csv_utf16_no_bom.csv":     utf16le(csv)[2:],
		"csv_big5.csv":             big5("檢查編號,統一社會信用代碼,檢查機構\r\nJC1,91330100799655058B,應急管理局\r\nJC2,91330100799655058B,國家安全監督\r\n"),
		"csv_mixed_encodings.csv":  append([]byte(csv), gbk(strings.ReplaceAll(first, "JC0001", "JC0004")+"\r\n")...),
		"csv_replacement.csv":      lines(first, strings.Replace(second, "专项", "专\uFFFD", 1)),
		"csv_tabs.tsv":             []byte(table("\t", "\n")),
		"csv_semicolons.csv":       []byte(table(";", "\n")),
		"csv_pipes.csv":            []byte(table("|", "\n")),
		"csv_mac_lines.csv":        []byte(table(",", "\r")),
		"csv_mixed_lines.csv":      []byte(strings.Join(tableHeader, ",") + "\r\n" + first + "\n" + second + "\r\n"),
		"csv_no_final_newline.csv": bytes.TrimRight([]byte(csv), "\r\n"),
		"csv_quoted.csv":           lines(`"JC0001","91330100799655058B","2301001","计划检查","2020-03-05"`, `"JC""2","91110000802100433B",2301001,"专项`+"\n"+`检查",2020-03-06`),
		"csv_lone_quote.csv":       lines(`JC0001,"91330100799655058B,2301001,计划检查,2020-03-05`, second, strings.Replace(first, "JC0001", "JC0009", 1)),
		"csv_inner_quote.csv":      lines(`JC"0001,91330100799655058B,2301001,计划检查,2020-03-05`, second),
		"csv_ragged.csv":           lines(first, second+",多一列", "JC0005,91330100799655058B,2301001", strings.Replace(first, "JC0001", "JC0009", 1)),
		"csv_nul.csv":              lines(first, strings.Replace(second, "JC", "J\x00C", 1)),
		"csv_long_cell.csv":        lines(first+strings.Repeat("长", 20_000), second),
		"csv_title.csv":            []byte("2020年第一季度检查记录\n单位：哈尔滨市应急管理局\n\n" + table(",", "\n") + "合计,3,,,\n注：以上数据截至3月底\n"),
		"csv_repeated_header.csv":  []byte(table(",", "\n") + table(",", "\n")),
		"csv_serial.csv":           []byte("序号," + strings.Join(tableHeader, ",") + "\n1," + first + "\n2," + second + "\n"),
		"csv_damaged_code.csv":     lines(first, "JC0002,9.1330100799655E+17,2301001,计划检查,2020-03-05", strings.Replace(first, "91330100799655058B", "9.13301E+17", 1)),
		"csv_chinese_dates.csv":    lines(strings.Replace(first, "2020-03-05", "二〇二〇年三月五日", 1), strings.Replace(second, "2020/3/6", "2020年3月6日", 1), strings.Replace(strings.Replace(first, "JC0001", "JC0007", 1), "2020-03-05", "20200307", 1), strings.Replace(strings.Replace(first, "JC0001", "JC0008", 1), "2020-03-05", "43895", 1)),
		"csv_same_key.csv":         lines(first, first, second, strings.Replace(second, "专项检查", "计划检查", 1)),
		"csv_missing_column.csv":   []byte("检查编号,统一社会信用代码,检查机构代码,检查类型\nJC1,91330100799655058B,2301001,计划检查\n"),
		"csv_unknown_column.csv":   []byte(strings.Join(tableHeader, ",") + ",天气\n" + first + ",晴\n"),
		"csv_unknown_table.csv":    []byte("甲,乙,丙\n1,2,3\n"),
		"csv_header_only.csv":      []byte(strings.Join(tableHeader, ",") + "\n"),
		"csv_blank.csv":            []byte("\n\n  \n"),
		"csv_empty.csv":            {},
		"csv_single_quotes.csv":    []byte("'" + strings.Join(tableHeader, "','") + "'\n'JC0001','91330100799655058B','2301001','计划检查','2020-03-05'\n'JC0002','91110000802100433B','2301,001','专项检查','2020-03-06'\n'JC0003','91330100799655058B','it''s','计划检查','2020-03-07'\n"),
		"csv_backslashes.csv":      lines(first, `JC0002,91110000802100433B,"23\"01\"001",专项检查,2020-03-06`, strings.Replace(first, "JC0001", "JC0003", 1)),
		"csv_apostrophes.csv":      lines("'"+first, strings.Replace(second, "JC", "'JC", 1)),
		"csv_marks_everywhere.csv": lines(first, strings.Replace(second, "专项检查", "\"专项检查", 1), strings.Replace(first, "JC0001", "\"JC0004", 1), strings.Replace(first, "JC0001", "JC0005", 1), strings.Replace(first, "JC0001", "JC0006", 1)+"\"", strings.Replace(first, "JC0001", "JC0007\"", 1), strings.Replace(first, "JC0001", "JC0008", 1)),
		"csv_two_tables.csv":       []byte(table(",", "\n") + "\n隐患情况\n级别,隐患编号,检查编号,隐患类别,发现日期\n一般,YH1,JC0001,电气,2020-03-05\n特大,YH2,JC0001,电气,2020-03-05\n\n处罚编号,统一社会信用代码,机构代码,处罚种类\nCF1,91330100799655058B,2301001,警告\n"),
		"csv_western.csv":          lines(first, strings.Replace(second, "JC0002", "Besan\xe7on", 1), strings.Replace(first, "JC0001", "JC0003", 1)),
		"csv_crlf_in_quotes.csv":   []byte(strings.Join(tableHeader, ",") + ",备注\r\n" + first + ",\"一\r\n二,三\"\r\n" + strings.Replace(first, "JC0001", "JC0002", 1) + ",\"四\r\n" + strings.Replace(first, "JC0001", "JC0003", 1) + ",五\r\n"),
		"csv_excel_sep.csv":        []byte("sep=;\r\n" + table(";", "\r\n")),
		"csv_formula.csv":          lines(strings.Replace(first, "JC0001", "=1+1", 1), strings.Replace(second, "专项检查", "@SUM(A1)", 1)),
		"foreign.tar":              append(append(make([]byte, 257), "ustar\x0000"...), make([]byte, 300)...),
		"foreign.bz2":              []byte("BZh91AY&SY"),
		"foreign.pdf":              []byte("%PDF-1.7\n"),
		"foreign.rar":              []byte("Rar!\x1a\x07\x00"),
		"foreign.png":              []byte("\x89PNG\r\n\x1a\n"),
		"foreign_bytes.csv":        bytes.Repeat([]byte{1, 2, 3, 4, 0xff, 0xfe, 0x80}, 200),
		"foreign.parquet":          []byte("PAR1 not a footer"),
	}
}
