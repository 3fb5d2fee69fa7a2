package numfmt

import (
	"math"
	"strconv"
	"time"
)

// lastSerial is 9999-12-31, the last day the office programs know.
const lastSerial = 2958465

// Show gives the text of a number under a format, and whether it is a date or a time of day. Numbers no calendar knows (negative, beyond
// the year 9999) stay numbers. The 29 February 1900 of the 1900 system, a day that never was, is shown as the programs show it.
func Show(value float64, class Class, is1904 bool) (text string, isDate bool) {
	switch {
	case class.Date || class.Time:
		if text, ok := stamp(value, class, is1904); ok {
			return text, true
		}
	case class.Zeros > 0 && value >= 0 && value < 1e15 && value == math.Trunc(value):
		digits := strconv.FormatInt(int64(value), 10)
		for len(digits) < int(class.Zeros) {
			digits = "0" + digits
		}
		return digits, false
	}
	return Decimal(value), false
}

func stamp(value float64, class Class, is1904 bool) (string, bool) {
	if !(value >= 0) || value >= lastSerial+1 {
		return "", false
	}
	millis := math.Round(value * 86_400_000)
	days, rest := int(millis/86_400_000), int64(math.Mod(millis, 86_400_000))
	if nearest := (rest + 500) / 1000 * 1000; rest%1000 != 0 && abs(nearest-rest) <= 1 {
		rest = nearest // a second that binary fractions missed by a hair
		if rest == 86_400_000 {
			days, rest = days+1, 0
		}
	}
	if days == 0 && !is1904 && !class.Date {
		return clock(rest), true
	}
	var day string
	switch {
	case is1904:
		day = civil(1904, 1, 1+days)
	case days == 0:
		return "", false // the zeroth of January
	case days == 60:
		day = "1900-02-29"
	case days < 60:
		day = civil(1900, 1, days)
	default:
		day = civil(1899, 12, 30+days)
	}
	if len(day) != len("2006-01-02") {
		return "", false
	}
	if rest == 0 {
		return day, true
	}
	return day + " " + clock(rest), true
}

func civil(year int, month time.Month, day int) string {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
}

func clock(millis int64) string {
	at := time.Unix(0, 0).UTC().Add(time.Duration(millis) * time.Millisecond)
	if millis%1000 != 0 {
		return at.Format("15:04:05.000")
	}
	return at.Format("15:04:05")
}

func abs(v int64) int64 {
	return max(v, -v)
}

// Decimal writes a number as the office programs show it in a wide cell: at most 15 significant digits, without an exponent below 1e15.
// From there on digits may be lost already, and the exponent says so.
func Decimal(value float64) string {
	if value == 0 {
		return "0"
	}
	if a := math.Abs(value); a >= 1e15 || a < 1e-9 {
		short := strconv.FormatFloat(value, 'E', 14, 64)
		mantissa, exponent := short[:len(short)-4], short[len(short)-4:]
		if i := len(short) - 5; short[i] == 'E' {
			mantissa, exponent = short[:i], short[i:]
		}
		return trimZeros(mantissa) + exponent
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'e', 14, 64), 64)
	if err != nil {
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

func trimZeros(s string) string {
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

// Plain says that a number's text is already as Decimal would write it, which spares most cells the way through binary: a whole number or
// a short fraction without leading or trailing zeros.
func Plain(s []byte) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 15 || s[0] == '.' || s[0] == '0' && len(s) > 1 && s[1] != '.' {
		return false
	}
	point := false
	for _, c := range s {
		switch {
		case c == '.' && !point:
			point = true
		case c < '0' || c > '9':
			return false
		}
	}
	last := s[len(s)-1]
	return !point || last != '0' && last != '.' && !(s[0] == '0' && len(s) > 10)
}
