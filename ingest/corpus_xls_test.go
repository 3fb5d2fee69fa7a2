package ingest

import (
	"strings"

	"tongbao/ingest/sheet/sheettest"
)

// Shorthands for records of cells: row, column and style, then what the kind needs.
var rec = sheettest.Record

func label(row, column int, text []byte) []byte { return rec(0x0204, row, column, 0, text) }
func number(row, column, style int, v float64) []byte {
	return rec(0x0203, row, column, style, v)
}
func sst(row, column int, index uint32) []byte { return rec(0x00FD, row, column, 0, index) }

func formula(row, column int, result ...any) []byte {
	return rec(0x0006, append(append([]any{row, column, 0}, result...), 0, uint32(0), 3, uint8(0x1E), 1)...)
}

// textResult marks a formula whose text stands in the record behind.
var textResult = []any{uint8(0), uint8(0), uint32(0), 0xFFFF}

// font is a record that LibreOffice wants before it shows texts.
var font = rec(0x0031, 200, 0, 0x7FFF, 400, 0, uint8(0), uint8(0), uint8(0), uint8(0), uint8(5), uint8(0), []byte("Arial"))

// oldBook has one sheet of the given records, and styles: 1 date 14, 2 yyyy年m月d日, 3 000000.
func oldBook(records ...[]byte) *sheettest.Biff {
	return &sheettest.Biff{
		Globals: [][]byte{
			rec(0x0042, 1200),
			font, font, font, font,
			rec(0x041E, 164, sheettest.Wide(`yyyy"年"m"月"d"日"`)),
			rec(0x041E, 165, sheettest.Narrow("000000")),
			rec(0x041E, 0, sheettest.Wide("G/通用格式")),
			rec(0x00E0, 0, 0, make([]byte, 16)), rec(0x00E0, 0, 14, make([]byte, 16)), rec(0x00E0, 0, 164, make([]byte, 16)), rec(0x00E0, 0, 165, make([]byte, 16)),
		},
		Sheets: []sheettest.BiffSheet{{Name: "检查记录", Records: records}},
	}
}

// oldTable is the table with its texts in a shared table cut into records of so many bytes.
func oldTable(size int) *sheettest.Biff {
	var texts []string
	var cells [][]byte
	for i, row := range allRows() {
		for j, text := range row {
			cells = append(cells, sst(i, j, uint32(len(texts))))
			texts = append(texts, text)
		}
	}
	book := oldBook(cells...)
	book.Globals = append(book.Globals, sheettest.SST(size, texts...)...)
	return book
}

