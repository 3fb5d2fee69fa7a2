package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// Part is one region or slice of a figure in two states: its numerator and denominator then and now.
type Part struct {
	Name                     string
	Num, Den, OldNum, OldDen *big.Rat
}

// Contribution is what one part adds to a change: by its own rate (Within) and by its weight in the whole (Mix). A count has Within
// only. The contributions of all parts add up to the change exactly.
type Contribution struct {
	Part
	Within, Mix, Total *big.Rat
}

// Contributions splits the change of Σnum ÷ Σden (or of Σnum, for a count) over its parts: within is the mean weight times the
// change of the part's rate, mix the change of weight times the distance of its mean rate from the whole's (Kitagawa 1955). A part
// that has no cases on one side keeps the rate of the other, so that all of its contribution is mix.
func Contributions(parts []Part, isCount bool) (change *big.Rat, contributions []Contribution) {
	sum := func(of func(Part) *big.Rat) *big.Rat {
		total := new(big.Rat)
		for _, p := range parts {
			total.Add(total, of(p))
		}
		return total
	}
	num, den := sum(func(p Part) *big.Rat { return p.Num }), sum(func(p Part) *big.Rat { return p.Den })
	oldNum, oldDen := sum(func(p Part) *big.Rat { return p.OldNum }), sum(func(p Part) *big.Rat { return p.OldDen })
	if isCount {
		for _, p := range parts {
			difference := new(big.Rat).Sub(p.Num, p.OldNum)
			contributions = append(contributions, Contribution{p, difference, new(big.Rat), difference})
		}
		return new(big.Rat).Sub(num, oldNum), ordered(contributions)
	}
	if den.Sign() == 0 || oldDen.Sign() == 0 {
		return nil, nil
	}
	whole, oldWhole := quo(num, den), quo(oldNum, oldDen)
	middle := half(new(big.Rat).Add(whole, oldWhole))
	for _, p := range parts {
		weight, oldWeight := quo(p.Den, den), quo(p.OldDen, oldDen)
		var rate, oldRate *big.Rat
		switch {
		case p.Den.Sign() == 0 && p.OldDen.Sign() == 0:
			rate, oldRate = new(big.Rat), new(big.Rat)
		case p.Den.Sign() == 0:
			oldRate = quo(p.OldNum, p.OldDen)
			rate = oldRate
		case p.OldDen.Sign() == 0:
			rate = quo(p.Num, p.Den)
			oldRate = rate
		default:
			rate, oldRate = quo(p.Num, p.Den), quo(p.OldNum, p.OldDen)
		}
		within := half(new(big.Rat).Mul(new(big.Rat).Add(weight, oldWeight), new(big.Rat).Sub(rate, oldRate)))
		mix := new(big.Rat).Mul(new(big.Rat).Sub(weight, oldWeight), new(big.Rat).Sub(half(new(big.Rat).Add(rate, oldRate)), middle))
		contributions = append(contributions, Contribution{p, within, mix, new(big.Rat).Add(within, mix)})
	}
	return new(big.Rat).Sub(whole, oldWhole), ordered(contributions)
}

// ordered puts the largest contributions first, ties by name.
func ordered(contributions []Contribution) []Contribution {
	slices.SortFunc(contributions, func(a, b Contribution) int {
		return cmp.Or(new(big.Rat).Abs(b.Total).Cmp(new(big.Rat).Abs(a.Total)), strings.Compare(a.Name, b.Name))
	})
	return contributions
}

