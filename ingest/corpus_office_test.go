package ingest

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
)

// differs names the files of the corpus whose cells LibreOffice shows otherwise, and why ours are right.
var differs = map[string]string{
	"xlsx_dates_1900.xlsx":     "LibreOffice counts days from 1899-12-30 and knows no 29 February 1900; Excel, which wrote the numbers, does. It shows a negative date as one of 1899",
	"xlsx_strict.xlsx":         "LibreOffice has no dates with thousandths of a second in its CSV",
	"xlsx_uncalculated.xlsx":   "LibreOffice computes formulas anew; a reader that takes an export in must not",
	"openpyxl_rich.xlsx":       "as above: 1/0",
	"openpyxl_title.xlsx":      "as above: the sum in the last line",
	"xlsxwriter_formulas.xlsx": "as above; and it drops the control character the XML spells as an escape",
	"xlsx_formulas.xlsx":       "as above: TODAY() is another day",
	"xlsx_escapes.xlsx":        "LibreOffice leaves an escape of half a surrogate pair as written",
	"xlsx_entity.xlsx":         "LibreOffice stops at an ampersand that begins no entity and loads an empty sheet",
	"xlsx_not_utf8.xlsx":       "LibreOffice stops at the first byte that is not UTF-8 and loads an empty sheet",
	"xlsx_bad_string.xlsx":     "LibreOffice shows a reference to a text that is not there as an empty cell, here it is an error",
	"xlsx_no_strings.xlsx":     "as above",
	"xls_string_missing.xls":   "as above: empty instead of an error",
	"xls_half_pair.xls":        "LibreOffice drops half a surrogate pair",
	"xls_formulas.xls":         "LibreOffice computes formulas anew where a result is missing",
	"xls_dates_1900.xls":       "as xlsx_dates_1900.xlsx",
	"xls_booleans.xls":         "an error code nobody knows",
	"xls_numbers.xls":          "LibreOffice pads with zeros only what it shows",
	"openpyxl_times.xlsx":      "as xlsx_strict.xlsx: thousandths of a second",
	"xlwt_kinds.xls":           "xlwt stores no results of formulas; LibreOffice computes them",
	"ods_texts.ods":            "LibreOffice turns a tab inside a cell into a blank",
	"ods_types.ods":            "LibreOffice computes formulas anew",
	"excelxml_types.xml":       "LibreOffice leaves the booleans of SpreadsheetML out",
}

var askOffice = flag.Bool("libreoffice", false, "have LibreOffice read the corpus anew, and keep what it says in testdata/libreoffice.txtar")

// officeSays holds, by file and sheet, what LibreOffice reads from every workbook of the corpus it can read, as CSV.
const officeSays = "testdata/libreoffice.txtar"

// TestLibreOfficeAgrees compares every workbook of the corpus cell for cell with what LibreOffice reads from it.
func TestLibreOfficeAgrees(t *testing.T) {
	formats := Formats(memoryDB(t))
	var files []string
	for _, path := range corpusFiles(t) {
		switch filepath.Ext(path) {
		case ".xlsx", ".xls", ".ods", ".fods", ".xml":
			if kind := kindOf(t, formats, path); kind == "xlsx" || kind == "xls" || kind == "ods" || kind == "spreadsheetml" {
				files = append(files, path)
			}
		}
	}
	if *askOffice {
		readByOffice(t, formats, files)
	}
	kept, err := txtar.ParseFile(officeSays)
	if err != nil {
		t.Fatal(err)
	}
	says := map[string][]byte{}
	for _, file := range kept.Files {
		says[file.Name] = file.Data
	}
	compared := 0
	for _, path := range files {
		name := filepath.Base(path)
		difference, sheets := compareOffice(t, formats, path, says)
		compared += sheets
		switch reason := differs[name]; {
		case difference != "" && reason == "":
			t.Errorf("%s: %s", name, difference)
		case difference == "" && reason != "" && sheets > 0:
			t.Errorf("%s: agrees, but is said to differ: %s", name, reason)
		}
	}
	if compared < 100 {
		t.Errorf("LibreOffice read %d sheets only; read the corpus anew with -libreoffice", compared)
	}
	t.Logf("%d sheets of %d files compared, %d files differ for a reason", compared, len(files), len(differs))
}

