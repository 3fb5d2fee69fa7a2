package analysis

import "math"

// Wilson returns the 95 % score interval of a proportion of x in n (Wilson 1927); NaN for n = 0.
func Wilson(x, n float64) (lower, upper float64) {
	if n <= 0 {
		return math.NaN(), math.NaN()
	}
	p, z2 := x/n, z95*z95
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := z95 * math.Sqrt(p*(1-p)/n+z2/(4*n*n)) / (1 + z2/n)
	lower, upper = math.Max(0, centre-half), math.Min(1, centre+half)
	if x <= 0 {
		lower = 0
	}
	if x >= n {
		upper = 1
	}
	return lower, upper
}
