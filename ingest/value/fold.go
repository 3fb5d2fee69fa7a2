package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Trim removes white space of every kind around a text: U+3000, NBSP, zero width marks too.
func Trim(s string) string {
	if s == "" || (plain(s[0]) || ideograph(s[0])) && (plain(s[len(s)-1]) || len(s) >= 3 && ideograph(s[len(s)-3])) {
		return s
	}
	return strings.TrimFunc(s, invisible)
}

// plain is true for ASCII that is surely no white space.
func plain(b byte) bool { return b > ' ' && b < 0x7F }

// ideograph is true for the first of the three bytes of U+4000 to U+9FFF: most of what is written here, and none of it white space.
func ideograph(b byte) bool { return b >= 0xE4 && b <= 0xE9 }

func invisible(r rune) bool {
	switch r {
	case '\u00A0', '\u3000', 0x7F:
		return true
	}
	return r <= ' ' || unicode.IsSpace(r) || isMark(r)
}

// isMark recognises what takes no room: zero width marks, and marks of writing direction, which come with what is copied from dialogs.
func isMark(r rune) bool {
	return r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0xFEFF || r == 0xAD
}

// Fold turns full-width ASCII into half-width and drops white space and zero width marks inside.
func Fold(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7F {
			return fold(s)
		}
	}
	return s
}

func fold(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for _, r := range s {
		switch {
		case invisible(r):
		case r >= 0xFF01 && r <= 0xFF5E:
			out.WriteRune(r - 0xFEE0)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// HalfWidth turns full-width ASCII and U+3000 into half-width; everything else stays.
func HalfWidth(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				switch {
				case r >= 0xFF01 && r <= 0xFF5E:
					return r - 0xFEE0
				case r == 0x3000 || r == 0xA0:
					return ' '
				}
				return r
			}, s)
		}
	}
	return s
}

// IsError recognises the error values of spreadsheets.
func IsError(s string) bool {
	if len(s) < 4 || s[0] != '#' {
		return false
	}
	switch s {
	case "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#UNKNOWN!":
		return true
	}
	return false
}

// Bool reads yes and no.
func Bool(s string) (yes, ok bool) {
	switch Fold(s) {
	case "是", "有", "√", "✓", "✔", "☑", "1", "Y", "y", "YES", "Yes", "yes", "TRUE", "True", "true", "T", "对", "真":
		return true, true
	case "否", "无", "×", "✗", "✘", "☒", "X", "x", "0", "N", "n", "NO", "No", "no", "FALSE", "False", "false", "F", "错", "假", "不是", "没有":
		return false, true
	}
	return false, false
}

// List reads items separated by ; 、 , / or line ends, in any width, and joins them by ;.
func List(s string) string {
	if plainList(s) {
		return s
	}
	if strings.IndexFunc(s, separates) < 0 {
		return Trim(s)
	}
	var out strings.Builder
	for item := range strings.FieldsFuncSeq(s, separates) {
		if item = Trim(item); item == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(';')
		}
		out.WriteString(item)
	}
	return out.String()
}

// plainList is true for A;B;C: nothing but printable ASCII, no other separator, no item empty.
func plainList(s string) bool {
	before := byte(';')
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7F || c == ',' || c == '/' || c == ';' && before == ';' {
			return false
		}
		before = c
	}
	return before != ';'
}

func separates(r rune) bool {
	switch r {
	case ';', ',', '/', '\n', '\r', '；', '，', '、', '／':
		return true
	}
	return false
}
