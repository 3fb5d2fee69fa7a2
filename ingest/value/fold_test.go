package value

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestTrimTakesNoShortcutTooFar: whatever stands at the edges, Trim does what looking at every rune does.
func TestTrimTakesNoShortcutTooFar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edge := rapid.SampledFrom([]rune(" \t\u00A0\u3000\u200B\u2028\uFEFF\u00ADa~é䀀中鿿가，䷀𠀀"))
		s := string(rapid.SliceOfN(edge, 0, 6).Draw(t, "runes"))
		if got, want := Trim(s), strings.TrimFunc(s, invisible); got != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
	})
}
