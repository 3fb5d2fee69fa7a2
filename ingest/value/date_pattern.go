package value

import (
	"fmt"
	"strconv"
	"strings"
)

// Pattern is a date as a contract writes it, taken apart: the fields YYYY YY · MMM MM M · DD D · hh h mm ss a, and what stands between
// them. Year, month and day are each there once.
type Pattern []string

// read takes a text that has the pattern's shape apart. ok is false when it has another shape.
func (p Pattern) read(s string) (days int32, clock int64, fault *Fault, ok bool) {
	var year, month, day, hour, minute, second int
	half := ""
	for _, token := range p {
		switch token {
		case "YYYY":
			year, s, ok = leadingDigits(s, 4, 4)
		case "YY":
			year, s, ok = leadingDigits(s, 2, 2)
			year = century(year)
		case "MMM":
			month, s, ok = monthName(s)
		case "MM", "M":
			month, s, ok = leadingDigits(s, 1, 2)
		case "DD", "D":
			day, s, ok = leadingDigits(s, 1, 2)
		case "hh", "h":
			hour, s, ok = leadingDigits(s, 1, 2)
		case "mm":
			minute, s, ok = leadingDigits(s, 1, 2)
		case "ss":
			second, s, ok = leadingDigits(s, 1, 2)
		case "a":
			if ok = len(s) >= 2; ok {
				half, s = strings.ToUpper(s[:2]), s[2:]
				ok = half == "AM" || half == "PM"
			}
		case " ":
			trimmed := strings.TrimLeft(s, " ")
			s, ok = trimmed, len(trimmed) < len(s)
		default:
			s, ok = strings.CutPrefix(s, token)
		}
		if !ok {
			return 0, 0, nil, false
		}
	}
	if s != "" {
		return 0, 0, nil, false
	}
	switch {
	case year < firstYear || year > lastYear:
		return 0, 0, &Fault{fmt.Sprintf("年份%d超出范围", year), "请核对年份"}, true
	case !exists(year, month, day):
		return 0, 0, impossible(year, month, day), true
	case half != "" && (hour < 1 || hour > 12), hour > 23, minute > 59, second > 59:
		return 0, 0, &Fault{"日期后的时间无法识别", "请按 2020-03-05 08:30:00 的样式填写"}, true
	case half != "":
		if hour %= 12; half == "PM" {
			hour += 12
		}
	}
	return Days(year, month, day), int64(hour*3600+minute*60+second) * 1e6, nil, true
}

// leadingDigits takes as many digits as there are, between least and most.
func leadingDigits(s string, least, most int) (number int, rest string, ok bool) {
	n := 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n < least {
		return 0, s, false
	}
	number, err := strconv.Atoi(s[:n])
	return number, s[n:], err == nil
}

// monthName reads Mar, MAR., March, Sept.
func monthName(s string) (month int, rest string, ok bool) {
	end := 0
	for end < len(s) && (s[end]|0x20) >= 'a' && (s[end]|0x20) <= 'z' {
		end++
	}
	word := strings.ToLower(s[:end])
	for i, name := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if len(word) >= 3 && strings.HasPrefix(name, word) && (len(word) <= 4 || word == name) {
			return i + 1, strings.TrimPrefix(s[end:], "."), true
		}
	}
	return 0, s, false
}