func madeXLS() map[string][]byte {
	second := func(state, kind byte) *sheettest.Biff {
		book := oldTable(8224)
		book.Sheets = append(book.Sheets, sheettest.BiffSheet{Name: "第二", State: state, Kind: kind, Records: [][]byte{label(0, 0, sheettest.Wide("不要看"))}})
		return book
	}
	globals := func(records ...[]byte) *sheettest.Biff {
		book := oldTable(8224)
		book.Globals = append(records, book.Globals...)
		return book
	}
	rich := append([]byte{3, 0, 1 | 8 | 4, 2, 0, 4, 0, 0, 0}, sheettest.Units("富文本")...)
	rich = append(rich, make([]byte, 2*4+4)...)
	mixed := oldBook(sst(0, 0, 0), sst(0, 1, 1), sst(0, 2, 2))
	mixed.Globals = append(mixed.Globals,
		rec(0x00FC, uint32(3), uint32(3), 4, uint8(0), []byte("ab")), rec(0x003C, uint8(1), sheettest.Units("汉字"), rich[:13]), rec(0x003C, uint8(1), rich[13:]), rec(0x003C, 2, uint8(0), []byte("zz")))
	short := oldTable(8224)
	short.Globals[len(short.Globals)-1][4+4] = 99 // says that there are more texts than there are
	made := map[string]*sheettest.Biff{
		"xls_shared":       oldTable(8224),
		"xls_continued_37": oldTable(37),
		"xls_continued_64": oldTable(64),
		"xls_continued_9":  oldTable(9),
		"xls_mixed_width":  mixed,
		"xls_fewer_texts":  short,
		"xls_labels":       oldBook(label(0, 0, sheettest.Wide("宽")), label(0, 1, sheettest.Narrow("narrow")), rec(0x00D6, 0, 2, 0, sheettest.Wide("带格式"), 0), label(0, 3, sheettest.Narrow(""))),
		"xls_numbers":      oldBook(number(0, 0, 0, 0.1+0.2), number(0, 1, 0, 912301001922038216), number(0, 2, 3, 123), rec(0x027E, 0, 3, 0, uint32(12345<<2|2)), rec(0x027E, 0, 4, 0, uint32(12345<<2|3)), rec(0x027E, 0, 5, 0, uint32(0x3FF80000)), rec(0x027E, 0, 6, 0, uint32(0xFFFFFFFE)), rec(0x00BD, 1, 0, 0, uint32(1<<2|2), 1, uint32(43895<<2|2), 0, uint32(150<<2|3), 2)),
		"xls_dates_1900":   oldBook(number(0, 0, 1, 43895), number(0, 1, 2, 43895), number(0, 2, 1, 60), number(0, 3, 1, -1), number(0, 4, 1, 43895.5)),
		"xls_dates_1904":   globals(rec(0x0022, 1)),
		"xls_booleans":     oldBook(rec(0x0205, 0, 0, 0, uint8(1), uint8(0)), rec(0x0205, 0, 1, 0, uint8(0), uint8(0)), rec(0x0205, 0, 2, 0, uint8(0x17), uint8(1)), rec(0x0205, 0, 3, 0, uint8(0x2A), uint8(1)), rec(0x0205, 0, 4, 0, uint8(0x99), uint8(1))),
		"xls_formulas": oldBook(formula(0, 0, 2.5), formula(0, 1, textResult...), rec(0x0207, sheettest.Wide("文本结果")), formula(0, 2, textResult...), rec(0x04BC, uint32(0)), rec(0x0207, sheettest.Narrow("shared")),
			formula(0, 3, uint8(1), uint8(0), uint8(1), uint8(0), 0, 0xFFFF), formula(0, 4, uint8(2), uint8(0), uint8(0x07), uint8(0), 0, 0xFFFF), formula(0, 5, uint8(3), uint8(0), uint32(0), 0xFFFF), formula(0, 6, textResult...), number(0, 7, 0, 1)),
		"xls_merged":         oldBook(label(0, 0, sheettest.Wide("标题")), label(1, 0, sheettest.Wide("甲")), label(1, 1, sheettest.Wide("一")), label(2, 1, sheettest.Wide("二")), rec(0x00E5, 2, 0, 0, 0, 2, 1, 2, 0, 0)),
		"xls_merged_beyond":  oldBook(label(0, 0, sheettest.Wide("甲")), rec(0x00E5, 1, 0, 9, 300, 301)),
		"xls_hidden":         oldBook(rec(0x007D, 1, 2, 2048, 15, 1, 0), rec(0x0208, 1, 0, 5, 255, 0, 0, uint8(0x20), uint8(1), 15), label(0, 0, sheettest.Wide("可见")), label(1, 0, sheettest.Wide("隐藏"))),
		"xls_hidden_sheet":   second(1, 0),
		"xls_very_hidden":    second(2, 0),
		"xls_chart_sheet":    second(0, 2),
		"xls_chart_inside":   oldBook(label(0, 0, sheettest.Wide("前")), rec(0x0809, 0x0600, 0x20, 0, 0, uint32(0), uint32(0)), label(5, 5, sheettest.Wide("图里的")), rec(0x000A), label(1, 0, sheettest.Wide("后"))),
		"xls_out_of_order":   oldBook(label(3, 0, sheettest.Wide("四")), label(0, 1, sheettest.Wide("一B")), label(0, 0, sheettest.Wide("一A")), label(2, 0, sheettest.Wide("三"))),
		"xls_blanks":         oldBook(rec(0x0201, 0, 0, 0), rec(0x00BE, 1, 0, 0, 0, 0, 2), label(2, 2, sheettest.Wide("有"))),
		"xls_last_row":       oldBook(label(65535, 255, sheettest.Wide("角"))),
		"xls_column_beyond":  oldBook(label(0, 256, sheettest.Wide("外"))),
		"xls_string_missing": oldBook(sst(0, 0, 5), label(0, 1, sheettest.Wide("有"))),
		"xls_short_record":   oldBook(label(0, 0, sheettest.Wide("有")), rec(0x0203, 1, 0)),
		"xls_text_too_long":  oldBook(label(0, 0, []byte{0xFF, 0xFF, 1, 'a', 0})),
		"xls_password":       globals(rec(0x002F, 1, make([]byte, 50))),
		"xls_half_pair":      oldBook(label(0, 0, append([]byte{2, 0, 1}, 0x3D, 0xD8, 'x', 0)), label(0, 1, sheettest.Wide("😀"))),
		"xls_no_sheets":      {},
		"xls_no_end":         {Sheets: []sheettest.BiffSheet{{Name: "a", NoEnd: true, Records: [][]byte{label(0, 0, sheettest.Wide("有"))}}}},
	}
	files := map[string][]byte{}
	for name, book := range made {
		files[name+".xls"] = book.File()
	}
	whole := oldTable(8224).File()
	files["xls_cut_off.xls"] = whole[:len(whole)/2]
	files["xls_short_sector.xls"] = whole[:len(whole)-100]
	files["xls_bare_records.xls"] = oldTable(8224).Stream()
	files["xls_excel_95.xls"] = sheettest.CFB([]string{"Book"}, [][]byte{rec(0x0809, 0x0500, 5, 0, 0)})
	files["xls_excel_95_named_new.xls"] = sheettest.CFB([]string{"Workbook"}, [][]byte{rec(0x0809, 0x0500, 5, 0, 0)})
	files["xls_excel_4.xls"] = rec(0x0409, 0x0000, 0x10, 0)
	files["xls_word.xls"] = sheettest.CFB([]string{"WordDocument"}, [][]byte{[]byte("x")})
	files["xls_container_only.xls"] = sheettest.CFB([]string{"Something"}, [][]byte{[]byte("x")})
	files["xls_zeros.xls"] = append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1016)...)
	files["xls_ones.xls"] = append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), []byte(strings.Repeat("\xff", 1016))...)
	files["xls_named_csv.csv"] = whole
	both := oldTable(8224).Stream()
	files["xls_both_streams.xls"] = sheettest.CFB([]string{"Book", "Workbook"}, [][]byte{rec(0x0809, 0x0500, 5, 0, 0), both})
	return files
}
