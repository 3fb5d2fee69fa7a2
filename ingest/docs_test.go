package ingest

import (
	"fmt"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tongbao/ingest/sheet"
	"tongbao/internal/contract"
	"tongbao/internal/region"
	"tongbao/internal/warehouse"
)

// block is a fenced block of a document.
type block struct{ info, text string }

// examples cuts a document into its examples: the blocks below each heading that begins with "Example:".
func examples(t *testing.T, file string) map[string][]block {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]block{}
	title := ""
	var open *block
	for line := range strings.Lines(string(text)) {
		switch {
		case open != nil && strings.HasPrefix(line, "```"):
			if title != "" {
				found[title] = append(found[title], *open)
			}
			open = nil
		case open != nil:
			open.text += line
		case strings.HasPrefix(line, "```"):
			open = &block{info: strings.TrimSpace(line[3:])}
		case strings.HasPrefix(line, "#"):
			_, title, _ = strings.Cut(strings.TrimSpace(line), "Example: ")
		}
	}
	return found
}

// TestContractExamples runs docs/contracts.md: contracts and files of an example go in, its questions must get its answers.
func TestContractExamples(t *testing.T) {
	found := examples(t, "../docs/contracts.md")
	if len(found) < 7 {
		t.Fatalf("%d examples", len(found))
	}
	for title, blocks := range found {
		t.Run(title, func(t *testing.T) {
			own, question := fstest.MapFS{}, ""
			var files []block
			for _, b := range blocks {
				if name, ok := strings.CutPrefix(b.info, "yaml contracts/"); ok {
					own[name] = &fstest.MapFile{Data: []byte(b.text)}
				} else if name, ok := strings.CutPrefix(b.info, "csv "); ok {
					files = append(files, block{name, b.text})
				}
			}
			db := take(t, own, files)
			for _, b := range blocks {
				switch b.info {
				case "sql":
					question = b.text
				case "text":
					if got := ask(t, db, question); got != b.text {
						t.Errorf("%s\ngot:\n%swant:\n%s", question, got, b.text)
					}
				}
			}
		})
	}
}

// take ingests files by the shipped contracts and those over them.
func take(t *testing.T, own fstest.MapFS, files []block) *warehouse.DB {
	t.Helper()
	set, err := contract.Load(Contracts(), own)
	if err != nil {
		t.Fatal(err)
	}
	regions, err := region.China()
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	runner, err := NewRunner(t.Context(), Config{DB: db, Contracts: set, Regions: regions, Province: "230000",
		Received: time.Date(2020, 4, 6, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		in := sheet.Input{ReaderAt: strings.NewReader(file.text), Name: path.Base(file.info), Path: file.info, Size: int64(len(file.text))}
		if err := runner.Ingest(t.Context(), in, func(r Result) {
			if r.Err != nil {
				t.Error(r)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// ask writes a query's rows as text: values between |, null empty.
func ask(t *testing.T, db *warehouse.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "select columns(*)::varchar from ("+query+")")
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		texts, cells := make([]*string, len(names)), make([]any, len(names))
		for i := range texts {
			cells[i] = &texts[i]
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			if i > 0 {
				out.WriteByte('|')
			}
			if text != nil {
				fmt.Fprint(&out, *text)
			}
		}
		out.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
