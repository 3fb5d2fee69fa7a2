package analysis

import (
	"math"
	"slices"
)

// z998 is the normal quantile of two-sided 99.8 %, as the definitions give it.
const z998 = 3.090232

// Share is x of n.
type Share struct {
	X, N float64
}

// Funnel is what a funnel plot draws around the pooled rate of several shares.
type Funnel struct {
	Pooled, Phi, Tau2 float64 // Tau2 is 0 when the shares vary no more than chance has it
}

// NewFunnel pools shares and measures their over-dispersion: φ is the mean square of the arcsine z-scores, winsorised at 10 % on
// either side; τ² the variance between shares by the method of moments (Spiegelhalter 2005, Statistics in Medicine 24:1185–1202).
func NewFunnel(shares []Share) Funnel {
	var x, n float64
	for _, s := range shares {
		x, n = x+s.X, n+s.N
	}
	f := Funnel{Pooled: x / n, Phi: math.NaN()}
	if len(shares) < 2 || n == 0 {
		return f
	}
	target := math.Asin(math.Sqrt(f.Pooled))
	scores := make([]float64, len(shares))
	for i, s := range shares {
		scores[i] = (math.Asin(math.Sqrt(s.X/s.N)) - target) * 2 * math.Sqrt(s.N)
	}
	winsorise(scores, 0.1)
	f.Phi = 0
	for _, z := range scores {
		f.Phi += z * z
	}
	k := float64(len(shares))
	f.Phi /= k
	var w, w2 float64 // weights are the inverse variances 4n of the angles
	for _, s := range shares {
		w, w2 = w+4*s.N, w2+16*s.N*s.N
	}
	if spread := w - w2/w; f.Phi*k > k-1 && spread > 0 {
		f.Tau2 = (k*f.Phi - (k - 1)) / spread
	}
	return f
}

// Limits are the control limits for n at z standard errors, clamped to [0, 1].
func (f Funnel) Limits(n, z float64) (lower, upper float64) {
	half := z * math.Sqrt(f.Pooled*(1-f.Pooled)/n)
	return math.Max(0, f.Pooled-half), math.Min(1, f.Pooled+half)
}

// Wide are the limits widened by τ², on the arcsine scale with the angle clamped to [0, π/2]; NaN when τ² is 0.
func (f Funnel) Wide(n, z float64) (lower, upper float64) {
	if f.Tau2 == 0 {
		return math.NaN(), math.NaN()
	}
	angle, half := math.Asin(math.Sqrt(f.Pooled)), z*math.Sqrt(1/(4*n)+f.Tau2)
	low, high := math.Max(0, angle-half), math.Min(math.Pi/2, angle+half)
	return math.Pow(math.Sin(low), 2), math.Pow(math.Sin(high), 2)
}

// Position says where a share lies, by the widened limits where they exist.
func (f Funnel) Position(s Share) string {
	limits := f.Limits
	if f.Tau2 > 0 {
		limits = f.Wide
	}
	value := s.X / s.N
	lower998, upper998 := limits(s.N, z998)
	lower95, upper95 := limits(s.N, z95)
	switch {
	case value > upper998:
		return "high_998"
	case value < lower998:
		return "low_998"
	case value > upper95:
		return "high_95"
	case value < lower95:
		return "low_95"
	}
	return "inside"
}

// winsorise sets the smallest and the largest share of values to the next ones inside: the quantiles at share and 1 − share of
// the order statistics, interpolated.
func winsorise(values []float64, share float64) {
	sorted := slices.Sorted(slices.Values(values))
	low, high := quantile(sorted, share), quantile(sorted, 1-share)
	for i, v := range values {
		values[i] = math.Min(math.Max(v, low), high)
	}
}

// quantile interpolates linearly between order statistics, as percentile_cont does (type 7 of Hyndman and Fan).
func quantile(sorted []float64, share float64) float64 {
	place := share * float64(len(sorted)-1)
	low := int(place)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (place-float64(low))*(sorted[low+1]-sorted[low])
}
