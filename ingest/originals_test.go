package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

// TestNoteAfterTornLine: half a line, left by a crash, does not spoil the list.
func TestNoteAfterTornLine(t *testing.T) {
	dir := t.TempDir()
	for i, hash := range []string{"aa", "bb"} {
		k := &keeper{dir: dir}
		if err := k.note(Kept{Hash: hash, Name: hash}); err != nil {
			t.Fatal(err)
		}
		if err := k.close(); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			list, err := os.OpenFile(filepath.Join(dir, keptFile), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := list.WriteString(`{"hash":"cc","na`); err != nil {
				t.Fatal(err)
			}
			if err := list.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := Originals(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Hash != "aa" || files[1].Hash != "bb" {
		t.Errorf("the list holds %v", files)
	}
}
