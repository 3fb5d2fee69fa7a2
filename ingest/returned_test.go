package ingest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tongbao/dashboards/returns"
	"tongbao/ingest/sheet/sheettest"
	"tongbao/internal/contract"
	"tongbao/internal/region"
	"tongbao/internal/warehouse"
)

// office is a warehouse that files are dropped into and workbooks come back from.
type office struct {
	*testing.T
	db     *warehouse.DB
	set    *contract.Set
	runner *Runner
}

func newOffice(t *testing.T) *office {
	t.Helper()
	set, err := contract.Load(Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	regions, err := region.China()
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), warehouse.Options{MemoryMB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	runner, err := NewRunner(t.Context(), Config{DB: db, Contracts: set, Regions: regions, Province: "230000", Zone: time.FixedZone("", 8*3600),
		TempDir: t.TempDir(), Received: time.Date(2020, 4, 1, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `
		create schema run; create schema mart;
		create table run.parameter as select timestamp '2020-04-10 12:00:00' as cut_off;
		create table mart.region as select '230100' as region_code, '哈尔滨市' as region_name, 2 as sort_order;
		create view mart.rejected as
		select r.*, f.name as file_name, f.content_hash, '230100' as city_code,
			(select max_by(s.header, coalesce(s.header_row, 0)) from raw.sheet as s where s.file_id = r.file_id and s.sheet = r.sheet and coalesce(s.header_row, 0) < r.row_number) as header
		from raw.rejected as r inner join raw.file as f using (file_id)`); err != nil {
		t.Fatal(err)
	}
	return &office{t, db, set, runner}
}

// drop takes one file in and returns what became of it.
func (o *office) drop(name string, data []byte) Result {
	o.Helper()
	var result Result
	if err := o.runner.Ingest(context.Background(), sheettest.Input(name, data), func(r Result) { result = r }); err != nil {
		o.Fatal(err)
	}
	if result.Err != nil {
		o.Fatalf("%s: %v", name, result.Err)
	}
	return result
}

func (o *office) dropFile(path string) Result {
	o.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		o.Fatal(err)
	}
	return o.drop(filepath.Base(path), data)
}

// giveBack writes the workbook of returned rows.
func (o *office) giveBack() string {
	o.Helper()
	written, err := returns.Write(o.Context(), o.db, o.set, o.TempDir())
	if err != nil {
		o.Fatal(err)
	}
	if len(written) != 1 {
		o.Fatalf("written: %+v", written)
	}
	return written[0].Path
}

// ask returns a query's rows as lines.
func (o *office) ask(query string) string {
	o.Helper()
	rows, err := o.db.QueryContext(o.Context(), query)
	if err != nil {
		o.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			o.Fatal(err)
		}
		lines = append(lines, text)
	}
	if err := rows.Err(); err != nil {
		o.Fatal(err)
	}
	return strings.Join(lines, " ")
}

const states = `select string_agg(file_id || ':' || row_number || '=' || state || coalesce('/' || state_by || '/' || state_reason, ''), ' ' order by file_id, row_number) from raw.rejected`

// edit opens a workbook, changes cells of its second sheet and saves it under another name.
func (o *office) edit(path string, change func(file *excelize.File, sheet string)) string {
	o.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		o.Fatal(err)
	}
	defer file.Close()
	change(file, file.GetSheetList()[1])
	changed := filepath.Join(o.TempDir(), "改好了.xlsx")
	if err := file.SaveAs(changed); err != nil {
		o.Fatal(err)
	}
	return changed
}

func (o *office) set1(file *excelize.File, sheet, cell, text string) {
	o.Helper()
	if err := file.SetCellStr(sheet, cell, text); err != nil {
		o.Fatal(err)
	}
}

// badExport has one good row and four bad ones, behind a title and a header of two rows.
func badExport() []byte {
	return []byte("哈尔滨市检查记录\n检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期,天气\n" +
		"JC1,91330100799655058B,2301001,计划检查,2020-03-05,晴\n" +
		"JC2,91330100799655058B,2301001,计划检查,2020.2.30,雨\n" +
		"JC3,9.13301E+17,2301001,计划检查,2020-03-05,雪\n" +
		"JC4,91330100799655058B,2301001,没有的类型,2020-03-06,风\n" +
		"JC5,91330100799655058B,2301001,计划检查,2020-13-01,霜\n")
}

