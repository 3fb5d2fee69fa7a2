package cli

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const analystsFile = "../../docs/analysts.md"

var question = regexp.MustCompile("(?s)(### [0-9]+\\. [^\n]+\n\n```sql\n)(.*?)(```\n)(\n```text\n.*?```\n)?")

// TestAnalysts runs every question of docs/analysts.md on a made-up province and holds the answers printed there.
// -update-docs writes them anew.
func TestAnalysts(t *testing.T) {
	doc, err := os.ReadFile(analystsFile)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, dir: filepath.Join(t.TempDir(), "p"), now: time.Date(2020, 10, 12, 4, 0, 0, 0, time.UTC)}
	o.run(exitDone, "init", o.dir)
	o.run(exitDone, "ingest", "--received", "2020-10-12T00:00:00", exportsOf(t, "plain"))
	o.build("--as-of", "2020-10-12", "--from", "2019")
	const untranslated = `select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal and regexp_matches(column_name, '^[a-z_0-9]+$')`
	if out, _ := o.run(exitDone, "sql", untranslated, "--format", "csv"); out != "table_name,column_name\n" {
		t.Errorf("columns of Chinese views without a Chinese name:\n%s", out)
	}
	if out, _ := o.run(exitDone, "sql", `select distinct "层级" from "隐患" where "监管领域" = '煤矿' order by 1`, "--format", "csv"); !strings.Contains(out, "县") {
		t.Errorf("words of the enterprise and the agency in the view of hazards:\n%s", out)
	}
	asked := 0
	fresh := question.ReplaceAllStringFunc(string(doc), func(text string) string {
		parts := question.FindStringSubmatch(text)
		asked++
		answer, _ := o.run(exitDone, "sql", parts[2])
		var lines []string
		for line := range strings.SplitSeq(strings.TrimRight(answer, "\n"), "\n") {
			lines = append(lines, strings.TrimRight(line, " "))
		}
		if len(lines) < 3 {
			t.Errorf("%s: no answer", strings.SplitN(text, "\n", 2)[0])
		}
		return parts[1] + parts[2] + parts[3] + "\n```text\n" + strings.Join(lines, "\n") + "\n```\n"
	})
	if asked < 20 {
		t.Errorf("%d questions, want 20", asked)
	}
	if fresh == string(doc) {
		return
	}
	if *updateDocs {
		if err := os.WriteFile(analystsFile, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the answers in docs/analysts.md are not those of the program; look at the difference after: go test -tags duckdb_arrow ./internal/cli -run TestAnalysts -update-docs")
}

// exportsOf unpacks the exports of a conformance case.
func exportsOf(t *testing.T, name string) string {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join("testdata", "conformance", name+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	dir := t.TempDir()
	for _, entry := range archive.File {
		base := filepath.Base(entry.Name)
		if filepath.Ext(base) != ".csv" || base == "figures.csv" {
			continue
		}
		in, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, base), string(text))
	}
	return dir
}
