package analysis

import (
	"math"
	"math/rand/v2"
)

// Draws is how often ranks are drawn for a band.
const Draws = 10000

// Band is the place of one region: its rank (1 is best), the 5–95 % interval of it, and of how many.
type Band struct {
	Rank, Low, High, Of int
	Third               string // front, middle or back; empty where fewer than three are ranked
}

// ExactRanks ranks values of a census; equal values share the better rank. higher says that more is better.
func ExactRanks(values []float64, higher bool) []Band {
	bands := make([]Band, len(values))
	for i, value := range values {
		rank := 1
		for _, other := range values {
			if higher && other > value || !higher && other < value {
				rank++
			}
		}
		bands[i] = Band{Rank: rank, Low: rank, High: rank, Of: len(values)}
		bands[i].Third = third(bands[i])
	}
	return bands
}

// RankBands draws every share 10,000 times from Beta(x+½, n−x+½), Jeffreys' posterior, ranks each draw, and returns the 5 % and
// 95 % quantiles of each one's ranks. The seed makes the draws the same every time.
func RankBands(shares []Share, higher bool, seed uint64) []Band {
	values := make([]float64, len(shares))
	for i, s := range shares {
		values[i] = s.X / s.N
	}
	bands := ExactRanks(values, higher)
	k := len(shares)
	source := rand.New(rand.NewPCG(seed, 0x746f6e6762616f))
	counts := make([][]int, k) // how often each had each rank
	for i := range counts {
		counts[i] = make([]int, k)
	}
	hits, misses := make([]gamma, k), make([]gamma, k)
	for i, s := range shares {
		hits[i], misses[i] = newGamma(s.X+0.5), newGamma(s.N-s.X+0.5)
	}
	draw, order := make([]float64, k), make([]int, k)
	for i := range order {
		order[i] = i
	}
	for range Draws {
		for i := range shares {
			x, y := hits[i].draw(source), misses[i].draw(source)
			draw[i] = x / (x + y) // Beta as a ratio of gammas
			if higher {
				draw[i] = -draw[i]
			}
		}
		// The order of the last draw is nearly that of this one, which an insertion sort is quick with.
		for at := 1; at < k; at++ {
			i, to := order[at], at
			for ; to > 0 && (draw[i] < draw[order[to-1]] || draw[i] == draw[order[to-1]] && i < order[to-1]); to-- {
				order[to] = order[to-1]
			}
			order[to] = i
		}
		for rank, i := range order {
			counts[i][rank]++
		}
	}
	for i := range bands {
		bands[i].Low, bands[i].High = drawnRank(counts[i], 0.05), drawnRank(counts[i], 0.95)
		bands[i].Third = third(bands[i])
	}
	return bands
}

// drawnRank is the smallest rank that at least the share of the draws do not exceed.
func drawnRank(counts []int, share float64) int {
	sum := 0
	for rank, count := range counts {
		if sum += count; float64(sum) >= share*Draws {
			return rank + 1
		}
	}
	return len(counts)
}

// third places a band: front or back only when the whole interval lies in the upper or lower third.
func third(b Band) string {
	switch {
	case b.Of < 3:
		return ""
	case b.High*3 <= b.Of:
		return "front"
	case (b.Low-1)*3 >= 2*b.Of:
		return "back"
	}
	return "middle"
}

// gamma draws from Gamma(shape, 1) by Marsaglia and Tsang (2000), with their boost for shapes under 1.
type gamma struct{ boost, d, c float64 }

func newGamma(shape float64) gamma {
	var g gamma
	if shape < 1 {
		g.boost = 1 / shape
		shape++
	}
	g.d = shape - 1.0/3
	g.c = 1 / math.Sqrt(9*g.d)
	return g
}

func (g gamma) draw(source *rand.Rand) float64 {
	for {
		x := source.NormFloat64()
		v := 1 + g.c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := source.Float64()
		if u < 1-0.0331*x*x*x*x || math.Log(u) < 0.5*x*x+g.d*(1-v+math.Log(v)) {
			if g.boost > 0 {
				return g.d * v * math.Pow(source.Float64(), g.boost)
			}
			return g.d * v
		}
	}
}
