package analysis

import (
	"context"
	"math"

	"tongbao/internal/warehouse"
)

// z95 is the normal quantile of two-sided 95 %, as the definitions give it.
const z95 = 1.959964

// Step is one day of a survival table: who was at risk when it began, and what became of them on it. Events go before censorings.
type Step struct {
	Day                      int
	AtRisk, Events, Censored int64
	Survival                 float64 // after the day
	Lower, Upper             float64 // of 1 − Survival; NaN when Survival is 0 or 1
}

// KaplanMeier fills in survival and 95 % limits of steps in the order of days. The limits are those of log(−log S) with Greenwood's
// variance (Kalbfleisch and Prentice), of 1 − S.
func KaplanMeier(steps []Step) {
	survival, variance := 1.0, 0.0
	for i := range steps {
		s := &steps[i]
		if s.Events > 0 {
			n, d := float64(s.AtRisk), float64(s.Events)
			survival *= 1 - d/n
			variance += d / (n * (n - d))
		}
		s.Survival = survival
		s.Lower, s.Upper = survivalLimits(survival, variance)
	}
}

func survivalLimits(survival, variance float64) (lower, upper float64) {
	if survival <= 0 || survival >= 1 {
		return math.NaN(), math.NaN()
	}
	centre := math.Log(-math.Log(survival))
	half := z95 * math.Sqrt(variance) / math.Abs(math.Log(survival))
	return 1 - math.Exp(-math.Exp(centre-half)), 1 - math.Exp(-math.Exp(centre+half))
}

// survivalRow is one day of one curve as the database sums it.
type survivalRow struct {
	Metric      string `db:"metric"`
	PeriodIndex int    `db:"period_index"`
	Region      string `db:"region_code"`
	Scope       string `db:"scope"`
	Slice       string `db:"slice"`
	Day         int    `db:"days"`
	Subjects    int64  `db:"subjects"`
	Events      int64  `db:"events"`
	AtRisk      int64  `db:"at_risk"`
	Total       int64  `db:"total"`
}

func (r survivalRow) sameCurve(o survivalRow) bool {
	return r.Metric == o.Metric && r.PeriodIndex == o.PeriodIndex && r.Region == o.Region && r.Scope == o.Scope && r.Slice == o.Slice
}

// survivalSQL sums the survival cells (c) that a condition names by region and day and counts who is at risk. keep says which days come
// back.
func survivalSQL(cells, keep string) string {
	return `with
summed as (
  select c.metric, c.period_index, g.region_code, g.scope, c.slice, c.days,
    cast(sum(c.subjects) as bigint) as subjects,
    cast(sum(case when c.event then c.subjects else 0 end) as bigint) as events
  from rollup.survival_cell as c
  ` + inRegion + `
  where ` + cells + `
  group by c.metric, c.period_index, g.region_code, g.scope, c.slice, c.days
),
counted as (
  select metric, period_index, region_code, scope, slice, days, subjects, events,
    cast(sum(subjects) over (partition by metric, period_index, region_code, scope, slice order by days desc nulls last rows unbounded preceding) as bigint) as at_risk,
    cast(sum(subjects) over (partition by metric, period_index, region_code, scope, slice) as bigint) as total,
    row_number() over (partition by metric, period_index, region_code, scope, slice order by days) as place
  from summed
)
select metric, period_index, region_code, scope, slice, days, subjects, events, at_risk, total
from counted
where ` + keep + `
order by metric, period_index, region_code, scope, slice, days`
}

// writeSurvival computes the figures of survival metrics, of the cells (c) that a condition names, in the regions of rollup.region_map:
// 1 − S at the horizon, where there are enough subjects.
func writeSurvival(ctx context.Context, q warehouse.Queryer, minBase int64, horizon int, cells string) error {
	rows, err := warehouse.Select[survivalRow](ctx, q, survivalSQL(cells, "events > 0 or place = 1"))
	if err != nil {
		return err
	}
	values := newInsert("rollup.value")
	for at := 0; at < len(rows); {
		end, events := at, int64(0)
		var steps []Step
		for ; end < len(rows) && rows[end].sameCurve(rows[at]); end++ {
			if r := rows[end]; r.Day <= horizon {
				steps = append(steps, Step{Day: r.Day, AtRisk: r.AtRisk, Events: r.Events})
				events += r.Events
			}
		}
		first := rows[at]
		at = end
		if first.Total < minBase {
			continue
		}
		last := Step{Survival: 1, Lower: math.NaN(), Upper: math.NaN()}
		if KaplanMeier(steps); len(steps) > 0 {
			last = steps[len(steps)-1]
		}
		values.add(first.Metric, first.PeriodIndex, "at", first.Region, first.Scope, first.Slice,
			events, first.Total, 1-last.Survival, last.Lower, last.Upper)
	}
	return values.run(ctx, q)
}

const curveTable = `create table mart.km_curve (period varchar, period_index integer, region_code varchar, slice varchar, day integer, at_risk bigint, events bigint,
		censored bigint, survival double, cumulative double, lower double, upper double);`

// writeCurves fills mart.km_curve for the province and the cities, slices for the province, where a condition on the region (g) holds:
// every event day and every 30th.
func writeCurves(ctx context.Context, q warehouse.Queryer, horizon int, regions string) error {
	rows, err := warehouse.Select[survivalRow](ctx, q, survivalSQL("c.metric = 'B9' and g.scope = 'all' and (g.level = 'province' or g.level = 'city' and c.slice = '') and ("+regions+")", "true"))
	if err != nil {
		return err
	}
	periods, err := warehouse.Select[string](ctx, q, "select period from run.period order by period_index")
	if err != nil {
		return err
	}
	curve := newInsert("mart.km_curve")
	for at := 0; at < len(rows); {
		end := at
		steps := []Step{{Day: 0, AtRisk: rows[at].Total}}
		for ; end < len(rows) && rows[end].sameCurve(rows[at]); end++ {
			if r := rows[end]; r.Day <= horizon {
				steps = append(steps, marks(steps[len(steps)-1].Day, r.Day, r.AtRisk)...)
				steps = append(steps, Step{Day: r.Day, AtRisk: r.AtRisk, Events: r.Events, Censored: r.Subjects - r.Events})
			}
		}
		left := int64(0)
		if last := rows[end-1]; last.Day > horizon {
			left = last.AtRisk
		}
		steps = append(steps, marks(steps[len(steps)-1].Day, horizon+1, left)...)
		KaplanMeier(steps)
		for _, s := range steps {
			if s.Events > 0 || s.Day%30 == 0 {
				curve.add(periods[rows[at].PeriodIndex], rows[at].PeriodIndex, rows[at].Region, rows[at].Slice, s.Day,
					s.AtRisk, s.Events, s.Censored, s.Survival, 1-s.Survival, s.Lower, s.Upper)
			}
		}
		at = end
	}
	return curve.run(ctx, q)
}

// marks are the days divisible by 30 strictly between two days with somebody leaving.
func marks(after, before int, atRisk int64) []Step {
	var between []Step
	for day := (after/30 + 1) * 30; day < before; day += 30 {
		between = append(between, Step{Day: day, AtRisk: atRisk})
	}
	return between
}
