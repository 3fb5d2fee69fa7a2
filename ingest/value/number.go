package value

import (
	"math"
	"strconv"
	"strings"
)

// counters are words people write behind a count.
var counters = []string{"家次", "人次", "人", "次", "家", "个", "条", "起", "项", "件", "处", "月份", "月", "年度", "年", "户", "份", "天", "日"}

// Int reads a whole number: thousands separators, full width, a counter behind it, 12.0. decimalComma swaps the two signs.
func Int(s string, decimalComma bool) (n int64, fault *Fault) {
	if n, ok := digits(s); ok {
		return n, nil
	}
	text := Fold(s)
	for _, counter := range counters {
		if rest, found := strings.CutSuffix(text, counter); found && rest != "" {
			text = rest
			break
		}
	}
	whole, fraction, negative, fault := decimal(text, decimalComma)
	if fault != nil {
		return 0, fault
	}
	if strings.Trim(fraction, "0") != "" {
		return 0, &Fault{"应为整数", "请填写整数"}
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, &Fault{"数字过大", "请核对"}
	}
	if negative {
		n = -n
	}
	return n, nil
}

// digits is the fast path of a short run of digits.
func digits(s string) (n int64, ok bool) {
	if len(s) == 0 || len(s) > 9 {
		return 0, false
	}
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// Money reads an amount into hundredths of a yuan. unit (元, 千元, 万元, 亿元) is that of the header; one in the cell itself goes before it.
// Binary noise of a spreadsheet's number (isNumber) is rounded away; any other digit beyond the second is a fault.
func Money(s, unit string, decimalComma, isNumber bool) (cents int64, fault *Fault) {
	text := Fold(s)
	for _, sign := range []string{"¥", "￥", "RMB", "CNY", "人民币"} {
		text = strings.TrimPrefix(text, sign)
	}
	for _, own := range []string{"亿元", "万元", "千元", "元整", "元", "亿", "万"} {
		if rest, found := strings.CutSuffix(text, own); found && rest != "" {
			text, unit = rest, own
			break
		}
	}
	whole, fraction, negative, fault := decimal(text, decimalComma)
	if fault != nil {
		return 0, fault
	}
	places := 2
	switch unit {
	case "千元":
		places += 3
	case "万元", "万":
		places += 4
	case "亿元", "亿":
		places += 8
	}
	if len(fraction) > places {
		rest := fraction[places:]
		fraction = fraction[:places]
		if strings.Trim(rest, "0") != "" {
			if !isNumber || len(strings.TrimLeft(whole, "0"))+places+len(rest) < 15 {
				return 0, &Fault{"金额超过两位小数", "请按元填写,最多两位小数"}
			}
			if rest[0] >= '5' {
				defer func() {
					if fault == nil && negative {
						cents--
					} else if fault == nil {
						cents++
					}
				}()
			}
		}
	}
	all := whole + fraction + strings.Repeat("0", places-len(fraction))
	cents, err := strconv.ParseInt(all, 10, 64)
	if err != nil || cents > 999_999_999_999_999_999 {
		return 0, &Fault{"金额过大", "请核对"}
	}
	if negative {
		cents = -cents
	}
	return cents, nil
}

// decimal takes a number apart. Separators of thousands must stand at every third digit.
func decimal(text string, decimalComma bool) (whole, fraction string, negative bool, fault *Fault) {
	wrong := &Fault{"不是数字", "请填写数字"}
	point, thousands := ".", ","
	if decimalComma {
		point, thousands = thousands, point
	}
	if inner, found := strings.CutPrefix(text, "("); found && strings.HasSuffix(inner, ")") {
		text, negative = strings.TrimSuffix(inner, ")"), true
	} else if rest, found := strings.CutPrefix(text, "-"); found {
		text, negative = rest, true
	} else {
		text = strings.TrimPrefix(text, "+")
	}
	if i := strings.IndexAny(text, "eE"); i > 0 {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(number) >= 1e15 || number != math.Trunc(number*100)/100 {
			return "", "", false, &Fault{"数字被写成科学计数法", "请填写完整的数字"}
		}
		text = strconv.FormatFloat(number, 'f', -1, 64)
	}
	whole, fraction, _ = strings.Cut(text, point)
	if strings.Contains(whole, thousands) {
		groups := strings.Split(whole, thousands)
		for i, group := range groups {
			if i > 0 && len(group) != 3 || i == 0 && (len(group) == 0 || len(group) > 3) {
				return "", "", false, wrong
			}
		}
		whole = strings.Join(groups, "")
	}
	if whole == "" && fraction != "" {
		whole = "0"
	}
	if whole == "" || !onlyDigits(whole) || !onlyDigits(fraction) || len(whole) > 25 || len(fraction) > 40 {
		return "", "", false, wrong
	}
	return whole, fraction, negative, nil
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
