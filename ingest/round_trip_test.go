package ingest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
	"tongbao/internal/warehouse"
)

// grid is a table of texts without a blank last column or row.
type grid [][]string

// drawGrid makes a table whose texts hold what formats give a meaning to.
func drawGrid(t *rapid.T) grid {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"", "检查编号", "a,b", `say "no"`, "一\n二", "a;b|c\td", "<b>&amp;</b>", "_x000D_", "=1+1", "'", "９１", "😀", "]]>", "0012", "3.10", "1E5", "TRUE", "#REF!", "2020-03-05", "//", `\n\`, "𠮷野家"}),
		rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019中文检查隐患，。；“”()<>&'/=+-_")), 0, 12, -1),
	)
	width := rapid.IntRange(2, 6).Draw(t, "width")
	height := rapid.IntRange(1, 8).Draw(t, "height")
	table := grid{tableHeader[:1:1]} // a header without separators: a table of one line could be read in two ways
	for j := 1; j < width; j++ {
		table[0] = append(table[0], fmt.Sprint("列", j))
	}
	for range height {
		row := make([]string, width)
		for j := range row {
			row[j] = strings.TrimSpace(text.Draw(t, "text"))
		}
		row[0], row[width-1] = "首"+row[0], row[width-1]+"尾"
		table = append(table, row)
	}
	return table
}

// each row of writers turns a table into a file of one format.
var writers = map[string]func(grid) []byte{
	"csv": func(g grid) []byte { return writeCSV(g, ',', "\n") }, "csv with semicolons": func(g grid) []byte { return writeCSV(g, ';', "\r\n") },
	"csv in UTF-16": func(g grid) []byte { return utf16le(string(writeCSV(g, '\t', "\r\n"))) }, "csv in GB18030": func(g grid) []byte { return gbk(string(writeCSV(g, ',', "\r\n"))) },
	"xlsx by excelize": writeExcelize, "xlsx with shared texts": writeShared, "xls": writeXLS, "html": writeHTML, "excel xml": writeExcelXML, "ods": writeODS, "json": writeJSON,
}

// TestAnyTableComesBack writes any table in every format and wants it back cell for cell.
func TestAnyTableComesBack(t *testing.T) {
	db := memoryDB(t)
	formats := Formats(db)
	all := maps.Clone(writers)
	all["parquet"] = func(g grid) []byte { return writeParquet(t, db, g) }
	for name, write := range all {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				table := drawGrid(r)
				in := sheettest.Input("a", write(table))
				format, err := sheettest.Find(formats, in)
				if err != nil || format == nil {
					r.Fatalf("format: %v", err)
				}
				back, err := readTexts(t, format, in)
				if err != nil {
					r.Fatalf("%v", err)
				}
				if name == "json" && len(back) > 0 {
					back = back[1:] // names of the keys
				}
				if got, want := fmt.Sprintf("%q", back), fmt.Sprintf("%q", table); got != want {
					r.Fatalf("read as %s:\n got %s\nwant %s", format.Name, got, want)
				}
			})
		})
	}
}

func readTexts(t *testing.T, format *sheet.Format, in sheet.Input) (grid, error) {
	book, err := format.Open(t.Context(), in, sheet.Options{Limits: sheet.DefaultLimits(), TempDir: t.TempDir()})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	rows, err := book.Rows(0)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var table grid
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return table, nil
		}
		if err != nil {
			return nil, err
		}
		if row.Problem != "" {
			return nil, fmt.Errorf("row %d: %s", row.Number, row.Problem)
		}
		texts := make([]string, len(row.Cells))
		for i := range row.Cells {
			texts[i] = row.Cells[i].Text
		}
		table = append(table, texts)
	}
}

func writeCSV(g grid, comma rune, lineEnd string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = comma
	if err := w.WriteAll(g); err != nil {
		panic(err)
	}
	if lineEnd == "\n" {
		return out.Bytes()
	}
	// Line ends between records only: those inside a cell are its own.
	var text strings.Builder
	quoted := false
	for _, r := range out.String() {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			text.WriteString(lineEnd)
			continue
		}
		text.WriteRune(r)
	}
	return []byte(text.String())
}

func writeExcelize(g grid) []byte {
	file := excelize.NewFile()
	defer file.Close()
	for i, row := range g {
		for j, text := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err == nil {
				err = file.SetCellStr("Sheet1", cell, strings.ReplaceAll(text, "_x", "_x005F_x")) // which the library leaves to its caller
			}
			if err != nil {
				panic(err)
			}
		}
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func writeShared(g grid) []byte {
	var rows strings.Builder
	var texts []string
	for i, row := range g {
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for j, text := range row {
			fmt.Fprintf(&rows, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+j, i+1, len(texts))
			text = strings.ReplaceAll(text, "_x", "_x005F_x")
			texts = append(texts, "<t>"+html.EscapeString(text)+"</t>")
		}
		rows.WriteString("</row>")
	}
	return workbook(data(rows.String()), texts...).pack()
}

func writeXLS(g grid) []byte {
	var texts []string
	var cells [][]byte
	for i, row := range g {
		for j, text := range row {
			cells = append(cells, sst(i, j, uint32(len(texts))))
			texts = append(texts, text)
		}
	}
	book := oldBook(cells...)
	book.Globals = append(book.Globals, sheettest.SST(13+len(texts), texts...)...)
	return book.File()
}

func writeHTML(g grid) []byte {
	var out strings.Builder
	out.WriteString(`<html><head><meta charset="utf-8"></head><table>`)
	for _, row := range g {
		out.WriteString("<tr>")
		for _, text := range row {
			escaped := strings.NewReplacer("\n", "<br>", "\t", "&#9;").Replace(html.EscapeString(text))
			out.WriteString("<td><pre>" + escaped + "</pre></td>")
		}
		out.WriteString("</tr>")
	}
	return []byte(out.String() + "</table></html>")
}

func writeExcelXML(g grid) []byte {
	var out strings.Builder
	for _, row := range g {
		out.WriteString("<Row>")
		for _, text := range row {
			out.WriteString(`<Cell><Data ss:Type="String">` + html.EscapeString(text) + `</Data></Cell>`)
		}
		out.WriteString("</Row>")
	}
	return []byte(excelXML + excelSheet("a", out.String(), "") + "</Workbook>")
}

func writeODS(g grid) []byte {
	var out strings.Builder
	for _, row := range g {
		out.WriteString("<table:table-row>")
		for _, text := range row {
			out.WriteString(odsText(strings.NewReplacer("\n", "<text:line-break/>", "\t", "<text:tab/>").Replace(html.EscapeString(text))))
		}
		out.WriteString("</table:table-row>")
	}
	return odsFile(odsTable(out.String()))
}

func writeJSON(g grid) []byte {
	var out bytes.Buffer
	for _, row := range g {
		var fields []string
		for j, text := range row {
			value, err := json.Marshal(text)
			if err != nil {
				panic(err)
			}
			fields = append(fields, fmt.Sprintf("%q:%s", fmt.Sprint("列", j), value))
		}
		out.WriteString("{" + strings.Join(fields, ",") + "}\n")
	}
	return out.Bytes()
}

// memoryDB is a database that holds nothing but its readers.
func memoryDB(t testing.TB) *warehouse.DB {
	t.Helper()
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{MemoryMB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func writeParquet(t testing.TB, db *warehouse.DB, g grid) []byte {
	t.Helper()
	var names, rows []string
	for _, name := range g[0] {
		names = append(names, warehouse.Ident(name))
	}
	for _, row := range g[1:] {
		var cells []string
		for _, text := range row {
			cells = append(cells, warehouse.Literal(text))
		}
		rows = append(rows, "("+strings.Join(cells, ", ")+")")
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	query := fmt.Sprintf("copy (from (values %s) as v(%s)) to %s (format parquet)", strings.Join(rows, ", "), strings.Join(names, ", "), warehouse.Literal(path))
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		panic(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return data
}
