package ingest

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tongbao/ingest/sheet/sheettest"
)

// tablesOf lists the tables the ledger knows: sheet, row of the header, its first header, rows read.
const tablesOf = `select string_agg(coalesce(header_row, 0) || ':' || coalesce(header->>'$[0]', '') || ':' || rows_read, ' ' order by header_row) from raw.sheet`

// TestSeveralTables: every table of a sheet has a line of its own in the ledger, and its rows come back under its own header.
func TestSeveralTables(t *testing.T) {
	o := newOffice(t)
	result := o.drop("哈尔滨_汇总.csv", []byte("检查情况\n"+head+good("J1")+"J2,91230100MA18TE2H9K,A1,计划检查,2020-02-30\n\n隐患情况\n"+
		"级别,隐患编号,检查编号,隐患类别,发现日期\n一般,Y1,J1,电气,2020-03-05\n特大,Y2,J1,电气,2020-03-05\n"))
	if result.Loaded != 2 || result.Rejected != 2 {
		t.Fatalf("%+v", result)
	}
	if got, want := o.ask(tablesOf), "2:检查编号:4 7:级别:3"; got != want {
		t.Errorf("tables %s, want %s", got, want)
	}
	changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
		for i, want := range []string{"检查编号|统一社会信用代码|检查机构代码|检查类型|检查开始日期|退回原因", "级别|隐患编号|检查编号|隐患类别|发现日期|退回原因"} {
			rows, err := file.GetRows(file.GetSheetList()[i+1])
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(rows[1], "|"); !strings.HasPrefix(got, want) {
				t.Errorf("table %d comes back under %s", i+1, got)
			}
		}
		o.set1(file, sheet, "E3", "2020-02-29")
		o.set1(file, file.GetSheetList()[2], "A3", "重大")
	})
	if back := o.dropFile(changed); back.Loaded != 2 || back.Rejected != 0 {
		t.Errorf("back: %+v", back)
	}
	if got, want := o.ask(states), "1:4=corrected 1:9=corrected"; got != want {
		t.Errorf("states %s, want %s", got, want)
	}
	if got := o.ask("select hazard_id || severity from raw.hazard order by all"); got != "Y1general Y2major" {
		t.Errorf("hazards %s", got)
	}
}

// TestLaterTableIncomplete: a later header that lacks a required column is named once, and no row below it is read by the header before.
func TestLaterTableIncomplete(t *testing.T) {
	for name, second := range map[string]string{
		"behind a blank row": "\n检查类型,检查编号,检查机构代码 ,检查开始日期,统一社会信用代玛\n计划检查,J2,A1,2020-03-06,91230100MA18TE2H9K\n复查,J3,A1,2020-03-07,91230100MA18TE2H9K\n",
		"at once":            "检查类型,检查编号,检查机构代码,检查开始日期,统一社会信用代玛\n计划检查,J2,A1,2020-03-06,91230100MA18TE2H9K\n复查,J3,A1,2020-03-07,91230100MA18TE2H9K\n",
	} {
		o := newOffice(t)
		result := o.drop("a.csv", []byte(head+good("J1")+second+"\n"+head+good("J4")))
		if result.Loaded != 2 || result.Rejected != 2 {
			t.Errorf("%s: %+v", name, result)
		}
		if got := o.ask("select inspection_id from raw.inspection order by all"); got != "J1 J4" {
			t.Errorf("%s: loaded %s", name, got)
		}
		reason := o.ask("select distinct (reasons->>'$[0].reason') || (reasons->>'$[0].suggestion') from raw.rejected")
		if !strings.Contains(reason, "表头缺少必填列“统一社会信用代码”") || !strings.Contains(reason, "统一社会信用代玛") {
			t.Errorf("%s: %s", name, reason)
		}
		if got := o.ask("select header->>'$[4]' from raw.sheet where header_row in (3, 4)"); got != "统一社会信用代玛" {
			t.Errorf("%s: header %s", name, got)
		}
		if !strings.Contains(strings.Join(result.Notes, " "), "缺少必填列") {
			t.Errorf("%s: notes %s", name, result.Notes)
		}
	}
}

// TestNothingFits: a file of which of its first rows not one can be read is refused as a whole, and named so.
func TestNothingFits(t *testing.T) {
	o := newOffice(t)
	o.runner.Limits.Rejected = 1000
	text := "检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期\n" + strings.Repeat("J,x\n", 1000)
	var result Result
	if err := o.runner.Ingest(t.Context(), sheettest.Input("a.csv", []byte(text)), func(r Result) { result = r }); err != nil {
		t.Fatal(err)
	}
	if result.Err == nil || !strings.Contains(result.Err.Error(), "none of its first 1000 rows") {
		t.Errorf("%+v", result)
	}
	if got := o.ask("select count(*)::varchar from raw.rejected"); got != "0" {
		t.Errorf("%s rows are left", got)
	}
}
