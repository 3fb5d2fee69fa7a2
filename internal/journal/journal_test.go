package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type entry struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

func filled(t testing.TB, n int) Journal {
	t.Helper()
	j := Open(filepath.Join(t.TempDir(), "sub", "log.jsonl"))
	for i := range n {
		if err := j.Append(entry{i, strings.Repeat("长", i*700)}); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

func numbers(j Journal) ([]int, error) {
	var found []int
	err := j.Read(func(_ int64, raw json.RawMessage) error {
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return err
		}
		found = append(found, e.N)
		return nil
	})
	return found, err
}

func TestRoundTrip(t *testing.T) {
	found, err := numbers(filled(t, 20))
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range found {
		if i != n {
			t.Errorf("record %d holds %d", i, n)
		}
	}
	if len(found) != 20 {
		t.Errorf("%d records, want 20", len(found))
	}
	if none, err := numbers(Open(filepath.Join(t.TempDir(), "missing"))); err != nil || none != nil {
		t.Errorf("a missing journal reads %v, %v", none, err)
	}
}

// TestTail reads the end of a journal as Read does, and finds a break in it.
func TestTail(t *testing.T) {
	j := filled(t, 30)
	for _, n := range []int{1, 7, 29, 30, 31, 1000} {
		var found []int
		err := j.Tail(n, func(seq int64, raw json.RawMessage) error {
			var e entry
			if err := json.Unmarshal(raw, &e); err != nil {
				return err
			}
			if int(seq) != e.N+1 {
				t.Errorf("record %d holds %d", seq, e.N)
			}
			found = append(found, e.N)
			return nil
		})
		if err != nil || len(found) != min(n, 30) || found[len(found)-1] != 29 {
			t.Errorf("the last %d: %v, %v", n, found, err)
		}
	}
	whole, err := os.ReadFile(j.Path())
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Replace(whole, []byte(`"n":27`), []byte(`"n":72`), 1)
	if err := os.WriteFile(j.Path(), altered, 0o644); err != nil {
		t.Fatal(err)
	}
	var broken *Break
	if err := j.Tail(5, func(int64, json.RawMessage) error { return nil }); !errors.As(err, &broken) {
		t.Errorf("error %v, want a break", err)
	}
	if err := j.Tail(1, func(int64, json.RawMessage) error { return nil }); err != nil {
		t.Errorf("the last line alone is whole, but: %v", err)
	}
}

// TestTornAtAnyByte cuts the file at every place a kill could: what was acknowledged before stays, and the next append goes on.
func TestTornAtAnyByte(t *testing.T) {
	j := filled(t, 3)
	whole, err := os.ReadFile(j.Path())
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut <= len(whole); cut += 13 {
		if err := os.WriteFile(j.Path(), whole[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		kept := bytes.Count(whole[:cut], []byte("\n"))
		if found, err := numbers(j); err != nil || len(found) != kept {
			t.Fatalf("cut at %d: read %v, %v; want %d records", cut, found, err, kept)
		}
		if err := j.Append(entry{N: 99}); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if found, err := numbers(j); err != nil || len(found) != kept+1 || found[kept] != 99 {
			t.Fatalf("cut at %d: after an append read %v, %v", cut, found, err)
		}
	}
}

// TestAnyChangeIsFound changes, removes or moves any line but the torn last one: the chain says where.
func TestAnyChangeIsFound(t *testing.T) {
	j := filled(t, 8)
	whole, err := os.ReadFile(j.Path())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := strings.SplitAfter(strings.TrimSuffix(string(whole), "\n"), "\n")
		lines[len(lines)-1] += "\n"
		at := rapid.IntRange(0, len(lines)-2).Draw(t, "line")
		switch rapid.SampledFrom([]string{"change", "remove", "move", "double"}).Draw(t, "how") {
		case "change":
			lines[at] = strings.Replace(lines[at], fmt.Sprintf(`"n":%d`, at), `"n":77`, 1)
		case "remove":
			lines = append(lines[:at:at], lines[at+1:]...)
		case "move":
			lines[at], lines[at+1] = lines[at+1], lines[at]
		case "double":
			lines = append(lines[:at+1:at+1], lines[at:]...)
		}
		if err := os.WriteFile(j.Path(), []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
		var broken *Break
		if _, err := numbers(j); !errors.As(err, &broken) {
			t.Fatalf("error %v, want a break", err)
		}
	})
}

// TestGoesOnBehindWhatIsNoRecord: somebody has put lines behind the last one. What comes is still recorded and handed over, chained to the
// last record, and the lines are told of.
func TestGoesOnBehindWhatIsNoRecord(t *testing.T) {
	for _, junk := range []string{"junk\n", "{}\n", "\n", "junk\n" + strings.Repeat("more junk ", 3000) + "\n\n"} {
		j := filled(t, 3)
		file, err := os.OpenFile(j.Path(), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(junk); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if err := j.Append(entry{3, ""}); err != nil {
			t.Fatalf("after %.20q: %v", junk, err)
		}
		found, err := numbers(j)
		var broken *Break
		if len(found) != 4 || !errors.As(err, &broken) || broken.Line != 4 {
			t.Errorf("after %.20q: records %v, %v", junk, found, err)
		}
	}
}
