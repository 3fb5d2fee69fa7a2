package ingest

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tongbao/ingest/sheet/sheettest"
)

// besideRows are two tables side by side, the second two rows lower, longer, and with two contents of one key.
func besideRows() [][]string {
	return [][]string{
		{"检查情况", "", "", "", "", "", "备注", "", "隐患情况"},
		{"检查编号", "统一社会信用代码", "检查机构代码", "检查类型", "检查开始日期", "", "天气"},
		{"J1", "91230100MA18TE2H9K", "A1", "计划检查", "2020-03-05", "", "雨"},
		{"J2", "91230100MA18TE2H9K", "A1", "计划检查", "2020-02-30", "", "", "", "隐患编号", "检查编号", "级别", "隐患类别", "发现日期", "检查类型"},
		{"", "", "", "", "", "", "", "", "Y1", "J1", "一般", "电气", "2020-03-05", "复查"},
		{"", "", "", "", "", "", "", "", "Y2", "J1", "特大", "电气", "2020-03-05"},
		{"", "", "", "", "", "", "", "", "Y3", "J1", "一般", "电气", "2020-03-05"},
		{"", "", "", "", "", "", "", "", "Y3", "J1", "重大", "电气", "2020-03-05"},
	}
}

// TestTablesSideBySide: every table of a sheet is read by itself, its rows have a place of their own, and come back to be corrected.
func TestTablesSideBySide(t *testing.T) {
	o := newOffice(t)
	result := o.drop("哈尔滨_汇总.xlsx", workbook(data(inlineRows(0, 1, besideRows()...))).pack())
	if result.Read != result.Loaded+result.Rejected+result.Ignored || result.Loaded != 2 || result.Rejected != 4 {
		t.Fatalf("%+v", result)
	}
	if !strings.Contains(strings.Join(result.Notes, " "), "并排的2张表已分别读取:A:H、I:N列") {
		t.Errorf("notes %s", result.Notes)
	}
	if got, want := o.ask("select inspection_id || coalesce(extra, '') || sheet || row_number from raw.inspection"), `J1{"天气":"雨"}检查记录3`; got != want {
		t.Errorf("inspections %s, want %s", got, want)
	}
	if got, want := o.ask("select hazard_id || coalesce(extra, '') || sheet || row_number from raw.hazard"), `Y1{"检查类型":"复查"}检查记录!I:N5`; got != want {
		t.Errorf("hazards %s, want %s", got, want)
	}
	if got, want := o.ask("select string_agg(sheet || row_number || dataset, ' ' order by sheet, row_number) from raw.rejected"),
		"检查记录4inspection 检查记录!I:N6hazard 检查记录!I:N7hazard 检查记录!I:N8hazard"; got != want {
		t.Errorf("rejected %s, want %s", got, want)
	}
	changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
		o.set1(file, sheet, "E3", "2020-02-29")
		o.set1(file, file.GetSheetList()[2], "C3", "重大")
		o.set1(file, file.GetSheetList()[2], "A5", "Y4")
	})
	if back := o.dropFile(changed); back.Loaded != 4 || back.Rejected != 0 {
		t.Errorf("back: %+v", back)
	}
	if got := o.ask("select string_agg(distinct state, ' ') from raw.rejected"); got != "corrected" {
		t.Errorf("states %s", got)
	}
	if got, want := o.ask("select string_agg(hazard_id || severity, ' ' order by hazard_id) from raw.hazard"), "Y1general Y2major Y3general Y4major"; got != want {
		t.Errorf("hazards %s, want %s", got, want)
	}
}

// TestOneTableWithGaps: empty columns inside a table, a second block that is no table by itself, and a repeated header that lacks a
// required column make no further tables.
func TestOneTableWithGaps(t *testing.T) {
	for name, rows := range map[string][][]string{
		"gaps":   {{"检查编号", "", "统一社会信用代码", "", "检查机构代码", "", "检查类型", "", "检查开始日期"}, {"J1", "", "91230100MA18TE2H9K", "", "A1", "", "计划检查", "", "2020-03-05"}},
		"block":  {{"检查编号", "统一社会信用代码", "检查机构代码", "检查类型", "检查开始日期", "", "检查编号", "天气"}, {"J1", "91230100MA18TE2H9K", "A1", "计划检查", "2020-03-05", "", "J1", "雨"}},
		"halves": {{"检查编号", "统一社会信用代码", "检查机构代码", "", "检查编号", "检查类型", "检查开始日期"}, {"J1", "91230100MA18TE2H9K", "A1", "", "J1", "计划检查", "2020-03-05"}},
	} {
		o := newOffice(t)
		if result := o.drop("a.xlsx", workbook(data(inlineRows(0, 1, rows...))).pack()); result.Read != 1 || result.Loaded != 1 {
			t.Errorf("%s: %+v", name, result)
		}
		if got := o.ask("select string_agg(distinct sheet, ' ') from raw.sheet"); got != "检查记录" {
			t.Errorf("%s: sheets %s", name, got)
		}
	}
	o := newOffice(t) // the same table again and again, without a gap
	once := []string{"检查编号", "统一社会信用代码", "检查机构代码", "检查类型", "检查开始日期"}
	row := func(id string) []string {
		return []string{id, "91230100MA18TE2H9K", "A1", "计划检查", "2020-03-05"}
	}
	result := o.drop("a.xlsx", workbook(data(inlineRows(0, 1, append(once, once...), append(row("J1"), row("J2")...), row("J3")))).pack())
	if got := o.ask("select string_agg(inspection_id || '@' || sheet || row_number, ' ' order by inspection_id) from raw.inspection"); got != "J1@检查记录2 J2@检查记录!F:J2 J3@检查记录3" {
		t.Errorf("repeated: %s, %+v", got, result)
	}
}

// TestManyTablesSideBySide: a sheet is not read again and again without end.
func TestManyTablesSideBySide(t *testing.T) {
	var header, row []string
	for range mostBeside + 1 {
		header = append(header, "执法证号", "机构代码")
		row = append(row, "Z1", "A1")
	}
	o := newOffice(t)
	var result Result
	book := workbook(data(inlineRows(0, 1, header, row))).pack()
	if err := o.runner.Ingest(t.Context(), sheettest.Input("a.xlsx", book), func(r Result) { result = r }); err != nil {
		t.Fatal(err)
	}
	if result.Err == nil || !strings.Contains(result.Err.Error(), "more than 8 tables side by side") {
		t.Errorf("%+v", result)
	}
}
