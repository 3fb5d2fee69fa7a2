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
// 95 % quantiles of each one's ranks. The random numbers of the i-th share are the same every time: bands move with the shares alone.
func (d *Drawer) RankBands(shares []Share, higher bool) []Band {
	values := make([]float64, len(shares))
	for i, s := range shares {
		values[i] = s.X / s.N
	}
	bands := ExactRanks(values, higher)
	k := len(shares)
	for len(d.chances) < k {
		d.chances = append(d.chances, newChance(uint64(len(d.chances))))
	}
	for len(d.drawn) < k {
		d.drawn = append(d.drawn, new(drawn))
	}
	for i, s := range shares {
		d.drawn[i].draw(s, d.chances[i], rand.New(rand.NewPCG(seed, uint64(i))), higher)
	}
	for i, mine := range d.drawn[:k] {
		for _, other := range d.drawn[:i] {
			mine.meet(other)
		}
	}
	counts := make([][]int, k) // how often each had each rank
	for i, mine := range d.drawn[:k] {
		counts[i] = make([]int, k)
		for _, ahead := range mine.ahead {
			counts[i][mine.always+int(ahead)]++
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

// Drawer keeps the random numbers that shares are drawn with, so that they are made once for all figures; the zero value is ready. One ranks
// one group of shares at a time.
type Drawer struct {
	chances []*chance
	drawn   []*drawn // room for the draws of a group
}

// drawn are the draws of one share, smaller is better, and how many others are ahead of it: in each draw, and always.
type drawn struct {
	values      [Draws]int64
	least, most int64
	ahead       [Draws]uint16
	always      int
}

func (d *drawn) draw(s Share, chances *chance, again *rand.Rand, higher bool) {
	hits, misses := newGamma(s.X+0.5), newGamma(s.N-s.X+0.5)
	d.least, d.most, d.ahead, d.always = math.MaxInt64, 0, [Draws]uint16{}, 0
	for at := range chances {
		x, y := hits.draw(&chances[at].hit, again), misses.draw(&chances[at].miss, again)
		better := x
		if higher {
			better = y
		}
		value := int64(math.Float64bits(better / (x + y))) // Beta as a ratio of gammas; the bits of numbers over 0 are in their order
		d.values[at], d.least, d.most = value, min(d.least, value), max(d.most, value)
	}
}

// meet counts who is ahead of whom; of equals the other, which comes first. Most are so far apart that they need not be held against each
// other draw by draw.
func (d *drawn) meet(other *drawn) {
	switch {
	case other.most <= d.least:
		d.always++
	case d.most < other.least:
		other.always++
	default:
		for at, mine := range &d.values {
			first := uint16(uint64(mine-other.values[at]) >> 63) // counted without a branch, which would be guessed wrong half of the time
			other.ahead[at] += first
			d.ahead[at] += 1 - first
		}
	}
}

const seed = 0x746f6e6762616f

// chance are the random numbers of one share.
type chance [Draws]struct{ hit, miss proposal }

// proposal is a normal number and a uniform one that decides whether what it makes is taken. limit is what the shape has to reach for that:
// −∞ where any shape does, which can be seen before the shape is known nine times out of ten.
type proposal struct{ normal, limit float64 }

func newChance(share uint64) *chance {
	var c chance
	hits, misses := rand.New(rand.NewPCG(seed, 1<<32|share)), rand.New(rand.NewPCG(seed, 1<<33|share))
	for at := range Draws {
		c[at].hit, c[at].miss = newProposal(hits), newProposal(misses)
	}
	return &c
}

func newProposal(source *rand.Rand) proposal {
	x, u := source.NormFloat64(), source.Float64()
	if u < 1-0.0331*x*x*x*x {
		return proposal{x, math.Inf(-1)}
	}
	return proposal{x, math.Log(u) - 0.5*x*x}
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

// draw takes the proposal or, where that is refused, others from again.
func (g *gamma) draw(p *proposal, again *rand.Rand) float64 {
	v := 1 + g.c*p.normal
	if v > 0 && p.limit < -math.MaxFloat64 && g.boost == 0 {
		return g.d * v * v * v
	}
	return g.decide(*p, again)
}

func (g *gamma) decide(p proposal, again *rand.Rand) float64 {
	for {
		v := 1 + g.c*p.normal
		v = v * v * v
		switch {
		case v <= 0 || p.limit >= g.d*(1-v+math.Log(v)):
			p = newProposal(again)
		case g.boost > 0:
			return g.d * v * math.Pow(again.Float64(), g.boost)
		default:
			return g.d * v
		}
	}
}
