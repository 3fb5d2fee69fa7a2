package document

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible makes text from an export safe to print: characters that no file format may hold, that turn the reading
// direction, or that cannot be seen are written out (`‹U+202E›`), so that nothing is hidden and nothing is lost.
// Tabs and line breaks become spaces.
func Visible(text string) string {
	if !strings.ContainsFunc(text, needsWriting) && utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "‹%02X›", text[i])
		case r == '\t' || r == '\n' || r == '\r':
			out.WriteByte(' ')
		case needsWriting(r):
			fmt.Fprintf(&out, "‹U+%04X›", r)
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// needsWriting holds for control and format characters (bidirectional marks, zero widths, tags) except the joiner
// and the selectors that emoji are made of, for line and paragraph separators, and for what XML forbids.
func needsWriting(r rune) bool {
	switch {
	case r == '\u200d':
		return false
	case r == '\ufffe' || r == '\uffff' || r == '\u2028' || r == '\u2029':
		return true
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cs, r)
}
