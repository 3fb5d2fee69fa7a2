package cli

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReplaceFile writes over what a kill left beside, and leaves the old content where the new one cannot be written.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	write(t, path, "old")
	write(t, path+".new", "half of something lon")
	if err := replaceFile(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got := readText(t, path); got != "new" {
		t.Errorf("content %q", got)
	}
	if err := os.Mkdir(path+".new", 0o755); err != nil { // nothing can be written there
		t.Fatal(err)
	}
	if err := replaceFile(path, []byte("newer")); err == nil || readText(t, path) != "new" {
		t.Errorf("error %v, content %q", err, readText(t, path))
	}
	if err := os.Remove(path + ".new"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
