package synth

import (
	"tongbao/internal/calendar"
)

// ledger adds up what each city would count for each quarter, cumulative from the first of January.
type ledger struct {
	quarters []calendar.Quarter
	cities   [][]quarterlyReturn // city, quarter
}

func (w *world) newLedger() ledger {
	l := ledger{}
	for q := (calendar.Quarter{Year: w.options.FirstYear, Number: 1}); dayAt(q.Last()) <= w.last; q = q.Next() {
		l.quarters = append(l.quarters, q)
	}
	for range w.cities {
		l.cities = append(l.cities, make([]quarterlyReturn, len(l.quarters)))
	}
	return l
}

// add counts what a city's own agencies did at one enterprise.
func (l *ledger) add(e *life) {
	elsewhere := map[string]bool{} // visits of the province's agencies
	for _, r := range e.inspections {
		if r.agency[2:] == provinceOffice[2:] || r.agency[2:4] == "23" && r.agency[4:6] == "99" {
			elsewhere[r.id] = true
		}
	}
	for i, q := range l.quarters {
		first, last := dayOf(q.Year, 1, 1), dayAt(q.Last())
		within := func(d day) bool { return d >= first && d <= last }
		sum := &l.cities[e.city][i]
		for _, item := range e.items {
			if item.year != q.Year || item.approved > last || item.removed != 0 && item.removed <= last {
				continue
			}
			sum.planned++
			if item.completed != 0 && item.completed <= last {
				sum.completed++
			}
		}
		for _, r := range e.inspections {
			if within(r.started) && r.kind != "复查" && !r.continues && !elsewhere[r.id] {
				sum.visits++
			}
		}
		for _, h := range e.hazards {
			if within(h.found) && !elsewhere[h.inspection] {
				sum.found++
				if h.rectified != 0 && h.rectified <= last {
					sum.rectified++
				}
			}
		}
		for _, p := range e.penalties {
			if within(p.decided) && p.agency[2:] != provinceOffice[2:] {
				sum.penalties++
				sum.cents += p.cents
			}
		}
	}
}

// returns are what the cities hand in: most agree with the system, some are better than it, late, or corrected later.
func (w *world) returns(l ledger) []quarterlyReturn {
	var rows []quarterlyReturn
	for i, city := range w.cities {
		for k, q := range l.quarters {
			c := newChance(w.options.Seed, streamReturn, i*1000+k)
			row := l.cities[i][k]
			row.region, row.period = city.Code, q.String()
			literal, rolled := w.options.Calendar.ReturnDue(q)
			due := dayAt(literal)
			switch {
			case city.Code == lateCity || c.hit(.06):
				due = dayAt(rolled) + day(c.between(2, 20))
			case c.hit(.1):
				due = dayAt(rolled)
			default:
				due -= day(c.between(0, 4))
			}
			row.submitted = due.at(c.between(8, 17), c.IntN(60), c.IntN(60))
			if due > w.last {
				continue
			}
			honest := row
			if !c.hit(city.Honest) {
				row.completed = min(row.planned, row.completed+c.skewed(3)+row.completed/20)
				row.rectified = min(row.found, row.rectified+c.skewed(6))
			}
			row.isMissingCells = c.hit(.03)
			rows = append(rows, row)
			if correction := due + day(c.between(6, 40)); c.hit(.08) && correction <= w.last {
				honest.submitted = correction.at(c.between(8, 17), c.IntN(60), 0)
				rows = append(rows, honest)
			}
		}
	}
	return rows
}

// caps are the preset of the province's file: per enterprise and year.
func (w *world) caps() []frequencyCap {
	from := dayOf(w.options.FirstYear-1, 1, 1)
	basis := "涉企行政检查年度频次上限(预置)"
	var rows []frequencyCap
	add := func(sectors, grades []string, limits []int) {
		for _, sector := range sectors {
			for i, grade := range grades {
				rows = append(rows, frequencyCap{sector, grade, "*", limits[i], basis, from})
			}
		}
	}
	risk, standard := []string{"A", "B", "C", "D"}, []string{"一级", "二级", "三级", "未达标"}
	add([]string{"煤矿"}, risk, []int{2, 4, 6, 4})
	add([]string{"非煤矿山"}, risk, []int{1, 1, 2, 4})
	add([]string{"危险化学品", "金属冶炼"}, standard, []int{2, 4, 8, 12})
	add([]string{"*"}, standard, []int{1, 2, 4, 6})
	return append(rows, frequencyCap{"*", "*", "县", 2, basis, from})
}
