package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/warehouse"
)

// TestNested: what is nested is kept whole where nobody wants it, read where several values may stand, and returned where one must.
func TestNested(t *testing.T) {
	o := newOffice(t)
	row := func(id, more string) string {
		return `{"检查编号": "` + id + `", "统一社会信用代码": "91230100MA18TE2H9K", "检查机构代码": "A1", "检查类型": "计划检查", "检查开始日期": "2020-03-05"` + more + "}\n"
	}
	lines := row("J1", `, "位置": {"经度": 126.5}`) + row("J2", `, "执法人员": ["Z1", 2, null], "标签": []`) + row("J3", `, "计划编号": {"$oid": "5e"}`) + row("J4", `, "执法人员": [["Z1"]]`)
	if result := o.drop("a.jsonl", []byte(lines)); result.Loaded != 2 || result.Rejected != 2 {
		t.Fatalf("%+v", result)
	}
	if got, want := o.ask("select string_agg(concat_ws(' ', inspection_id, officers, extra, received), '; ' order by inspection_id) from raw.inspection"),
		`J1 {"位置":"{\"经度\": 126.5}"}; J2 Z1;2 {"标签":"[]"} {"officers":"[\"Z1\", 2, null]"}`; got != want {
		t.Errorf("kept  %s\nwant  %s", got, want)
	}
	if got, want := o.ask("select string_agg((reasons->>'$[0].header') || (reasons->>'$[0].reason'), '; ' order by row_number) from raw.rejected"),
		"计划编号是嵌套的对象或数组,不是一个值; 执法人员是嵌套的对象或数组,不是一个值"; got != want {
		t.Errorf("reasons %s", got)
	}
}

// TestArrayInText: an array that came through a text is read as one; what only begins like one stays as it is.
func TestArrayInText(t *testing.T) {
	o := newOffice(t)
	row := func(id, officers string) string {
		return id + `,91230100MA18TE2H9K,A1,计划检查,2020-03-05,"` + strings.ReplaceAll(officers, `"`, `""`) + "\"\n"
	}
	o.drop("a.csv", []byte("检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期,执法人员\n"+row("J1", `["Z1", "Z2"]`)+row("J2", `["Z1"] Z2`)))
	if got := o.ask("select string_agg(officers, ' | ' order by inspection_id) from raw.inspection"); got != `Z1;Z2 | ["Z1"] Z2` {
		t.Error(got)
	}
}

// TestParquetBytes: texts that a program wrote as bytes are texts; other bytes, and what is nested, are kept.
func TestParquetBytes(t *testing.T) {
	o := newOffice(t)
	path := filepath.Join(t.TempDir(), "a.parquet")
	if _, err := o.db.ExecContext(t.Context(), `copy (select cast('J1' as blob) as 检查编号, cast('91230100MA18TE2H9K' as blob) as 统一社会信用代码, 'A1' as 检查机构代码, encode('计划检查') as 检查类型,
		date '2020-03-05' as 检查开始日期, '\xFF\x00'::blob as 印章, {'a': 1} as 其他) to `+warehouse.Literal(path)+" (format parquet)"); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if result := o.drop("a.parquet", file); result.Loaded != 1 {
		t.Fatalf("%+v", result)
	}
	if got, want := o.ask("select concat_ws(' ', inspection_id, kind, extra) from raw.inspection"), `J1 planned {"印章":"0xFF00","其他":"{\"a\":1}"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNestedGoBack: rows of JSON go back under the names of their keys, and come in again from the workbook, lists too.
func TestNestedGoBack(t *testing.T) {
	o := newOffice(t)
	line := `{"检查编号": "J1", "统一社会信用代码": "91230100MA18TE2H9K", "检查机构代码": {"代码": "A1"}, "检查类型": "计划检查", "检查开始日期": "2020-03-05", "执法人员": ["Z1", "Z2"]}`
	if result := o.drop("a.jsonl", []byte(line)); result.Rejected != 1 {
		t.Fatalf("%+v", result)
	}
	changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
		if name, err := file.GetCellValue(sheet, "C2"); err != nil || name != "检查机构代码" {
			t.Fatalf("the column is named %q (%v)", name, err)
		}
		o.set1(file, sheet, "C3", "A1")
	})
	if result := o.dropFile(changed); result.Loaded != 1 {
		t.Fatalf("%+v", result)
	}
	if got := o.ask("select concat_ws(' ', agency_code, officers) from raw.inspection"); got != "A1 Z1;Z2" {
		t.Error(got)
	}
	if got := o.ask(states); got != "1:1=corrected" {
		t.Error(got)
	}
}
