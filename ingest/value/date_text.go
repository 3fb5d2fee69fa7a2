package value

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// numerals turns 二〇二〇年三月五日 into 2020年3月5日; a text without Chinese numerals is returned as it is.
func numerals(s string) string {
	if !strings.ContainsAny(s, "〇零○一二三四五六七八九十廿卅") {
		return s
	}
	var out strings.Builder
	run := []rune{}
	flush := func() {
		out.WriteString(numeral(run))
		run = run[:0]
	}
	for _, r := range s {
		if numeralOf(r) >= 0 {
			run = append(run, r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

// numeralOf returns the digit, 10 for 十, 20 for 廿, 30 for 卅, -1 for anything else.
func numeralOf(r rune) int {
	switch r {
	case '〇', '零', '○':
		return 0
	case '一':
		return 1
	case '二':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	case '廿':
		return 20
	case '卅':
		return 30
	}
	return -1
}

// numeral reads 二〇二〇 digit by digit and 十二, 三十一, 廿五 by value.
func numeral(run []rune) string {
	if len(run) == 0 {
		return ""
	}
	tens := -1
	for i, r := range run {
		if numeralOf(r) >= 10 {
			if tens >= 0 {
				return string(run)
			}
			tens = i
		}
	}
	if tens < 0 {
		var out strings.Builder
		for _, r := range run {
			out.WriteByte(byte('0' + numeralOf(r)))
		}
		return out.String()
	}
	value := numeralOf(run[tens])
	switch {
	case tens == 1 && value == 10:
		value *= numeralOf(run[0])
	case tens != 0:
		return string(run)
	}
	switch len(run) - tens {
	case 1:
	case 2:
		value += numeralOf(run[tens+1])
	default:
		return string(run)
	}
	return strconv.Itoa(value)
}

// dateNumbers cuts the first three numbers off, with what stands between and directly behind them.
func dateNumbers(s string) (numbers, separators []string, rest string) {
	for len(numbers) < 3 {
		end := 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end == 0 || end > 4 {
			return nil, nil, s
		}
		numbers = append(numbers, s[:end])
		s = s[end:]
		if len(numbers) == 3 {
			break
		}
		end = 0
		for end < len(s) && (s[end] < '0' || s[end] > '9') {
			end++
		}
		separators = append(separators, strings.TrimSpace(s[:end]))
		s = s[end:]
		if s == "" {
			return numbers, separators, ""
		}
	}
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(s), "日"), "号")
	return numbers, separators, strings.TrimSpace(s)
}

// properSeparators accepts 2020-3-5, 2020/3/5, 2020.3.5, 2020年3月5日, 2020、3、5 and 2020 3 5, not a mixture.
func properSeparators(separators []string) bool {
	if len(separators) != 2 {
		return false
	}
	first, second := separators[0], separators[1]
	if first == "年" {
		return second == "月"
	}
	if first != second {
		return false
	}
	switch first {
	case "-", "/", ".", "、", "", "—", "–", "·", "\\", "。":
		return true
	}
	return false
}

// timeOfDay reads what stands behind a date: nothing, 8:05, 08:05:30.5, 8时5分, 下午3:20, T10:20:30Z, 10:20+08:00.
func timeOfDay(s string) (clock int64, offset int, zoned, ok bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "T"), "t")
	s = strings.TrimSpace(s)
	for _, weekday := range []string{"星期", "周", "(星期", "(周"} {
		if rest, found := strings.CutPrefix(s, weekday); found {
			_, size := utf8.DecodeRuneInString(rest)
			s = strings.TrimSpace(strings.TrimPrefix(rest[size:], ")"))
		}
	}
	if s == "" {
		return 0, 0, false, true
	}
	half := 0
	for word, hours := range map[string]int{"上午": 0, "凌晨": 0, "早上": 0, "中午": 12, "下午": 12, "晚上": 12} {
		if rest, found := strings.CutPrefix(s, word); found {
			s, half = strings.TrimSpace(rest), hours+1
		}
	}
	upper := strings.ToUpper(s)
	for word, hours := range map[string]int{"AM": 0, "PM": 12} {
		if rest, found := strings.CutSuffix(upper, word); found && half == 0 {
			upper, half = strings.TrimSpace(rest), hours+1
		}
	}
	s = upper
	if rest, found := strings.CutSuffix(s, "Z"); found {
		s, zoned = rest, true
	} else if i := strings.LastIndexAny(s, "+-"); i > 0 {
		sign := 1
		if s[i] == '-' {
			sign = -1
		}
		zone := strings.ReplaceAll(s[i+1:], ":", "")
		if len(zone) != 4 && len(zone) != 2 || !isNumber(zone) || strings.Contains(zone, ".") {
			return 0, 0, false, false
		}
		hours, _ := strconv.Atoi(zone[:2])
		minutes := 0
		if len(zone) == 4 {
			minutes, _ = strconv.Atoi(zone[2:])
		}
		if hours > 14 || minutes > 59 {
			return 0, 0, false, false
		}
		s, offset, zoned = s[:i], sign*(hours*3600+minutes*60), true
	}
	s = strings.NewReplacer("时", ":", "点", ":", "分", ":", "秒", "", " ", "").Replace(s)
	parts := strings.Split(strings.TrimSuffix(s, ":"), ":")
	if len(parts) > 3 {
		return 0, 0, false, false
	}
	limits := [3]int{23, 59, 59}
	var v [3]int
	for i, part := range parts {
		var fraction string
		if i == 2 {
			part, fraction, _ = strings.Cut(part, ".")
		}
		if len(part) == 0 || len(part) > 2 || !isNumber(part) || !isNumber(fraction) || len(fraction) > 9 {
			return 0, 0, false, false
		}
		v[i], _ = strconv.Atoi(part)
		if v[i] > limits[i] {
			return 0, 0, false, false
		}
		if fraction != "" {
			digits, _ := strconv.Atoi((fraction + "000000")[:6])
			clock += int64(digits)
		}
	}
	if half > 0 {
		if v[0] > 12 && half == 1 {
			return 0, 0, false, false
		}
		if v[0] < 12 && half == 13 {
			v[0] += 12
		} else if v[0] == 12 && half == 1 {
			v[0] = 0
		}
	}
	return clock + int64(v[0]*3600+v[1]*60+v[2])*1e6, offset, zoned, true
}

// Period reads a quarter: 2020Q1, 2020年第一季度, 2020年1季度, 2020-Q1, 2020年一季度, 2020年1-3月.
func Period(s string) (period string, fault *Fault) {
	text := strings.ToUpper(numerals(Fold(s)))
	text = strings.NewReplacer("年", "", "第", "", "季度", "", "季", "", "-Q", "Q", "_Q", "Q", "/Q", "Q", ".Q", "Q").Replace(text)
	wrong := &Fault{"不是季度", "请按 2020Q1 的样式填写"}
	for months, quarter := range map[string]string{"1-3月": "1", "4-6月": "2", "7-9月": "3", "10-12月": "4", "1-6月": "2", "1-9月": "3", "1-12月": "4"} {
		if rest, found := strings.CutSuffix(text, months); found && len(rest) == 4 {
			text = rest + quarter
		}
	}
	text = strings.Replace(text, "Q", "", 1)
	if len(text) != 5 || !isNumber(text) || strings.Contains(text, ".") || text[4] < '1' || text[4] > '4' {
		return "", wrong
	}
	if year, _ := strconv.Atoi(text[:4]); year < firstYear || year > lastYear {
		return "", wrong
	}
	return text[:4] + "Q" + text[4:], nil
}
