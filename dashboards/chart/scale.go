package chart

import (
	"math"
	"strconv"
)

// scale is a number axis from 0 to max with a mark every step. The static picture and the live chart use the same one.
type scale struct{ max, step float64 }

// scaleTo covers values up to top with about n marks at round numbers.
func scaleTo(top float64, n int) scale {
	if top <= 0 || math.IsNaN(top) || math.IsInf(top, 0) {
		top = 1
	}
	rough := top / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, round := range []float64{1, 2, 2.5, 5} {
		if round*power >= rough*(1-1e-9) {
			step = round * power
			break
		}
	}
	return scale{max: step * math.Ceil(top/step-1e-9), step: step}
}

// counted is scaleTo for whole numbers: no mark lies between them.
func counted(top float64, n int) scale {
	if top <= float64(n) {
		return scale{max: max(1, math.Ceil(top)), step: 1}
	}
	return scaleTo(top, n)
}

// fixed is a scale that ends where it is told to.
func fixed(top, step float64) scale { return scale{max: top, step: step} }

func (s scale) share(v float64) float64 {
	if s.max == 0 {
		return 0
	}
	return v / s.max
}

func (s scale) ticks() []float64 {
	var all []float64
	for i := 0; float64(i)*s.step <= s.max*(1+1e-9); i++ {
		all = append(all, float64(i)*s.step)
	}
	return all
}

func (s scale) text(v float64) string {
	return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64)
}