// readByOffice has LibreOffice turn workbooks into CSV, a file per sheet, and keeps all of them.
func readByOffice(t *testing.T, formats []sheet.Format, files []string) {
	t.Helper()
	out := t.TempDir()
	const filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
	arguments := append([]string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", filter, "--outdir", out}, files...)
	command := exec.CommandContext(t.Context(), officeSuite(t), arguments...)
	command.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C.UTF-8") // sheets with Chinese names become files
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, text)
	}
	kept := txtar.Archive{Comment: []byte("What LibreOffice 7.4 reads from the workbooks of the corpus; `go test ./ingest -run TestLibreOffice -libreoffice` writes it anew.\n")}
	for _, path := range files {
		name := filepath.Base(path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		in := sheettest.Input(name, data)
		format, err := sheettest.Find(formats, in)
		if err != nil {
			t.Fatal(err)
		}
		book, err := format.Open(t.Context(), in, sheet.Options{Limits: sheet.DefaultLimits(), TempDir: t.TempDir()})
		if err != nil {
			continue
		}
		for _, info := range book.Sheets() {
			text, err := os.ReadFile(filepath.Join(out, strings.TrimSuffix(name, filepath.Ext(name))+"-"+info.Name+".csv"))
			if err == nil && len(text) < 200_000 {
				kept.Files = append(kept.Files, txtar.File{Name: name + "/" + info.Name, Data: text})
			}
		}
		if err := book.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(officeSays, txtar.Format(&kept), 0o644); err != nil {
		t.Fatal(err)
	}
}

func kindOf(t *testing.T, formats []sheet.Format, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	format, err := sheettest.Find(formats, sheettest.Input(filepath.Base(path), data))
	if err != nil || format == nil {
		return ""
	}
	return format.Name
}

// compareOffice returns the first difference and how many sheets LibreOffice wrote. A file one of the two refuses is not compared.
func compareOffice(t *testing.T, formats []sheet.Format, path string, says map[string][]byte) (difference string, sheets int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in := sheettest.Input(filepath.Base(path), data)
	format, err := sheettest.Find(formats, in)
	if err != nil {
		t.Fatal(err)
	}
	book, err := format.Open(t.Context(), in, sheet.Options{Limits: sheet.DefaultLimits(), TempDir: t.TempDir()})
	if err != nil {
		return "", 0
	}
	defer book.Close()
	for i, info := range book.Sheets() {
		text, ok := says[in.Name+"/"+info.Name]
		if info.Skip != "" || !ok {
			continue
		}
		theirs := readOffice(text)
		ours, ok := readGrid(book, i)
		if !ok {
			continue
		}
		sheets++
		for row := range max(len(ours), len(theirs)) {
			for column := range max(width(ours, row), width(theirs, row)) {
				mine, other := at(ours, row, column), ""
				if row < len(theirs) && column < len(theirs[row]) {
					other = theirs[row][column]
				}
				if !same(mine, other) {
					return "sheet " + info.Name + " row " + strconv.Itoa(row+1) + " column " + strconv.Itoa(column+1) + ": " +
						mine.Kind.String() + " " + strconv.Quote(clipTo(mine.Text, 80)) + ", LibreOffice has " + strconv.Quote(clipTo(other, 80)), sheets
				}
			}
		}
	}
	return "", sheets
}

func width[T any](grid [][]T, row int) int {
	if row < len(grid) {
		return len(grid[row])
	}
	return 0
}

func at(grid [][]sheet.Cell, row, column int) sheet.Cell {
	if row < len(grid) && column < len(grid[row]) && grid[row][column].Merge <= sheet.Anchor {
		return grid[row][column]
	}
	return sheet.Cell{}
}

func readOffice(text []byte) [][]string {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var all [][]string
	line := 1
	for {
		record, err := r.Read()
		if err != nil {
			return all
		}
		for at, _ := r.FieldPos(0); line < at; line++ { // the package passes over blank lines
			all = append(all, nil)
		}
		all = append(all, record)
		last, _ := r.FieldPos(len(record) - 1)
		line = last + 1 + strings.Count(record[len(record)-1], "\n")
	}
}

func readGrid(book sheet.Book, i int) ([][]sheet.Cell, bool) {
	rows, err := book.Rows(i)
	if err != nil {
		return nil, false
	}
	defer rows.Close()
	var all [][]sheet.Cell
	for {
		row, err := rows.Next()
		if err != nil {
			return all, err.Error() == "EOF"
		}
		for len(all) < row.Number-1 {
			all = append(all, nil)
		}
		all = append(all, append([]sheet.Cell(nil), row.Cells...))
	}
}

// same compares values, not how they are shown: LibreOffice shows dates by their format, numbers with all their digits.
func same(ours sheet.Cell, theirs string) bool {
	switch ours.Kind {
	case sheet.Number:
		a, err1 := strconv.ParseFloat(ours.Text, 64)
		b, err2 := strconv.ParseFloat(strings.TrimSuffix(theirs, "%"), 64)
		if theirs == "TRUE" || theirs == "FALSE" { // a formula such as TRUE(), stored as a number
			b, err2 = map[string]float64{"TRUE": 1}[theirs], nil
		}
		if strings.HasSuffix(theirs, "%") {
			b /= 100
		}
		if hours, rest, ok := strings.Cut(theirs, ":"); ok { // an elapsed total
			h, _ := strconv.ParseFloat(hours, 64)
			m, _ := strconv.ParseFloat(rest[:2], 64)
			b, err2 = (h+m/60)/24, nil
		}
		return err1 == nil && err2 == nil && (a == b || abs(a-b) <= 1e-14*abs(a))
	case sheet.Date:
		if serial, err := strconv.ParseFloat(theirs, 64); err == nil { // a date without a date format
			theirs, _ = numfmt.Show(serial, numfmt.Class{Date: true}, false)
		}
		for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05", "01/02/2006", "15:04:05", "03:04:05 PM", "2006年1月2日", "2006/1/2", "2006/1/2 15:04:05", "2006-01-02 00:00:00", "01/02/06", "01/02/2006 15:04:05", "2006-01-02 15:04:05.000"} {
			if when, err := time.Parse(layout, theirs); err == nil {
				for _, shown := range []string{"2006-01-02", "2006-01-02 15:04:05", "15:04:05", "2006-01-02 15:04:05.000"} {
					if when.Format(shown) == ours.Text {
						return true
					}
				}
			}
		}
		return false
	case sheet.Bool:
		return strings.EqualFold(ours.Text, theirs) || ours.Text == "TRUE" && theirs == "1" || ours.Text == "FALSE" && theirs == "0"
	}
	clean := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace
	return clean(ours.Text) == clean(theirs)
}

func abs(v float64) float64 { return max(v, -v) }
