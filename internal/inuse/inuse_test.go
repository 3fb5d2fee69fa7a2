package inuse

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
)

// TestPatiently tries again while the file is refused for another's sake, and not after any other error.
func TestPatiently(t *testing.T) {
	busy, broken := errors.New("busy"), errors.New("broken")
	isBusy := func(err error) bool { return errors.Is(err, busy) }
	for _, c := range []struct {
		answers []error
		want    error
		tries   int
	}{
		{[]error{nil}, nil, 1},
		{[]error{busy, busy, busy, nil}, nil, 4},
		{[]error{busy, broken, nil}, broken, 2},
	} {
		tries := 0
		if err := patiently(isBusy, func() error { tries++; return c.answers[tries-1] }); !errors.Is(err, c.want) || tries != c.tries {
			t.Errorf("%v: %v after %d tries", c.answers, err, tries)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		if err := patiently(isBusy, func() error { return busy }); !errors.Is(err, busy) {
			t.Errorf("a file that stays open: %v", err)
		}
	})
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "old"), filepath.Join(dir, "fresh")
	for _, path := range []string{old, fresh} {
		if err := os.WriteFile(path, []byte(filepath.Base(path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Rename(fresh, old); err != nil {
		t.Fatal(err)
	}
	if text, err := Read(old); err != nil || string(text) != "fresh" {
		t.Errorf("%q, %v", text, err)
	}
	if err := Remove(old); err != nil {
		t.Error(err)
	}
	if _, err := Read(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after its end: %v", err)
	}
}
