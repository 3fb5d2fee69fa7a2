package xlsx

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"tongbao/ingest/sheet"
)

// bigWorkbook writes rows × 20 cells once per benchmark: a third distinct texts, a third repeated texts, numbers and dates.
func bigWorkbook(b *testing.B, rows int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "big.xlsx")
	file := excelize.NewFile()
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	date, err := file.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		b.Fatal(err)
	}
	for row := 1; row <= rows; row++ {
		cells := make([]any, 20)
		for c := range cells {
			switch c % 5 {
			case 0:
				cells[c] = fmt.Sprintf("JC2020%07d", row*20+c)
			case 1:
				cells[c] = "计划检查"
			case 2:
				cells[c] = row * c
			case 3:
				cells[c] = excelize.Cell{StyleID: date, Value: 43000 + row%700}
			case 4:
				cells[c] = float64(row) / 8
			}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", row), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.SaveAs(path); err != nil {
		b.Fatal(err)
	}
	return path
}

const benchRows = 50_000

func BenchmarkRead(b *testing.B) {
	path := bigWorkbook(b, benchRows)
	b.ReportAllocs()
	for b.Loop() {
		if n := readAll(b, path); n != benchRows*20 {
			b.Fatalf("%d cells", n)
		}
	}
}

func readAll(b *testing.B, path string) (cells int) {
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	book, err := Open(file, stat.Size(), sheet.Options{Limits: sheet.DefaultLimits(), TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer book.Close()
	rows, err := book.Rows(0)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return cells
		}
		if err != nil {
			b.Fatal(err)
		}
		cells += len(row.Cells)
	}
}

// BenchmarkExcelize is the yardstick: the library's own row iterator on the same file, raw.
func BenchmarkExcelize(b *testing.B) {
	path := bigWorkbook(b, benchRows)
	b.ReportAllocs()
	for b.Loop() {
		file, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
		if err != nil {
			b.Fatal(err)
		}
		rows, err := file.Rows("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		cells := 0
		for rows.Next() {
			values, err := rows.Columns()
			if err != nil {
				b.Fatal(err)
			}
			cells += len(values)
		}
		if cells != benchRows*20 {
			b.Fatalf("%d cells", cells)
		}
		rows.Close()
		file.Close()
	}
}
