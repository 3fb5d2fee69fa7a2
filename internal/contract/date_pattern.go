package contract

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// DateFields takes a date pattern such as D/M/YYYY apart: its fields YYYY YY · MMM MM M · DD D · hh h mm ss a, and the characters between
// them, in order. Year, month and day must be named, each once; other letters and digits are an error.
func DateFields(pattern string) ([]string, error) {
	var fields []string
	seen := map[byte]bool{}
next:
	for rest := pattern; rest != ""; {
		for _, field := range [...]string{"YYYY", "YY", "MMM", "MM", "M", "DD", "D", "hh", "h", "mm", "ss", "a"} { // longer ones first
			if after, ok := strings.CutPrefix(rest, field); ok {
				if seen[field[0]] {
					return nil, fmt.Errorf("the date pattern %q names %s twice", pattern, field)
				}
				seen[field[0]] = true
				fields, rest = append(fields, field), after
				continue next
			}
		}
		r, size := utf8.DecodeRuneInString(rest)
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' && r != 'T' || r >= '0' && r <= '9' {
			return nil, fmt.Errorf("%q is none of mdy, dmy, yy, roc, and no date pattern of YYYY YY MMM MM M DD D hh h mm ss a", pattern)
		}
		fields, rest = append(fields, rest[:size]), rest[size:]
	}
	if !seen['Y'] || !seen['M'] || !seen['D'] {
		return nil, fmt.Errorf("the date pattern %q does not name year, month and day", pattern)
	}
	return fields, nil
}
