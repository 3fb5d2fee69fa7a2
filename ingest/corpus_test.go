package ingest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
)

var update = flag.Bool("update", false, "write what is found as what is expected")

// TestCorpusCells reads every file of the corpus and compares every cell with the account beside it (<file>.cells).
func TestCorpusCells(t *testing.T) {
	formats := Formats(memoryDB(t))
	options := sheet.Options{Limits: sheet.DefaultLimits(), TempDir: t.TempDir()}
	options.Limits.RatioFrom, options.Limits.Ratio = 1<<20, 100 // so that the bombs of the corpus can be small
	files := corpusFiles(t)
	if len(files) < 150 {
		t.Errorf("the corpus has %d files only", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := sheettest.Dump(t, formats, sheettest.Input(filepath.Base(path), data), options)
			compareFile(t, path+".cells", got)
		})
	}
	if left, err := os.ReadDir(options.TempDir); err != nil || len(left) > 0 {
		t.Errorf("temporary files left behind: %v, %v", left, err)
	}
}

// corpusFiles are the exports of the corpus, without what is expected of them.
func corpusFiles(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir(corpusDir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); ext != ".cells" && ext != ".ledger" && ext != ".md" {
			files = append(files, filepath.Join(corpusDir, entry.Name()))
		}
	}
	return files
}

func compareFile(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		line := func(lines []string) string {
			if i < len(lines) {
				return lines[i]
			}
			return "(nothing)"
		}
		if line(gotLines) != line(wantLines) {
			t.Fatalf("%s, line %d:\n got %s\nwant %s", path, i+1, line(gotLines), line(wantLines))
		}
	}
}
