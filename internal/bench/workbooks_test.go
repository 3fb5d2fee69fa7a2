//go:build bench

package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tongbao/ingest/sheet/sheettest"
)

// typed turns a row's texts into what a workbook holds: counts, amounts and days as numbers.
func typed(cells []string, date int) []any {
	row := make([]any, len(cells))
	for j, text := range cells {
		switch {
		case text == "":
		case j == 8 || j == 9:
			row[j] = excelize.Cell{StyleID: date, Value: serial(text)}
		case j >= 14 && j <= 17:
			row[j], _ = strconv.ParseFloat(text, 64)
		default:
			row[j] = text
		}
	}
	return row
}

func serial(day string) float64 {
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		panic(err)
	}
	return at.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
}

// registerXLSX writes rows of the register as a workbook.
func registerXLSX(t *testing.T, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "台账.xlsx")
	file := excelize.NewFile()
	date, err1 := file.NewStyle(&excelize.Style{NumFmt: 14})
	out, err2 := file.NewStreamWriter("Sheet1")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	header := make([]any, len(registerHeader))
	for j, text := range registerHeader {
		header[j] = text
	}
	err := out.SetRow("A1", header)
	for i := range rows {
		err = errors.Join(err, out.SetRow(fmt.Sprint("A", i+2), typed(registerRow(i), date)))
	}
	if err := errors.Join(err, out.Flush(), file.SaveAs(path), file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// registerXLS writes the same cells as an Excel 97 workbook.
func registerXLS(t *testing.T, rows int) string {
	t.Helper()
	var texts []string
	known := map[string]uint32{}
	var cells [][]byte
	text := func(i, j int, text string) {
		at, ok := known[text]
		if !ok {
			at = uint32(len(texts))
			texts, known[text] = append(texts, text), at
		}
		cells = append(cells, sheettest.Record(0x00FD, i, j, 0, at))
	}
	for j, header := range registerHeader {
		text(0, j, header)
	}
	for i := range rows {
		for j, value := range typed(registerRow(i), 1) {
			switch v := value.(type) {
			case string:
				text(i+1, j, v)
			case float64:
				cells = append(cells, sheettest.Record(0x0203, i+1, j, 0, v))
			case excelize.Cell:
				cells = append(cells, sheettest.Record(0x0203, i+1, j, 1, v.Value))
			}
		}
	}
	font := sheettest.Record(0x0031, make([]byte, 16))
	book := &sheettest.Biff{
		Globals: append([][]byte{sheettest.Record(0x0042, 1200), font, font, font, font,
			sheettest.Record(0x00E0, 0, 0, make([]byte, 16)), sheettest.Record(0x00E0, 0, 14, make([]byte, 16))}, sheettest.SST(8224, texts...)...),
		Sheets: []sheettest.BiffSheet{{Name: "Sheet1", Records: cells}},
	}
	path := filepath.Join(t.TempDir(), "台账.xls")
	if err := os.WriteFile(path, book.File(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// benchWorkbooks: a workbook taken in against the library alone reading its cells raw, and the old kind against the new.
func benchWorkbooks(t *testing.T) {
	big := registerXLSX(t, int(200_000*scale(t)))
	ours, raw := taken(t, big), reference(t, "workbook", big, "Sheet1")
	compare(t, "XLSX 200,000 × 20 / its cells raw by the library", ours.cpu.Seconds(), raw.cpu.Seconds(), "s CPU", 1.3, fmt.Sprintf("ours %s; reference %s", ours, raw))
	report(t, "  peak memory", ours.peakMB, "MB", 600, "")
	rows := int(65_000 * scale(t))
	newer, older := taken(t, registerXLSX(t, rows)), taken(t, registerXLS(t, rows))
	compare(t, "XLS 65,000 × 20 / XLSX of the same cells", older.cpu.Seconds(), newer.cpu.Seconds(), "s CPU", 1, fmt.Sprintf("XLS %s; XLSX %s", older, newer))
	report(t, "  peak memory", older.peakMB, "MB", 600, "")
}

// benchSmallFiles: an inbox of ten thousand files of ten rows.
func benchSmallFiles(t *testing.T) {
	files := int(10_000 * scale(t))
	dir := t.TempDir()
	for i := range files {
		text := ""
		for _, cells := range append([][]string{registerHeader}, registerRow(10*i), registerRow(10*i+1), registerRow(10*i+2)) {
			for j, cell := range cells {
				if j > 0 {
					text += "\t"
				}
				text += cell
			}
			text += "\n"
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("台账%05d.tsv", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ours := taken(t, dir)
	// CPU, which does not depend on what else the machine does; the wait for the disk is in the detail.
	report(t, fmt.Sprintf("%d small files, CPU of each", files), ours.cpu.Seconds()*1000/float64(files), "ms", 10,
		fmt.Sprintf("%s; %.1f ms of time each", ours, ours.wall.Seconds()*1000/float64(files)))
	report(t, "  peak memory", ours.peakMB, "MB", 600, "")
}
