package sheet

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// Texts must come back the same whether they stay in memory or go through the temporary file, in any order.
func TestTexts(t *testing.T) {
	for _, memory := range []int64{0, 3 << 20, 1 << 30} {
		limits := DefaultLimits()
		limits.MemoryText = memory
		texts := NewTexts(limits, t.TempDir())
		want := func(i int) string {
			if i%7 == 0 {
				return ""
			}
			return fmt.Sprintf("%d%s", i, strings.Repeat("隐患", i%90))
		}
		const n = 60_000
		for i := range n {
			if err := texts.Add([]byte(want(i))); err != nil {
				t.Fatal(err)
			}
		}
		if err := texts.Seal(); err != nil {
			t.Fatal(err)
		}
		check := func(i int) {
			if got, ok, err := texts.Get(i); err != nil || !ok || got != want(i) {
				t.Fatalf("memory %d: text %d = %q, %v, %v", memory, i, got, ok, err)
			}
		}
		for i := range n {
			check(i)
		}
		for random := rand.New(rand.NewSource(1)); ; {
			i := random.Intn(n)
			check(i)
			if i < n/200 {
				break
			}
		}
		if _, ok, _ := texts.Get(n); ok {
			t.Error("a text behind the last")
		}
		if _, ok, _ := texts.Get(-1); ok {
			t.Error("a text before the first")
		}
		if err := texts.Close(); err != nil {
			t.Fatal(err)
		}
	}
	limits := DefaultLimits()
	limits.Strings = 1
	texts := NewTexts(limits, t.TempDir())
	if err := texts.Add(nil); err != nil {
		t.Fatal(err)
	}
	if err := texts.Add(nil); !IsRefusal(err) {
		t.Errorf("one text too many: %v", err)
	}
}

// TestTextsShownAgain: a small file must not become an endless one by one long text that every cell shows.
func TestTextsShownAgain(t *testing.T) {
	texts := NewTexts(DefaultLimits(), t.TempDir())
	defer texts.Close()
	if err := texts.Add(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := texts.Seal(); err != nil {
		t.Fatal(err)
	}
	for n := range 2000 {
		if _, _, err := texts.Get(0); IsRefusal(err) {
			return
		} else if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
	}
	t.Error("never refused")
}
