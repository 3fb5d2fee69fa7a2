package analysis

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

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

// survivalCurve is one curve as the database sums it: of each day on which subjects leave the day, the subjects and the events among them,
// in no order.
type survivalCurve struct {
	Metric      string    `db:"metric"`
	PeriodIndex int       `db:"period_index"`
	Region      string    `db:"region_code"`
	Scope       string    `db:"scope"`
	Slice       string    `db:"slice"`
	Total       int64     `db:"total"`
	Days        [][]int64 `db:"days"`
}

// steps are the days in order, with who is at risk on each. Subjects without a day are never at risk.
func (c survivalCurve) steps() []Step {
	slices.SortFunc(c.Days, func(a, b []int64) int { return cmp.Compare(a[0], b[0]) })
	steps, atRisk := make([]Step, len(c.Days)), int64(0)
	for i, d := range slices.Backward(c.Days) {
		atRisk += d[1]
		steps[i] = Step{Day: int(d[0]), AtRisk: atRisk, Events: d[2], Censored: d[1] - d[2]}
	}
	return steps
}

// survivalSQL sums the survival cells (c) that a condition names by region and day.
func survivalSQL(cells string) string {
	return `with
summed as (
  select c.metric, c.period_index, g.region_code, g.scope, c.slice, c.days,
    cast(sum(c.subjects) as bigint) as subjects,
    cast(sum(case when c.event then c.subjects else 0 end) as bigint) as events
  from rollup.survival_cell as c
  ` + inRegion + `
  where ` + cells + `
  group by c.metric, c.period_index, g.region_code, g.scope, c.slice, c.days
)
select metric, period_index, region_code, scope, slice, cast(sum(subjects) as bigint) as total,
  array_agg([cast(days as bigint), subjects, events]) filter (where days is not null) as days
from summed
group by metric, period_index, region_code, scope, slice
order by metric, period_index, region_code, scope, slice`
}

// writeSurvival computes the figures of survival metrics, of the cells (c) that a condition names, in the regions of rollup.region_map:
// 1 − S at the horizon, where there are enough subjects.
func writeSurvival(ctx context.Context, q warehouse.Queryer, minBase int64, horizon int, cells string) error {
	curves, err := warehouse.Select[survivalCurve](ctx, q, survivalSQL(cells))
	if err != nil {
		return err
	}
	values := warehouse.NewRows("rollup.value")
	for _, c := range curves {
		if c.Total < minBase {
			continue
		}
		steps := c.steps()
		steps = steps[:sort.Search(len(steps), func(i int) bool { return steps[i].Day > horizon })]
		last, events := Step{Survival: 1, Lower: math.NaN(), Upper: math.NaN()}, int64(0)
		if KaplanMeier(steps); len(steps) > 0 {
			last = steps[len(steps)-1]
		}
		for _, s := range steps {
			events += s.Events
		}
		values.Add(c.Metric, c.PeriodIndex, "at", c.Region, c.Scope, c.Slice, events, c.Total, 1-last.Survival, last.Lower, last.Upper)
	}
	return values.Insert(ctx, q)
}

const curveTable = `create table mart.km_curve (period varchar, period_index integer, region_code varchar, slice varchar, day integer, at_risk bigint, events bigint,
		censored bigint, survival double, cumulative double, lower double, upper double);`

// writeCurves fills mart.km_curve for the province and the cities, slices for the province, where a condition on the region (g) holds:
// every event day and every 30th.
func writeCurves(ctx context.Context, q warehouse.Queryer, horizon int, regions string) error {
	curves, err := warehouse.Select[survivalCurve](ctx, q, survivalSQL("c.metric = 'B9' and g.scope = 'all' and (g.level = 'province' or g.level = 'city' and c.slice = '') and ("+regions+")"))
	if err != nil {
		return err
	}
	periods, err := warehouse.Select[string](ctx, q, "select period from run.period order by period_index")
	if err != nil {
		return err
	}
	curve := warehouse.NewRows("mart.km_curve")
	for _, c := range curves {
		steps, left := []Step{{Day: 0, AtRisk: c.Total}}, int64(0)
		for _, s := range c.steps() {
			if s.Day > horizon {
				left = s.AtRisk
				break
			}
			steps = append(append(steps, marks(steps[len(steps)-1].Day, s.Day, s.AtRisk)...), s)
		}
		steps = append(steps, marks(steps[len(steps)-1].Day, horizon+1, left)...)
		KaplanMeier(steps)
		for _, s := range steps {
			if s.Events > 0 || s.Day%30 == 0 {
				curve.Add(periods[c.PeriodIndex], c.PeriodIndex, c.Region, c.Slice, s.Day,
					s.AtRisk, s.Events, s.Censored, s.Survival, 1-s.Survival, s.Lower, s.Upper)
			}
		}
	}
	return curve.Insert(ctx, q)
}

// marks are the days divisible by 30 strictly between two days with somebody leaving.
func marks(after, before int, atRisk int64) []Step {
	var between []Step
	for day := (after/30 + 1) * 30; day < before; day += 30 {
		between = append(between, Step{Day: day, AtRisk: atRisk})
	}
	return between
}
