package analysis_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tongbao/analysis"
)

func close3(a, b float64) bool { return math.Abs(a-b) < 0.0005 }

// TestKaplanMeier: remission times of 21 leukaemia patients on 6-MP (Freireich 1963; the table is in Kleinbaum and Klein, Survival
// Analysis, and in R as MASS::gehan). Survival and standard errors as printed there: S(6) .857 (.0764), S(10) .753 (.0963),
// S(23) .448 (.1346); the log-log limits of S(23) .188 to .680 (survfit(conf.type = "log-log")).
func TestKaplanMeier(t *testing.T) {
	days := []struct{ day, events, censored int }{{6, 3, 1}, {7, 1, 0}, {9, 0, 1}, {10, 1, 1}, {11, 0, 1}, {13, 1, 0}, {16, 1, 0}, {17, 0, 1}, {19, 0, 1}, {20, 0, 1}, {22, 1, 0}, {23, 1, 0}, {25, 0, 1}, {32, 0, 2}, {34, 0, 1}, {35, 0, 1}}
	left := 21
	var steps []analysis.Step
	for _, d := range days {
		steps = append(steps, analysis.Step{Day: d.day, AtRisk: int64(left), Events: int64(d.events), Censored: int64(d.censored)})
		left -= d.events + d.censored
	}
	if left != 0 {
		t.Fatalf("%d patients left over", left)
	}
	analysis.KaplanMeier(steps)
	want := map[int]float64{6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448, 35: 0.448}
	for _, s := range steps {
		if w, ok := want[s.Day]; ok && !close3(s.Survival, w) {
			t.Errorf("S(%d) is %.4f, want %.3f", s.Day, s.Survival, w)
		}
		if s.Day == 23 && (math.Abs(1-s.Upper-0.188) > 0.001 || math.Abs(1-s.Lower-0.680) > 0.001) {
			t.Errorf("limits of S(23) are %.4f to %.4f, want .188 to .680", 1-s.Upper, 1-s.Lower)
		}
	}
	all := []analysis.Step{{Day: 1, AtRisk: 3, Events: 3}}
	if analysis.KaplanMeier(all); all[0].Survival != 0 || !math.IsNaN(all[0].Lower) {
		t.Errorf("everybody recurs: %+v", all[0])
	}
}

// TestFunnel: without spread beyond chance τ² is 0 and the limits are the binomial ones: p0 = 0.3, n = 100: 0.3 ± 1.959964·√(0.0021);
// with a wide spread φ and τ² follow Spiegelhalter 2005, equations 10 to 13, worked by hand for two pairs of equal size.
func TestFunnel(t *testing.T) {
	even := analysis.NewFunnel([]analysis.Share{{X: 30, N: 100}, {X: 31, N: 100}, {X: 29, N: 100}})
	if even.Tau2 != 0 || math.Abs(even.Pooled-0.3) > 1e-12 {
		t.Errorf("an even funnel: %+v", even)
	}
	lower, upper := even.Limits(100, 1.959964)
	if !close3(lower, 0.21018) || !close3(upper, 0.38982) {
		t.Errorf("limits %.5f to %.5f, want 0.21018 to 0.38982", lower, upper)
	}
	if lower, _ = even.Wide(100, 1.959964); !math.IsNaN(lower) {
		t.Error("an even funnel has widened limits")
	}
	// Two at 10 % and two at 50 %, n = 100 each: angles 0.32175 and 0.78540 around asin √0.3 = 0.57964: z = −5.1578 and 4.1152;
	// nothing to winsorise between pairs; φ = (2·26.603 + 2·16.935)/4 = 21.769; w = 400, Σw − Σw²/Σw = 1200; τ² = (4·21.769 − 3)/1200 = 0.070063.
	wide := analysis.NewFunnel([]analysis.Share{{X: 10, N: 100}, {X: 50, N: 100}, {X: 10, N: 100}, {X: 50, N: 100}})
	if math.Abs(wide.Phi-21.769) > 0.01 || math.Abs(wide.Tau2-0.070063) > 0.0001 {
		t.Errorf("φ = %.4f, τ² = %.6f; want 21.769 and 0.070063", wide.Phi, wide.Tau2)
	}
	if got := wide.Position(analysis.Share{X: 50, N: 100}); got != "inside" {
		t.Errorf("with over-dispersion 50 %% is %s", got)
	}
	if got := even.Position(analysis.Share{X: 60, N: 100}); got != "high_998" {
		t.Errorf("without it 60 %% is %s", got)
	}
	lower, upper = even.Limits(1, 3.090232)
	if lower != 0 || upper != 1 {
		t.Errorf("limits of one case are %.3f to %.3f", lower, upper)
	}
}

