package ingest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
)

// pythonDiffers names the texts of the corpus of which Python has other cells, and why ours are right.
var pythonDiffers = map[string]string{
	"csv_crlf_in_quotes.csv":   "Python lets a lone mark swallow the next record",
	"csv_lone_quote.csv":       "as above",
	"csv_marks_everywhere.csv": "as above",
	"csv_excel_sep.csv":        "the line that names the delimiter is a row here, for the ledger counts it; it was taken away before Python",
	"json_same_key.jsonl":      "of two values of one key Python takes the last; here the record is rejected",
	"html_cut_off.html":        "a page that breaks off inside a row: the row may not be whole",
	"html_excel_numbers.html":  "Excel writes the number beside what it shows",
	"html_script.html":         "a script is no text",
	"html_text.html":           "a line break in a cell is one",
}

// TestPythonAgrees compares the texts of the corpus, which LibreOffice would not read without being told how, with what Python made of them.
func TestPythonAgrees(t *testing.T) {
	formats := Formats(memoryDB(t))
	kept, err := txtar.ParseFile("testdata/python.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range kept.Files {
		ours, err := plainRows(t, formats, filepath.Join(corpusDir, file.Name))
		if err != nil {
			t.Errorf("%s: %v", file.Name, err)
			continue
		}
		r := csv.NewReader(bytes.NewReader(file.Data))
		r.FieldsPerRecord = -1
		theirs, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		difference := ""
		theirs = tidy(theirs)
		for i := range max(len(ours), len(theirs)) {
			if a, b := rowAt(ours, i), rowAt(theirs, i); a != b && difference == "" {
				difference = fmt.Sprintf("row %d: %s, Python has %s", i+1, clipTo(a, 200), clipTo(b, 200))
			}
		}
		switch reason := pythonDiffers[file.Name]; {
		case difference != "" && reason == "":
			t.Errorf("%s: %s", file.Name, difference)
		case difference == "" && reason != "":
			t.Errorf("%s: agrees, but is said to differ: %s", file.Name, reason)
		}
	}
	if len(kept.Files) < 70 {
		t.Errorf("%d files only", len(kept.Files))
	}
}

func rowAt(rows [][]string, i int) string {
	if i < len(rows) {
		return fmt.Sprintf("%q", rows[i])
	}
	return "nothing"
}

// plainRows are the texts of the first sheet.
func plainRows(t *testing.T, formats []sheet.Format, path string) ([][]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	in := sheettest.Input(filepath.Base(path), data)
	format, err := sheettest.Find(formats, in)
	if err != nil || format == nil {
		return nil, fmt.Errorf("no format: %w", err)
	}
	book, err := format.Open(t.Context(), in, sheet.Options{Limits: sheet.DefaultLimits(), TempDir: t.TempDir()})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	grid, _ := readGrid(book, 0)
	rows := make([][]string, len(grid))
	for i, cells := range grid {
		for _, cell := range cells {
			rows[i] = append(rows[i], cell.Text)
		}
	}
	return tidy(rows), nil
}

// tidy leaves out what readers need not agree on: blank rows, empty cells at a row's end, runs of white space.
func tidy(rows [][]string) [][]string {
	var kept [][]string
	for _, row := range rows {
		last := 0
		for j := range row {
			if row[j] = strings.Join(strings.Fields(row[j]), " "); row[j] != "" {
				last = j + 1
			}
		}
		if last > 0 {
			kept = append(kept, row[:last])
		}
	}
	return kept
}
