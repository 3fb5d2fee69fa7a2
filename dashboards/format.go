package dashboards

import (
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
	return roundRat(new(big.Rat).SetFrac64(num*100, den), decimals) + "%"
}

// PercentOf words a fraction as a percentage: 0.8125 → 81.3%. For ratios with num and den prefer Percent: it rounds the exact ratio.
func PercentOf(value float64, decimals int) string {
	return roundRat(new(big.Rat).Mul(decimalOf(value), big.NewRat(100, 1)), decimals) + "%"
}

// Points words a difference of fractions in percentage points, without unit and sign: -0.0312 → 3.1.
func Points(difference float64) string {
	return strings.TrimPrefix(roundRat(new(big.Rat).Mul(decimalOf(difference), big.NewRat(100, 1)), 1), "-")
}

// Number words a value with that many decimals, half away from zero.
func Number(value float64, decimals int) string { return roundRat(decimalOf(value), decimals) }

// Count words a whole number without separators, as official documents do.
func Count(n int64) string { return strconv.FormatInt(n, 10) }

// Wanyuan words an amount in cents as 万元 with two decimals.
func Wanyuan(cents int64) string { return roundRat(big.NewRat(cents, 1000000), 2) }

// decimalOf reads a float as the shortest decimal that stands for it, so that 0.285 rounds as a reader expects.
func decimalOf(value float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(value, 'g', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// roundRat rounds half away from zero (big.Rat.FloatString does) and never prints a negative zero.
func roundRat(r *big.Rat, decimals int) string {
	text := r.FloatString(decimals)
	if strings.HasPrefix(text, "-") && strings.Trim(text, "-0.") == "" {
		return text[1:]
	}
	return text
}
