package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestRebuildSameBytes: a warehouse made anew from the bytes received holds the same rows, the version built from it is the same, and so
// is every byte printed from it; corrections of returned rows and waivers included.
func TestRebuildSameBytes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	must(t, filepath.Dir(dir), "init", dir)
	must(t, dir, "demo", "exports", "all", "--enterprises", "60", "--seed", "5")
	must(t, dir, "ingest", "--received", "2020-04-06T08:00:00", "all")
	chain := func(render ...string) map[string]string {
		t.Helper()
		must(t, dir, "build", "--as-of", "2020-04-08T18:00:00")
		must(t, dir, append([]string{"render", "--period", "2020Q1"}, render...)...)
		return fingerprint(t, dir)
	}
	chain("--only", "returns")
	returned, err := filepath.Glob(filepath.Join(dir, "out", "2020Q1", "returns", "23*.xlsx"))
	if err != nil || len(returned) < 2 {
		t.Fatalf("%d workbooks of returned rows: %v", len(returned), err)
	}
	for i, path := range returned[:2] {
		must(t, dir, "ingest", "--received", fmt.Sprintf("2020-04-07T0%d:00:00", i+1), waiveFirst(t, path))
	}
	first := chain()
	if first["raw raw.rejected"] == "" || first["out/2020Q1/site/index.html"] == "" {
		t.Fatalf("%d things compared, not what was meant", len(first))
	}
	must(t, dir, "rebuild")
	for _, gone := range []string{"data/published", "out"} {
		if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(gone))); err != nil {
			t.Fatal(err)
		}
	}
	second := chain()
	for name := range first { // the versions made on the way are not made again
		if _, again := second[name]; !again && (len(name) > 10 && name[:2] == "20" || len(name) > 9 && name[:9] == "manifest ") {
			delete(first, name)
		}
	}
	wantSame(t, second, first)
}

// waiveFirst fills in the first returned row's waiver, and saves the workbook under another name.
func waiveFirst(t *testing.T, path string) string {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheet := file.GetSheetList()[1]
	rows, err := file.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for j, header := range rows[1] {
		text := map[string]string{"豁免人": "张三", "豁免理由": "企业已注销"}[header]
		cell, err := excelize.CoordinatesToCellName(j+1, 3)
		if err == nil && text != "" {
			err = file.SetCellStr(sheet, cell, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	back := filepath.Join(t.TempDir(), "回-"+filepath.Base(path))
	if err := file.SaveAs(back); err != nil {
		t.Fatal(err)
	}
	return back
}