// TestRankBands: the same shares give the same bands; a clear winner is in front; equals share wide bands; one alone is first of one.
func TestRankBands(t *testing.T) {
	shares := []analysis.Share{{X: 990, N: 1000}, {X: 500, N: 1000}, {X: 505, N: 1000}, {X: 495, N: 1000}, {X: 10, N: 1000}, {X: 500, N: 1000}}
	var used, fresh analysis.Drawer
	used.RankBands(shares[1:4], false)
	first, second := used.RankBands(shares, true), fresh.RankBands(shares, true)
	if !slices.Equal(first, second) {
		t.Error("what was drawn before gives other bands")
	}
	if b := first[0]; b.Low != 1 || b.High != 1 || b.Third != "front" {
		t.Errorf("the clear winner: %+v", b)
	}
	if b := first[4]; b.Low != 6 || b.High != 6 || b.Third != "back" {
		t.Errorf("the clear loser: %+v", b)
	}
	if b := first[1]; b.Low > 2 || b.High < 4 || b.Third != "middle" {
		t.Errorf("one among equals: %+v", b)
	}
	if lower := fresh.RankBands(shares, false); lower[4].High != 1 {
		t.Errorf("lower is better: %+v", lower[4])
	}
	if alone := fresh.RankBands(shares[:1], true); alone[0] != (analysis.Band{Rank: 1, Low: 1, High: 1, Of: 1}) {
		t.Errorf("alone: %+v", alone[0])
	}
	exact := analysis.ExactRanks([]float64{0.5, 0.9, 0.5}, true)
	if exact[0].Rank != 2 || exact[2].Rank != 2 || exact[1].Rank != 1 {
		t.Errorf("exact ranks: %+v", exact)
	}
}

// TestContributionsAddUp: within and mix of all parts are the change, exactly, whatever the parts.
func TestContributionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []analysis.Part
		for range rapid.IntRange(1, 15).Draw(t, "parts") {
			side := func(name string) (*big.Rat, *big.Rat) {
				den := rapid.Int64Range(0, 500).Draw(t, name+" den")
				return new(big.Rat).SetInt64(rapid.Int64Range(0, den).Draw(t, name+" num")), new(big.Rat).SetInt64(den)
			}
			num, den := side("now")
			oldNum, oldDen := side("then")
			parts = append(parts, analysis.Part{Name: rapid.StringMatching("[a-z]{6}").Draw(t, "name"), Num: num, Den: den, OldNum: oldNum, OldDen: oldDen})
		}
		change, contributions := analysis.Contributions(parts, rapid.Bool().Draw(t, "count"))
		if change == nil {
			return
		}
		sum := new(big.Rat)
		for _, c := range contributions {
			sum.Add(sum, c.Total)
		}
		if sum.Cmp(change) != 0 {
			t.Fatalf("the parts add up to %v, the change is %v", sum, change)
		}
	})
}

// TestFunnelWinsorised: eleven shares with one far out at either end. Check values from an independent computation in Python 3 of
// Spiegelhalter 2005, section 4: statistics.quantiles(z, n=10, method="inclusive") for the tenth and ninetieth percentile (−2.6019 and
// 1.6436 of z from −7.325 to 9.668), φ = Σz²/k, τ² = (kφ − (k − 1)) / (Σw − Σw²/Σw) with w = 4n.
func TestFunnelWinsorised(t *testing.T) {
	x := []float64{12, 40, 33, 51, 8, 60, 27, 44, 90, 19, 5}
	n := []float64{40, 80, 70, 90, 30, 130, 50, 100, 100, 60, 60}
	var shares []analysis.Share
	for i := range x {
		shares = append(shares, analysis.Share{X: x[i], N: n[i]})
	}
	f := analysis.NewFunnel(shares)
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %.12f, want %.12f", what, got, want)
		}
	}
	near("p0", f.Pooled, 0.4802469135802469)
	near("φ", f.Phi, 2.922060838205409)
	near("τ²", f.Tau2, 0.007630855202693241)
	lower, upper := f.Wide(100, 1.959964)
	near("the lower limit of 100", lower, 0.28971856473527025)
	near("the upper limit of 100", upper, 0.6738105236552725)
	lower, upper = f.Wide(30, 3.090232)
	near("the lower limit of 30", lower, 0.13428562170742464)
	near("the upper limit of 30", upper, 0.8376538761609211)
	if got := f.Position(shares[8]); got != "high_998" {
		t.Errorf("90 of 100 is %s", got)
	}
}
