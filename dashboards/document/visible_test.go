package document

import "testing"

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"哈尔滨市道里区":       "哈尔滨市道里区",
		"a\u202eb":      "a‹U+202E›b",
		"a\x00b\tc\nd":  "a‹U+0000›b c d",
		"\xff甲":         "‹FF›甲",
		"👨‍👩‍👧":         "👨‍👩‍👧",
		"\ufeffx\uffff": "‹U+FEFF›x‹U+FFFF›",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}
