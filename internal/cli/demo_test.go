package cli

import (
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo takes a small province through the whole chain twice, once for a person and once for a program: everything one is sent
// to is there, the figures are printed, and the outputs are the same bytes both times.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	printed := command(t, dir, "demo", one, "--enterprises", "240", "--seed", "3")
	for _, want := range []string{"2020Q3 of a synthetic province, as of 2020-10-12", "index.html", "notice.docx", "annex.xlsx", "A1.2020Q3.230000", "tongbao --project"} {
		if !strings.Contains(printed, want) {
			t.Errorf("the demo does not print %q:\n%s", want, printed)
		}
	}
	printed = command(t, dir, "demo", two, "--enterprises", "240", "--seed", "3", "--json")
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	var said struct {
		Period  string     `json:"period"`
		Places  []place    `json:"places"`
		Figures []headline `json:"figures"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &said); err != nil || said.Period != "2020Q3" || len(said.Places) != 3 || len(said.Figures) < 5 {
		t.Errorf("%v: %s", err, printed)
	}
	first, second := treeOf(t, filepath.Join(one, "out", "2020Q3")), treeOf(t, filepath.Join(two, "out", "2020Q3"))
	if len(first) < 40 || len(first) != len(second) {
		t.Errorf("%d and %d files of output", len(first), len(second))
	}
	for path, hash := range first {
		if second[path] != hash {
			t.Errorf("%s differs between two runs of the same demo", path)
		}
	}
	testPacksKeepApart(t, one)
}

func treeOf(t *testing.T, root string) map[string][32]byte {
	t.Helper()
	found := map[string][32]byte{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		relative, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(relative)] = sha256.Sum256(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
