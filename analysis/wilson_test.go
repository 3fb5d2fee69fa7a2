package analysis

import (
	"math"
	"testing"

	"tongbao/internal/warehouse"
)

type scored struct {
	Num   float64  `db:"num"`
	Den   float64  `db:"den"`
	Lower *float64 `db:"wilson_lower"`
	Upper *float64 `db:"wilson_upper"`
}

// intervals asks the SQL that mart.figure is made with.
func intervals(t *testing.T, cases string) []scored {
	t.Helper()
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := warehouse.Select[scored](t.Context(), db, "with given as (select cast(num as decimal(18, 2)) as num, cast(den as bigint) as den from ("+cases+") as c(num, den)),\n"+
		wilson("given")+"\nselect cast(num as double) as num, cast(den as double) as den, wilson_lower, wilson_upper from wilson order by den, num")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestWilson: check values of the definitions; they agree with R 4.3, prop.test(x, n, correct = FALSE)$conf.int.
func TestWilson(t *testing.T) {
	want := [][2]float64{{0, 0.434}, {0.566, 1}, {0.387, 0.781}, {0.786, 0.957}, {0.851, 0.934}}
	for i, got := range intervals(t, "values (0, 5), (5, 5), (12, 20), (45, 50), (180, 200)") {
		if math.Abs(*got.Lower-want[i][0]) > 0.0005 || math.Abs(*got.Upper-want[i][1]) > 0.0005 {
			t.Errorf("%v/%v: %.4f to %.4f, want %.3f to %.3f", got.Num, got.Den, *got.Lower, *got.Upper, want[i][0], want[i][1])
		}
	}
	if got := intervals(t, "values (0, 0)")[0]; got.Lower != nil || got.Upper != nil {
		t.Errorf("0/0 has an interval: %v to %v", *got.Lower, *got.Upper)
	}
}

// TestWilsonIsAnInterval: it holds the share, lies within [0, 1] and narrows with n; for every share of up to 60 cases and some of many.
func TestWilsonIsAnInterval(t *testing.T) {
	all := intervals(t, "select x.range, n.range from range(1, 61) as n, range(0, 61) as x where x.range <= n.range union all select 2 * x.range, 2 * n.range from range(1, 61) as n, range(0, 61) as x where x.range <= n.range and n.range > 30"+
		" union all select x.range * 997, 99700 from range(0, 101) as x")
	width := map[[2]float64]float64{}
	for _, s := range all {
		share := s.Num / s.Den
		if *s.Lower < 0 || *s.Upper > 1 || *s.Lower > share+1e-12 || *s.Upper < share-1e-12 {
			t.Fatalf("%v/%v: %v to %v", s.Num, s.Den, *s.Lower, *s.Upper)
		}
		width[[2]float64{s.Num, s.Den}] = *s.Upper - *s.Lower
	}
	compared := 0
	for at, wide := range width {
		if narrow, ok := width[[2]float64{2 * at[0], 2 * at[1]}]; ok {
			compared++
			if narrow > wide+1e-12 {
				t.Fatalf("%v/%v: twice the cases widen it from %v to %v", at[0], at[1], wide, narrow)
			}
		}
	}
	if compared < 1000 {
		t.Errorf("%d pairs compared", compared)
	}
}