func TestReturnedRowsComeBack(t *testing.T) {
	o := newOffice(t)
	first := o.drop("哈尔滨_检查记录_2020Q1.csv", badExport())
	if first.Loaded != 1 || first.Rejected != 4 {
		t.Fatalf("first: %+v", first)
	}
	changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
		o.set1(file, sheet, "E3", "2020-02-29")          // corrected
		o.set1(file, sheet, "B4", "9.13301E+17 ")        // not corrected
		o.set1(file, sheet, "I4", "张三")                  // nor waived: no reason
		o.set1(file, sheet, "I5", "张三")                  // waived
		o.set1(file, sheet, "J5", "企业已注销")               //
		if err := file.RemoveRow(sheet, 6); err != nil { // left out
			t.Fatal(err)
		}
	})
	second := o.dropFile(changed)
	if second.Loaded != 1 || second.Rejected != 1 {
		t.Errorf("second: %+v", second)
	}
	if got := strings.Join(second.Notes, " "); !strings.Contains(got, "退回单:改正1行,豁免1行,再次退回1行;另有1行只填了豁免人和豁免理由之一,不算豁免") {
		t.Errorf("notes: %s", got)
	}
	if got, want := o.ask(states), "1:4=corrected 1:5=superseded 1:6=waived/张三/企业已注销 1:7=pending 2:4=pending"; got != want {
		t.Errorf("states: %s\nwant    %s", got, want)
	}
	if got := o.ask("select inspection_id || '/' || started_on || '/' || coalesce(extra, '') from raw.inspection where file_id = 2"); got != `JC2/2020-02-29/{"天气":"雨"}` {
		t.Errorf("the corrected row: %s", got)
	}
	if got := o.ask("select origin_file_id || '/' || region_code || '/' || layout from raw.file where file_id = 2"); got != "1/230100/inspection" {
		t.Errorf("the corrected file: %s", got)
	}
	// The row rejected again comes back once more, in its original columns, and is corrected at last.
	again := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
		rows, err := file.GetRows(file.GetSheetList()[2])
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(rows[1], "|"); got != "检查编号|统一社会信用代码|检查机构代码|检查类型|检查开始日期|天气|退回原因|修改建议|豁免人|豁免理由|退回标识" {
			t.Errorf("header of the second return: %s", got)
		}
		o.set1(file, file.GetSheetList()[2], "B3", "91110000802100433B")
		o.set1(file, sheet, "E3", "2020-12-01")
	})
	if third := o.dropFile(again); third.Loaded != 2 || third.Rejected != 0 {
		t.Errorf("third: %+v", third)
	}
	if got, want := o.ask(states), "1:4=corrected 1:5=superseded 1:6=waived/张三/企业已注销 1:7=corrected 2:4=corrected"; got != want {
		t.Errorf("states: %s\nwant    %s", got, want)
	}
	if got := o.ask("select cast(count(*) as varchar) from raw.inspection"); got != "4" {
		t.Errorf("rows in all: %s", got)
	}
}

// TestReturnedBySheetFormats saves the corrected workbook as other programs do, sorted and renamed.
func TestReturnedByLibreOffice(t *testing.T) {
	soffice := officeSuite(t)
	for _, format := range []string{"xlsx", "xls", "ods"} {
		t.Run(format, func(t *testing.T) {
			o := newOffice(t)
			o.drop("哈尔滨_检查记录_2020Q1.csv", badExport())
			changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
				rows, err := file.GetRows(sheet)
				if err != nil {
					t.Fatal(err)
				}
				for i, row := range [][]string{rows[5], rows[2], rows[4], rows[3]} { // in another order
					for j, text := range row {
						cell, err := excelize.CoordinatesToCellName(j+1, i+3)
						if err != nil {
							t.Fatal(err)
						}
						o.set1(file, sheet, cell, text)
					}
				}
				o.set1(file, sheet, "E3", "2020年12月1日")
				o.set1(file, sheet, "E4", "2020/2/29")
				o.set1(file, sheet, "D5", "专项检查")
			})
			out := t.TempDir()
			command := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", format, "--outdir", out, changed)
			command.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
			if text, err := command.CombinedOutput(); err != nil {
				t.Fatalf("soffice: %v\n%s", err, text)
			}
			back := o.dropFile(filepath.Join(out, "改好了."+format))
			if back.Format != format || back.Loaded != 3 || back.Rejected != 1 {
				t.Errorf("back: %+v", back)
			}
			if got, want := o.ask(states), "1:4=corrected 1:5=superseded 1:6=corrected 1:7=corrected 2:6=pending"; got != want {
				t.Errorf("states: %s\nwant    %s", got, want)
			}
		})
	}
}

// strip takes away from a returned sheet what names its rows: the hidden column, and more.
func (o *office) strip(file *excelize.File, sheet string, title bool) {
	o.Helper()
	rows, err := file.GetRows(sheet)
	if err != nil {
		o.Fatal(err)
	}
	for j, header := range rows[1] {
		if header == returnOrigin {
			column, err := excelize.ColumnNumberToName(j + 1)
			if err == nil {
				err = file.RemoveCol(sheet, column)
			}
			if err != nil {
				o.Fatal(err)
			}
		}
	}
	if title {
		if err := file.RemoveRow(sheet, 1); err != nil {
			o.Fatal(err)
		}
	}
}

// corrections makes two corrections and a waiver in rows that are in another order, one left out.
func (o *office) corrections(file *excelize.File, sheet string) {
	o.Helper()
	rows, err := file.GetRows(sheet)
	if err != nil {
		o.Fatal(err)
	}
	rows[2][4], rows[4][3] = "2020-02-29", "专项检查"
	rows[5] = append(rows[5][:8:8], "张三", "企业已注销")
	for i, row := range [][]string{rows[5], rows[4], rows[2], nil} {
		for j := range 10 {
			text := ""
			if j < len(row) {
				text = row[j]
			}
			cell, err := excelize.CoordinatesToCellName(j+1, i+3)
			if err != nil {
				o.Fatal(err)
			}
			o.set1(file, sheet, cell, text)
		}
	}
}

// TestReturnedWithoutOrigin: a returned sheet whose hidden column was deleted is known by its title, without the title by the workbook's
// own property, and rows copied into another workbook by the cells they keep.
func TestReturnedWithoutOrigin(t *testing.T) {
	const want = "1:4=corrected 1:5=pending 1:6=corrected 1:7=waived/张三/企业已注销"
	for name, spoil := range map[string]func(o *office, file *excelize.File, sheet string){
		"column":           func(o *office, file *excelize.File, sheet string) { o.strip(file, sheet, false) },
		"column and title": func(o *office, file *excelize.File, sheet string) { o.strip(file, sheet, true) },
		"column, tab renamed": func(o *office, file *excelize.File, sheet string) {
			o.strip(file, sheet, true)
			if err := file.SetSheetName(sheet, "改好"); err != nil {
				t.Fatal(err)
			}
		},
		"rows in another workbook": func(o *office, file *excelize.File, sheet string) {
			o.strip(file, sheet, true)
			if err := file.SetCustomProps(excelize.CustomProperty{Name: "退回单1"}); err != nil {
				t.Fatal(err)
			}
			if err := file.InsertCols(sheet, "A", 1); err != nil { // and a column more, another gone
				t.Fatal(err)
			}
			o.set1(file, sheet, "A1", "序号")
			if err := file.RemoveCol(sheet, "G"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		o := newOffice(t)
		o.drop("哈尔滨_检查记录_2020Q1.csv", badExport())
		back := o.dropFile(o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
			o.corrections(file, sheet)
			spoil(o, file, sheet)
		}))
		if back.Loaded != 2 || back.Rejected != 0 {
			t.Errorf("%s: %+v", name, back)
		}
		if got := o.ask(states); got != want {
			t.Errorf("%s: states %s\nwant %s", name, got, want)
		}
	}
}

// TestReturnedTidied: whoever takes away the title and all that was added still sends back the rows of that file, as its property says.
func TestReturnedTidied(t *testing.T) {
	o := newOffice(t)
	o.drop("哈尔滨_检查记录_2020Q1.csv", badExport())
	back := o.dropFile(o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
		o.set1(file, sheet, "E3", "2020-02-29")
		if err := file.RemoveRow(sheet, 1); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := file.RemoveCol(sheet, "G"); err != nil {
				t.Fatal(err)
			}
		}
	}))
	if back.Loaded != 1 || back.Rejected != 3 {
		t.Errorf("%+v", back)
	}
	if got, want := o.ask(states), "1:4=corrected 1:5=superseded 1:6=superseded 1:7=superseded 2:3=pending 2:4=pending 2:5=pending"; got != want {
		t.Errorf("states: %s\nwant    %s", got, want)
	}
}

// TestReturnedWithoutOriginByLibreOffice saves such workbooks by LibreOffice.
func TestReturnedWithoutOriginByLibreOffice(t *testing.T) {
	soffice := officeSuite(t)
	for format, title := range map[string]bool{"xlsx": true, "ods": true, "xls": false} {
		t.Run(format, func(t *testing.T) {
			o := newOffice(t)
			o.drop("哈尔滨_检查记录_2020Q1.csv", badExport())
			changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) {
				o.corrections(file, sheet)
				o.strip(file, sheet, title)
			})
			out := t.TempDir()
			command := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", format, "--outdir", out, changed)
			if text, err := command.CombinedOutput(); err != nil {
				t.Fatalf("soffice: %v\n%s", err, text)
			}
			if back := o.dropFile(filepath.Join(out, "改好了."+format)); back.Loaded != 2 || back.Rejected != 0 {
				t.Errorf("back: %+v", back)
			}
			if got, want := o.ask(states), "1:4=corrected 1:5=pending 1:6=corrected 1:7=waived/张三/企业已注销"; got != want {
				t.Errorf("states: %s\nwant    %s", got, want)
			}
		})
	}
}

// officeSuite finds LibreOffice, or skips the test, or fails it where it must be there.
func officeSuite(t *testing.T) string {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("LibreOffice (soffice) is not installed")
		}
		t.Skip("LibreOffice (soffice) is not installed")
	}
	return soffice
}

// TestReturnedElsewhere drops a 退回单 into a warehouse that never saw the original.
func TestReturnedElsewhere(t *testing.T) {
	o := newOffice(t)
	o.drop("哈尔滨_检查记录_2020Q1.csv", badExport())
	changed := o.edit(o.giveBack(), func(file *excelize.File, sheet string) { o.set1(file, sheet, "E3", "2020-02-29") })
	other := newOffice(t)
	result := other.dropFile(changed)
	if result.Loaded != 1 || result.Rejected != 3 || !strings.Contains(strings.Join(result.Notes, " "), "不在本库中") {
		t.Errorf("%+v", result)
	}
}

// TestTemplatesAreReadBack fills every template with nothing and one of them with a row.
func TestTemplatesAreReadBack(t *testing.T) {
	o := newOffice(t)
	paths, err := returns.WriteTemplates(o.set, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != len(o.set.Datasets) {
		t.Errorf("%d templates for %d datasets", len(paths), len(o.set.Datasets))
	}
	for i, path := range paths {
		result := o.dropFile(path)
		if result.Loaded != 0 || result.Rejected != 0 || result.Layout != o.set.Datasets[i].Name {
			t.Errorf("%s: %+v", filepath.Base(path), result)
		}
	}
	for i, path := range paths {
		if o.set.Datasets[i].Name != "inspection" {
			continue
		}
		filled := o.edit(path, func(file *excelize.File, sheet string) {
			for j, text := range []string{"JC1", "91330100799655058B", "2301001", "", "计划检查", "", "2020-03-05"} {
				o.set1(file, sheet, fmt.Sprintf("%c2", 'A'+j), text)
			}
		})
		if result := o.dropFile(filled); result.Loaded != 1 || result.Rejected != 0 {
			t.Errorf("filled: %+v", result)
		}
	}
}
