package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWatchSettles: a watch takes a file once it has stopped growing and its end is there, once only, and again when it is written anew.
func TestWatchSettles(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2020, 4, 6, 9, 0, 0, 0, time.UTC)
	app := &App{Env: Env{Now: func() time.Time { return now }}}
	seen := map[string]*sizeAndTime{}
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now); err != nil {
			t.Fatal(err)
		}
	}
	after := func(wait time.Duration, want string) {
		t.Helper()
		now = now.Add(wait)
		ready, err := app.settled([]string{dir}, seen)
		if err != nil {
			t.Fatal(err)
		}
		for i := range ready {
			ready[i] = filepath.Base(ready[i])
		}
		if got := strings.Join(ready, " "); got != want {
			t.Errorf("ready %q, want %q", got, want)
		}
	}
	put("a.csv", "1")
	put("b.csv.part", "1")
	put("~$c.xlsx", "1")
	after(0, "")
	after(time.Second, "")
	put("a.csv", "1,2") // it grows
	after(2*time.Second, "")
	put("d.csv", strings.Repeat("\x00", 4096)) // as long as it will be, and nothing in it yet
	after(2*time.Second, "a.csv")
	after(2*time.Second, "")
	after(10*time.Second, "")
	put("d.csv", "1,2"+strings.Repeat("\x00", 4093))
	after(0, "")
	after(10*time.Second, "")
	put("d.csv", strings.Repeat("1,2\n", 1024))
	after(0, "")
	after(settleTime, "d.csv")
	put("e.csv", strings.Repeat("\x00", 100)) // and so it stays
	after(0, "")
	after(10*time.Second, "")
	after(hollowTime, "e.csv")
	put("a.csv", "1,2,3")
	after(0, "")
	after(settleTime, "a.csv")
	if err := os.Remove(filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	after(time.Hour, "")
}
