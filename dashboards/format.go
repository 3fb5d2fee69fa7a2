package dashboards

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// NoFigure is printed where a figure does not exist (0/0 is neither 0 % nor 100 %).
const NoFigure = "—"

// Percent words num/den as a percentage with that many decimals, rounded half away from zero on the exact ratio: 12/16 → 75.0%.
func Percent(num, den int64, decimals int) string {
	if den == 0 {
		return NoFigure
	}
	return quotient(num, den, 100, decimals) + "%"
}

// PercentOf words a fraction as a percentage: 0.8125 → 81.3%. For ratios with num and den prefer Percent: it rounds the exact ratio.
func PercentOf(value float64, decimals int) string {
	return decimal(value, 2, decimals) + "%"
}

// Points words a difference of fractions in percentage points, without unit and sign: -0.0312 → 3.1.
func Points(difference float64) string {
	return strings.TrimPrefix(decimal(difference, 2, 1), "-")
}

// Number words a value with that many decimals, half away from zero.
func Number(value float64, decimals int) string { return decimal(value, 0, decimals) }

// Count words a whole number without separators, as official documents do.
func Count(n int64) string { return strconv.FormatInt(n, 10) }

// Wanyuan words an amount in cents as 万元 with two decimals.
func Wanyuan(cents int64) string { return quotient(cents, 1000000, 1, 2) }

// quotient words factor × num ÷ den, rounded half away from zero on the exact ratio.
func quotient(num, den, factor int64, decimals int) string {
	scale := factor
	for range decimals {
		scale *= 10
	}
	if den <= 0 || num > math.MaxInt64/4/scale || num < -math.MaxInt64/4/scale || den > math.MaxInt64/4 {
		return unsignedZero(new(big.Rat).Mul(big.NewRat(num, den), big.NewRat(factor, 1)).FloatString(decimals)) // which rounds so too
	}
	sign := ""
	if num < 0 {
		sign, num = "-", -num
	}
	whole, left := num*scale/den, num*scale%den
	if 2*left >= den {
		whole++
	}
	text := strconv.FormatInt(whole, 10)
	if short := decimals + 1 - len(text); short > 0 {
		text = strings.Repeat("0", short) + text
	}
	if decimals > 0 {
		text = text[:len(text)-decimals] + "." + text[len(text)-decimals:]
	}
	return unsignedZero(sign + text)
}

// unsignedZero never prints a negative zero.
func unsignedZero(text string) string {
	if strings.HasPrefix(text, "-") && strings.Trim(text, "-0.") == "" {
		return text[1:]
	}
	return text
}

// decimal words a float times ten to a power, rounded half away from zero. It reads the float as the shortest decimal that stands
// for it, so that 0.285 rounds as a reader expects, and works on the digits: a site words millions of figures.
func decimal(value float64, power, decimals int) string {
	if value == 0 || math.IsNaN(value) || math.IsInf(value, 0) {
		value, power = 0, 0
	}
	var room [32]byte
	text := strconv.AppendFloat(room[:0], math.Abs(value), 'e', -1, 64) // d.ddde±dd
	mantissa, exponent, _ := bytes.Cut(text, []byte("e"))
	shift, _ := strconv.Atoi(string(exponent))
	point := shift + 1 + power // digits before the point
	digits := append(make([]byte, 0, 32), mantissa[0])
	if len(mantissa) > 2 {
		digits = append(digits, mantissa[2:]...)
	}
	keep := point + decimals
	if keep < 0 {
		digits, point, keep = nil, -decimals, 0
	}
	isUp := keep < len(digits) && digits[keep] >= '5'
	for len(digits) < keep {
		digits = append(digits, '0')
	}
	digits = digits[:keep]
	if isUp {
		at := keep - 1
		for ; at >= 0 && digits[at] == '9'; at-- {
			digits[at] = '0'
		}
		if at >= 0 {
			digits[at]++
		} else {
			digits, point = append([]byte("1"), digits...), point+1
		}
	}
	for ; point < 1; point++ {
		digits = append([]byte("0"), digits...)
	}
	out := string(digits[:point])
	if decimals > 0 {
		out += "." + string(digits[point:])
	}
	if value < 0 {
		out = "-" + out
	}
	return unsignedZero(out)
}
