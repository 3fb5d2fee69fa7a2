package synth

import "math/rand/v2"

// chance is a stream of random decisions. Every enterprise, agency and file has its own, so that the size of one part does
// not change the others.
type chance struct{ *rand.Rand }

// streams keep the parts apart.
const (
	streamAgency = iota + 1
	streamEnterprise
	streamReturn
	streamDirt
)

func newChance(seed uint64, stream, number int) chance {
	return chance{rand.New(rand.NewPCG(seed*0x9e3779b97f4a7c15+uint64(stream), uint64(number)*0xbf58476d1ce4e5b9+uint64(stream)<<32))}
}

// hit is true with probability p.
func (c chance) hit(p float64) bool { return c.Float64() < p }

// between is a whole number from..to, both included.
func (c chance) between(from, to int) int { return from + c.IntN(to-from+1) }

// weighted picks an index by weight.
func (c chance) weighted(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	at := c.Float64() * total
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// skewed is a whole number from 1 with the given mean: a few are large.
func (c chance) skewed(mean float64) int {
	n := 1
	for c.hit(1-1/mean) && n < 60 {
		n++
	}
	return n
}

func pick[T any](c chance, from []T) T { return from[c.IntN(len(from))] }
