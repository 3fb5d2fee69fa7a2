package ingest

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
	"tongbao/ingest/xls"
	"tongbao/ingest/xlsx"
)

// The same 20 columns as XLS and as XLSX: distinct texts, repeated texts, whole numbers, dates, fractions.
const benchRows = 65_000

func benchXLS() []byte {
	texts := []string{"计划检查"}
	var cells [][]byte
	for i := range benchRows {
		for j := range 20 {
			switch j % 5 {
			case 0:
				cells = append(cells, sst(i, j, uint32(len(texts))))
				texts = append(texts, fmt.Sprintf("JC2020%07d", i*20+j))
			case 1:
				cells = append(cells, sst(i, j, 0))
			case 2:
				cells = append(cells, rec(0x027E, i, j, 0, uint32(i*j)<<2|2))
			case 3:
				cells = append(cells, number(i, j, 1, float64(43000+i%700)))
			case 4:
				cells = append(cells, number(i, j, 0, float64(i)/8))
			}
		}
	}
	book := oldBook(cells...)
	book.Globals = append(book.Globals, sheettest.SST(8224, texts...)...)
	return book.File()
}

func benchXLSX() []byte {
	texts := []string{"计划检查"}
	var rows strings.Builder
	for i := range benchRows {
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for j := range 20 {
			cell := fmt.Sprintf("%c%d", 'A'+j, i+1)
			switch j % 5 {
			case 0:
				fmt.Fprintf(&rows, `<c r="%s" t="s"><v>%d</v></c>`, cell, len(texts))
				texts = append(texts, fmt.Sprintf("JC2020%07d", i*20+j))
			case 1:
				fmt.Fprintf(&rows, `<c r="%s" t="s"><v>0</v></c>`, cell)
			case 2:
				fmt.Fprintf(&rows, `<c r="%s"><v>%d</v></c>`, cell, i*j)
			case 3:
				fmt.Fprintf(&rows, `<c r="%s" s="1"><v>%d</v></c>`, cell, 43000+i%700)
			case 4:
				fmt.Fprintf(&rows, `<c r="%s"><v>%v</v></c>`, cell, float64(i)/8)
			}
		}
		rows.WriteString("</row>")
	}
	parts := workbook(data(rows.String()), texts...)
	var members []any
	for name, text := range parts {
		members = append(members, name, text)
	}
	return packed(8, members...)
}

func BenchmarkReaders(b *testing.B) {
	for _, c := range []struct {
		format sheet.Format
		data   []byte
	}{{xls.Format(), benchXLS()}, {xlsx.Format(), benchXLSX()}} {
		b.Run(c.format.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book, err := c.format.Open(b.Context(), sheettest.Input("a", c.data), sheet.Options{Limits: sheet.DefaultLimits(), TempDir: b.TempDir()})
				if err != nil {
					b.Fatal(err)
				}
				rows, err := book.Rows(0)
				if err != nil {
					b.Fatal(err)
				}
				cells := 0
				for {
					row, err := rows.Next()
					if err == io.EOF {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					cells += len(row.Cells)
				}
				if cells != benchRows*20 {
					b.Fatalf("%d cells", cells)
				}
				if err := book.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
