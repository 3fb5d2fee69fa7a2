package numfmt

import "strings"

// Class is what a number format makes of a number.
type Class struct {
	Date  bool  // shows a year, a month or a day
	Time  bool  // shows hours, minutes or seconds (not as an elapsed total)
	Zeros uint8 // the format is this many zeros and nothing else: a code padded on the left
}

// Builtin classifies a number format that workbooks refer to by number without spelling it out. Numbers 27–36 and 50–58 are the dates and
// times of Chinese, Japanese and Korean editions.
func Builtin(id int) Class {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return Class{Date: true}
	case id == 22:
		return Class{Date: true, Time: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return Class{Time: true}
	}
	return Class{}
}

// Classify reads the first section of a number format. Literals in quotes, escapes, fillers and bracketed conditions, colours and locales
// say nothing; an elapsed total such as [h]:mm is a number, not a time of day.
func Classify(code string) Class {
	if n := len(code); n >= 2 && n <= 30 && strings.Trim(code, "0") == "" {
		return Class{Zeros: uint8(n)}
	}
	var class Class
	var minutes, months, digits bool
	last := byte(0) // the last hour, second, year or day letter: it tells minutes from months
	for i := 0; i < len(code); i++ {
		c := code[i] | 0x20
		switch {
		case code[i] == ';':
			i = len(code)
		case code[i] == '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				i = len(code)
				break
			}
			i += end + 1
		case code[i] == '\\', code[i] == '_', code[i] == '*':
			i++
		case code[i] == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				i = len(code)
				break
			}
			if inside := strings.ToLower(code[i+1 : i+end]); inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				return Class{} // elapsed
			}
			i += end
		case hasFold(code[i:], "general"):
			i += len("general") - 1
		case hasFold(code[i:], "am/pm"):
			class.Time = true
			i += len("am/pm") - 1
		case hasFold(code[i:], "a/p"):
			class.Time = true
			i += len("a/p") - 1
		case c == 'y' || c == 'd' || c == 'e' && !digits:
			class.Date, last = true, c
		case c == 'h' || c == 's':
			if c == 's' && months && last == 'm' {
				minutes = true // mm:ss
			}
			class.Time, last = true, c
		case c == 'm':
			if last == 'h' || last == 's' {
				minutes = true
			} else {
				months, last = true, c
			}
		case c == '0'|0x20, code[i] == '#', code[i] == '?':
			digits = true
		}
	}
	if months && !(minutes && !class.Date) {
		class.Date = true
	}
	return class
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
