package dashboards

import (
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestRoundingIsExact holds the quick ways of wording numbers to arithmetic that cannot err.
func TestRoundingIsExact(t *testing.T) {
	exact := func(r *big.Rat, decimals int) string { return unsignedZero(r.FloatString(decimals)) }
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.Float64Range(-2, 2), rapid.Float64(),
			rapid.Map(rapid.Int64Range(-200000, 200000), func(n int64) float64 { return float64(n) / 2000 }), // halves of a last digit
		).Draw(t, "value")
		decimals := rapid.IntRange(0, 3).Draw(t, "decimals")
		r, _ := new(big.Rat).SetString(strconv.FormatFloat(value, 'g', -1, 64))
		if got, want := Number(value, decimals), exact(r, decimals); got != want {
			t.Fatalf("%v with %d decimals: %s, want %s", value, decimals, got, want)
		}
		if got, want := PercentOf(value, decimals), exact(r.Mul(r, big.NewRat(100, 1)), decimals)+"%"; got != want {
			t.Fatalf("%v in percent: %s, want %s", value, got, want)
		}
		num := rapid.OneOf(rapid.Int64Range(-5000, 5000), rapid.Int64Range(-1<<62, 1<<62)).Draw(t, "num")
		den := rapid.OneOf(rapid.Int64Range(1, 5000), rapid.Int64Range(1, 1<<62)).Draw(t, "den")
		share := new(big.Rat).Mul(big.NewRat(num, den), big.NewRat(100, 1))
		if got, want := Percent(num, den, decimals), exact(share, decimals)+"%"; got != want {
			t.Fatalf("%d/%d: %s, want %s", num, den, got, want)
		}
		if got, want := Wanyuan(num), exact(big.NewRat(num, 1000000), 2); got != want {
			t.Fatalf("%d cents: %s, want %s", num, got, want)
		}
	})
}