func quo(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

func half(a *big.Rat) *big.Rat { return new(big.Rat).Mul(a, big.NewRat(1, 2)) }

// partRow is a part of a figure in one state.
type partRow struct {
	Name string `db:"name"`
	Num  string `db:"num"`
	Den  int64  `db:"den"`
}

// Dimensions are what a figure can be split by: region (the cities and the province's own; the counties and the city's own), and the
// slices both states know.
func Dimensions(now, then *Traced) []string {
	var all []string
	if now.Scope == "all" && now.level != "county" {
		all = append(all, "region")
	}
	sliced, _, _ := strings.Cut(now.Slice, "=")
	for _, name := range now.slices {
		if name != sliced && (then == nil || slices.Contains(then.columns, name)) {
			all = append(all, name)
		}
	}
	return all
}

// PartsBy counts the figure again from its subjects, by region or by a slice. Parts are all there is: they add up to the figure.
func (t *Traced) PartsBy(ctx context.Context, q warehouse.Queryer, dimension string) (map[string][2]*big.Rat, error) {
	name := "coalesce(cast(e." + warehouse.Ident(dimension) + " as varchar), 'none')"
	if dimension == "region" {
		part := "e.code"
		if t.level == "province" {
			part = "case when e.code = " + text(t.Region) + " then e.code else substr(e.code, 1, 4) || '00' end"
		}
		name = part + " || coalesce(' ' || (select g.region_name from mart.region as g where g.region_code = " + part + "), ' (no known region)') || case when e.code = " + text(t.Region) + " then ' (own)' else '' end"
	}
	rows, err := warehouse.Select[partRow](ctx, q, "select "+name+" as name, coalesce(cast(cast(sum(case when e.in_num then e.num_weight end) as decimal(18, 2)) as varchar), '0') as num, "+
		"coalesce(cast(sum(case when e.in_den then e.den_weight end) as bigint), 0) as den from ("+t.evidence+") as e group by 1 order by 1")
	if err != nil {
		return nil, err
	}
	parts := map[string][2]*big.Rat{}
	for _, r := range rows {
		num, ok := new(big.Rat).SetString(r.Num)
		if !ok {
			return nil, fmt.Errorf("%s: %s is no number", t.ID, r.Num)
		}
		parts[r.Name] = [2]*big.Rat{num, new(big.Rat).SetInt64(r.Den)}
	}
	return parts, t.holds(parts)
}

// holds checks that parts are the whole figure: their numerators and denominators sum to its own.
func (t *Traced) holds(parts map[string][2]*big.Rat) error {
	num, den := new(big.Rat), new(big.Rat)
	for _, p := range parts {
		num.Add(num, p[0])
		den.Add(den, p[1])
	}
	if t.Num != nil {
		if own, ok := new(big.Rat).SetString(*t.Num); !ok || own.Cmp(num) != 0 {
			return fmt.Errorf("%s: its parts have the numerator %s, the figure has %s", t.ID, num.FloatString(2), *t.Num)
		}
	}
	if t.Den != nil && new(big.Rat).SetInt64(*t.Den).Cmp(den) != 0 {
		return fmt.Errorf("%s: its parts have the denominator %s, the figure has %d", t.ID, den.FloatString(0), *t.Den)
	}
	return nil
}

// Factor is what the ratio of numerator and denominator is multiplied by to give the value: 100 of per_hundred, 1,000 of per_thousand.
func (t *Traced) Factor() *big.Rat {
	switch t.Unit {
	case "per_hundred":
		return big.NewRat(100, 1)
	case "per_thousand":
		return big.NewRat(1000, 1)
	}
	return big.NewRat(1, 1)
}

// Pair joins the parts of now and then; a part missing on one side is 0 of 0 there.
func Pair(now, then map[string][2]*big.Rat) []Part {
	names := map[string]bool{}
	for name := range now {
		names[name] = true
	}
	for name := range then {
		names[name] = true
	}
	zero := [2]*big.Rat{new(big.Rat), new(big.Rat)}
	var parts []Part
	for name := range names {
		n, o := now[name], then[name]
		if n[0] == nil {
			n = zero
		}
		if o[0] == nil {
			o = zero
		}
		parts = append(parts, Part{name, n[0], n[1], o[0], o[1]})
	}
	slices.SortFunc(parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	return parts
}
