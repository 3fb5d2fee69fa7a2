package annex

import (
	"fmt"
	"math"
)

// faults are the places where the table contradicts itself: a total that its rows do not add up to, a ratio that does not follow
// from its own numerator and denominator.
func (plan PlanTable) faults() []string {
	var faults []string
	at := map[string]int{}
	for c, column := range plan.Columns {
		at[column.Head] = c
	}
	for c, column := range plan.Columns {
		if column.total.sum && plan.isWhole(c) && plan.Total[c].Number != nil {
			sum := 0.0
			for _, row := range plan.Rows {
				sum += *row[c].Number
			}
			if total := *plan.Total[c].Number; !near(sum, total) {
				faults = append(faults, fmt.Sprintf("cell %s, 合计 of %s (%s) says %v, the rows add up to %v", cellName(c+1, firstRow+len(plan.Rows)), column.Head, plan.Total[c].Source, total, sum))
			}
		}
		if column.total.num == "" {
			continue
		}
		for r, row := range append(plan.Rows[:len(plan.Rows):len(plan.Rows)], plan.Total) {
			value, num, den := row[c], row[at[column.total.num]].Number, row[at[column.total.den]].Number
			if value.Number == nil || num == nil || den == nil {
				continue
			}
			should := *num / *den
			if column.total.pace {
				should -= float64(plan.Pace[0]) / float64(plan.Pace[1])
			}
			if !near(*value.Number, should) {
				faults = append(faults, fmt.Sprintf("cell %s, %s of %s (%s) says %v, should be %v (%v of %v)", cellName(c+1, firstRow+r), column.Head, row[at["地区"]].Text, value.Source, *value.Number, should, *num, *den))
			}
		}
	}
	return faults
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }
