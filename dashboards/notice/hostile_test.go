package notice

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tongbao/dashboards/annex"
	"tongbao/dashboards/document"
	"tongbao/dashboards/docx"
	"tongbao/dashboards/preview"
	"tongbao/dashboards/reconcile"
)

// naughty are names that somebody may have registered, mistyped or planted.
func naughty() []string {
	return []string{
		`=HYPERLINK("http://x","点此")`, `+cmd|' /C calc'!A0`, `-1+1有限公司`, `@SUM(A1:A9)`, "\t=1+1", "\r=1+1", `'=1+1`, `＝1+1`, `=1+1`,
		`</w:t></w:r></w:p>`, `]]>`, `<!--`, `&lt;&amp;&#0;`, `</script><script>alert(1)</script>`, `" onmouseover="alert(1)`, `</t></is></c>`, `_x000D_`, `_x003D_1`,
		"甲\u202e厂乙", "甲\u200b厂", "甲\u2066厂\u2069", "甲\x01厂", "甲\x1b[31m厂", "甲\ufeff厂", "甲\uffff厂", "甲\u2028厂", "甲\n乙\r\n丙",
		"🏭化工👨‍👩‍👧厂", "𠮷野家𡈽", "e\u0301", strings.Repeat("长", 200), strings.Repeat("W", 200), strings.Repeat("a b ", 60),
		`{{标题}}`, `{{正文}}`, `%s%d%!`, `${jndi:ldap://x}`, `../../etc/passwd`, `NULL`, `#REF!`, ` 空 格 `, `合计`, `1/2`, `100%`, `165条，其中134条`,
	}
}

// TestNaughtyNamesInEveryDocument puts each name into lists and regions: Word file, page and workbook stay sound, hold it letter for
// letter (what cannot be printed written out), run nothing, and add up.
func TestNaughtyNamesInEveryDocument(t *testing.T) {
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	names := naughty()
	for from := 0; from < len(names); from += 25 { // as many as the Word file prints
		group := names[from:min(len(names), from+25)]
		statements := []string{"create table seed as select * from mart.list_uninspected_key limit 1", "delete from mart.list_uninspected_key",
			"update mart.region set region_name = " + quote(group[0]) + " where region_code = '230102'"}
		for i, name := range group {
			statements = append(statements, fmt.Sprintf("insert into mart.list_uninspected_key select * replace (%s as enterprise_name, %s as risk_grade, %d as row_number) from seed", quote(name), quote(names[(from+i+1)%len(names)]), i))
		}
		in := testInput(t, statements...)
		d := compose(t, in)
		word, err := docx.Fill(nil, d)
		if err != nil {
			t.Fatal(err)
		}
		printed := textOf(t, part(t, word, "word/document.xml"))
		page := string(preview.Render(d))
		book, err := annex.Workbook(context.Background(), annex.Input{DB: in.DB, Mart: in.Mart, Period: in.Period, Version: in.Version, Office: in.Office.Name, Region: "230000"})
		if err != nil {
			t.Fatal(err)
		}
		cells := cellsOf(t, book)
		for _, name := range group {
			visible := document.Visible(name)
			if !strings.Contains(printed, visible) {
				t.Errorf("%q is not in the Word file as %q", name, visible)
			}
			if !strings.Contains(page, html.EscapeString(visible)) {
				t.Errorf("%q is not in the page", name)
			}
			if !cells[visible] {
				t.Errorf("%q is in no cell of the workbook as %q", name, visible)
			}
		}
		for _, unwanted := range []string{"<script", "onmouseover=\"", "\u202e", "\x01"} {
			if strings.Contains(page, unwanted) {
				t.Errorf("the page holds %q", unwanted)
			}
		}
		for name, file := range map[string][]byte{"notice.docx": word, "annex.xlsx": book} {
			report, err := reconcile.Check(name, file)
			if err != nil {
				t.Fatal(err)
			}
			for _, finding := range report.Findings {
				t.Errorf("%s: %v", name, finding)
			}
		}
	}
}

// textOf is all text of a part, which must be XML as the strictest reader wants it.
func textOf(t *testing.T, content []byte) string {
	t.Helper()
	var text strings.Builder
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if characters, ok := token.(xml.CharData); ok {
			text.Write(characters)
		}
	}
}

// cellsOf are the texts of all cells; a formula outside the plan table and the links to it is a fault.
func cellsOf(t *testing.T, content []byte) map[string]bool {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells := map[string]bool{}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, text := range row {
				cells[text] = true
				place, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, _ := book.GetCellFormula(sheet, place); formula != "" && sheet != "附件1" && sheet != "数据来源" {
					t.Errorf("%s %s is a formula: %s", sheet, place, formula)
				}
			}
		}
	}
	return cells
}
