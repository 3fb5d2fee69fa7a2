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

// PartsOf reads the parts of a figure in another period of the same database (or the same): the regions under it and its own, or the
// values of one slice.
func (t *Traced) PartsOf(ctx context.Context, q warehouse.Queryer, period, slice string) (map[string][2]*big.Rat, error) {
	query := `select f.region_code || ' ' || g.region_name || case f.scope when 'own' then ' (own)' else '' end as name, coalesce(cast(f.num as varchar), '0') as num, coalesce(f.den, 0) as den
		from mart.figure as f join mart.region as g on g.region_code = f.region_code
		where f.metric = ? and f.period = ? and f.span = ? and f.slice = '' and (g.parent_code = ? and f.scope = 'all' or f.region_code = ? and f.scope = 'own')`
	args := []any{t.Metric, period, t.Span, t.Region, t.Region}
	if slice != "" {
		query = `select f.slice as name, coalesce(cast(f.num as varchar), '0') as num, coalesce(f.den, 0) as den from mart.figure as f
			where f.metric = ? and f.period = ? and f.span = ? and f.region_code = ? and f.scope = 'all' and starts_with(f.slice, ?)`
		args = []any{t.Metric, period, t.Span, t.Region, slice + "="}
	}
	rows, err := warehouse.Select[partRow](ctx, q, query, args...)
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
	return parts, nil
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

// Slices are the dimensions the figure can be split by.
func (t *Traced) Slices() []string { return t.slices }

// Counted is one subject of a figure and the parts it counts in.
type Counted struct {
	Kind  string `db:"subject_kind"`
	ID    string `db:"subject_id"`
	InNum bool   `db:"in_num"`
	InDen bool   `db:"in_den"`
}

// Subjects lists the subjects of the figure, by kind and id.
func (t *Traced) Subjects(ctx context.Context, q warehouse.Queryer) ([]Counted, error) {
	return warehouse.Select[Counted](ctx, q, "select subject_kind, subject_id, bool_or(in_num) as in_num, bool_or(in_den) as in_den from ("+t.evidence+") as e group by subject_kind, subject_id order by subject_kind, subject_id")
}
