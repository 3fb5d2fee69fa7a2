package returns

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

const inspection = `
dataset: inspection
label: 检查记录
note: 每行一次检查。
key: [inspection_id]
columns:
  - {name: inspection_id, label: 检查编号, type: text, required: true}
  - {name: uscc, label: 统一社会信用代码, type: text, check: uscc, required: true}
  - name: kind
    label: 检查类型
    type: code
    required: true
    aliases: [检查类别]
    codes:
      - {code: planned, word: 计划检查}
      - {code: special, word: 专项检查}
  - {name: started_on, label: 检查开始日期, type: date, required: true}
`

func contracts(t *testing.T) *contract.Set {
	t.Helper()
	set, err := contract.Load(fstest.MapFS{"inspection.yaml": {Data: []byte(inspection)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// published makes a version with two cities, three files and rows in every state.
func published(t *testing.T) *warehouse.DB {
	t.Helper()
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(t.Context(), `
		create schema mart; create schema run;
		create table run.parameter as select timestamp '2020-04-10 12:00:00' as cut_off;
		create table mart.region as select * from (values ('230100', '哈尔滨市', 2), ('230200', '齐齐哈尔市', 3)) as r(region_code, region_name, sort_order);
		create table mart.rejected as select * from (values
			(1, '哈尔滨_检查记录.xlsx', '0123456789abcdef0123', '检查记录', '["检查编号","检查类别","检查开始日期",""]', 7, 'inspection', '230102', '230100',
				'[{"column":"started_on","header":"检查开始日期","value":"2020.2.30","reason":"该日期不存在","suggestion":"2020年2月只有29天，请核对"},{"column":"kind","header":"检查类别","value":"计划检察","reason":"不在代码表中","suggestion":"计划检查"}]',
				'["JC1","计划检察","2020.2.30","=1+1","多出的"]', 'pending'),
			(1, '哈尔滨_检查记录.xlsx', '0123456789abcdef0123', '检查记录', '["检查编号","检查类别","检查开始日期",""]', 7, 'hazard', '230102', '230100',
				'[{"column":"found_on","header":"检查开始日期","value":"2020.2.30","reason":"该日期不存在","suggestion":""}]', '["JC1","计划检察","2020.2.30","=1+1","多出的"]', 'pending'),
			(1, '哈尔滨_检查记录.xlsx', '0123456789abcdef0123', '检查记录', '["检查编号","检查类别","检查开始日期",""]', 9, 'inspection', '230102', '230100', '[]', '["JC2"]', 'corrected'),
			(2, 'b.csv', 'ffff456789abcdef0123', '', '["检查编号"]', 2, 'inspection', '230102', '230100', '[]', '["JC3"]', 'waived'),
			(3, 'c.csv', 'eeee456789abcdef0123', '', null, 5, null, null, '', '[{"header":"","reason":"列数不符","suggestion":""}]', '["a","b"]', 'pending')
		) as r(file_id, file_name, content_hash, sheet, header, row_number, dataset, region_code, city_code, reasons, cells, state)`); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	db, set := published(t), contracts(t)
	written, err := Write(t.Context(), db, set, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) != 2 || written[0].CityCode != "230100" || written[0].Rows != 1 || written[1].CityCode != "" || filepath.Base(written[1].Path) != "unassigned.xlsx" {
		t.Fatalf("written: %+v", written)
	}
	file, err := excelize.OpenFile(written[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := strings.Join(file.GetSheetList(), " "); got != "填写说明 1_检查记录 代码表" {
		t.Errorf("sheets: %s", got)
	}
	rows, err := file.GetRows("1_检查记录")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"退回单　来源文件：哈尔滨_检查记录.xlsx　工作表：检查记录　编号：TB1-0123456789abcdef",
		"检查编号|检查类别|检查开始日期|第4列|第5列|退回原因|修改建议|豁免人|豁免理由|退回标识",
		"JC1|计划检察|2020.2.30|=1+1|多出的|【检查开始日期】该日期不存在\n【检查类别】不在代码表中|【检查开始日期】2020年2月只有29天，请核对\n【检查类别】计划检查|||TB1:0123456789abcdef:7:检查记录",
	} {
		if got := strings.Join(rows[i], "|"); got != want {
			t.Errorf("row %d: %q, want %q", i+1, got, want)
		}
	}
	if formula, _ := file.GetCellFormula("1_检查记录", "D3"); formula != "" {
		t.Errorf("a received text became the formula %q", formula)
	}
	good, _ := file.GetCellStyle("1_检查记录", "A3")
	bad, _ := file.GetCellStyle("1_检查记录", "C3")
	if good == bad {
		t.Error("the bad cell looks like the good one")
	}
	if visible, _ := file.GetColVisible("1_检查记录", "J"); visible {
		t.Error("the origin is not hidden")
	}
	rules, err := file.GetDataValidations("1_检查记录")
	if err != nil || len(rules) != 1 || rules[0].Sqref != "B3:B3" || rules[0].Formula1 != "代码表!$A$2:$A$3" {
		t.Errorf("drop-downs: %+v, %v", rules, err)
	}
	stand, err := file.GetRows("填写说明")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(stand[len(stand)-2], "|") + " " + strings.Join(stand[len(stand)-1], "|"); got != "哈尔滨_检查记录.xlsx|1|1|0|2 b.csv|0|0|1|1" {
		t.Errorf("where each file stands: %s", got)
	}
}

func TestSameBytes(t *testing.T) {
	db, set := published(t), contracts(t)
	var first [][]byte
	for range 3 {
		dir := t.TempDir()
		written, err := Write(t.Context(), db, set, dir, "230100")
		if err != nil {
			t.Fatal(err)
		}
		templates, err := WriteTemplates(set, dir)
		if err != nil {
			t.Fatal(err)
		}
		for i, path := range append(templates, written[0].Path) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(first) <= i {
				first = append(first, text)
			} else if !bytes.Equal(first[i], text) {
				t.Errorf("%s differs from one writing to the next", filepath.Base(path))
			}
		}
	}
}

func TestTemplate(t *testing.T) {
	paths, err := WriteTemplates(contracts(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 1 || filepath.Base(paths[0]) != "检查记录.xlsx" {
		t.Fatalf("paths: %v", paths)
	}
	file, err := excelize.OpenFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.GetRows("检查记录")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || strings.Join(rows[0], "|") != "检查编号|统一社会信用代码|检查类型|检查开始日期" {
		t.Errorf("header: %q", rows)
	}
	rules, err := file.GetDataValidations("检查记录")
	if err != nil || len(rules) != 1 || rules[0].Sqref != "C2:C2000" {
		t.Errorf("drop-downs: %+v, %v", rules, err)
	}
}

func TestNoRejectedRows(t *testing.T) {
	db := published(t)
	if _, err := db.ExecContext(context.Background(), "delete from mart.rejected"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	written, err := Write(t.Context(), db, contracts(t), dir)
	if err != nil || len(written) != 0 {
		t.Fatalf("written: %v, %v", written, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("files without rows: %v", entries)
	}
}
