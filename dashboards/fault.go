package dashboards

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// FaultError says that an output contradicts itself or its figures. Nothing is published then: the program or a project's own
// model is wrong, not the data.
type FaultError struct {
	Output string   // notice.docx
	Faults []string // each with its place, the figure, what it says and what it should
}

const faultsSaid = 5

// Error names the output, the first faults and how many more there are.
func (e *FaultError) Error() string {
	said := e.Faults[:min(len(e.Faults), faultsSaid)]
	more := ""
	if n := len(e.Faults) - len(said); n > 0 {
		more = fmt.Sprintf("; and %d more", n)
	}
	return fmt.Sprintf("%s does not add up: %s%s", e.Output, strings.Join(said, "; "), more)
}

// Rederive holds every ratio of a period, slices included, against its own numerator and denominator. The error is a *FaultError
// when one differs.
func (m *Mart) Rederive(ctx context.Context, p Period) error {
	plain := "true"
	if m.HasColumn("metric", "formula") {
		plain = "coalesce(m.formula, '') = ''"
	}
	var faults []string
	err := m.each(ctx, `select f.figure_id, cast(f.num as double), f.den, f.value from mart.figure as f join mart.metric as m on m.metric = f.metric
		where f.period = ? and m.aggregate = 'ratio' and m.unit = 'ratio' and `+plain+` and f.den > 0
			and not coalesce(abs(f.value - cast(f.num as double) / f.den) <= 1e-9, false) order by 1`, func(rows *sql.Rows) error {
		var id string
		var num, value *float64
		var den int64
		if err := rows.Scan(&id, &num, &den, &value); err != nil {
			return err
		}
		if num == nil || value == nil {
			faults = append(faults, fmt.Sprintf("%s has a base of %d and no value", id, den))
			return nil
		}
		faults = append(faults, fmt.Sprintf("%s says %v, should be %v (%v of %d)", id, *value, *num/float64(den), *num, den))
		return nil
	}, p.Name)
	if err != nil {
		return fmt.Errorf("re-deriving the ratios of %s: %w", p.Name, err)
	}
	if len(faults) > 0 {
		return &FaultError{"mart.figure", faults}
	}
	return nil
}

// Rest is what a region's parts leave of its figure: rows whose code is in no part of the tree. The id is the whole's. It does not
// exist where nothing is left, or where every code is in the tree: what is left then is a fault. parts must be figures of the same metric, period and span.
func (m *Mart) Rest(whole Figure, parts []Figure) (Figure, bool) {
	rest := whole
	for _, part := range parts {
		rest.NumCents -= part.NumCents
		rest.Den -= part.Den
	}
	if !m.stray || rest.NumCents == 0 && rest.Den == 0 {
		return Figure{}, false
	}
	rest.Key.Scope = ScopeRest
	base, err := strconv.ParseInt(m.Parameter("min_base"), 10, 64)
	if err != nil {
		base = 10
	}
	rest.IsSmall = rest.HasDen && rest.Den < base
	rest.Value, rest.Lower, rest.Upper, rest.Rank, rest.RankLow, rest.RankHigh, rest.Band = nil, nil, nil, nil, nil, nil, ""
	if metric, _ := m.Metric(whole.Key.Metric); metric.Unit == "ratio" && metric.Aggregate == "ratio" && rest.Den > 0 {
		value := float64(rest.NumCents) / 100 / float64(rest.Den)
		rest.Value = &value
	}
	return rest, true
}
