package reconcile

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// relation says how a column follows from others. Nobody writes that down in a table, so it is found in the numbers:
// where a formula gives nearly every row, the rows it does not give are wrong.
type relation struct {
	name    string
	a, b    int
	compute func(a, b number) (value, slack float64, ok bool)
}

// learnRows is how many rows a formula is learnt from; it is then held against all.
const learnRows = 500

// checkRelations looks for the formula of each derived column.
func (r *Report) checkRelations(t *table) {
	if len(t.cells)-t.body > maxTableRows {
		r.leave(t.name, t.name, fmt.Sprintf("more than %d rows: only totals were compared", maxTableRows))
		return
	}
	for c, d := range t.columns {
		switch {
		case !d.numeric:
		case d.rate:
			if !r.checkRelation(t, c, t.ratios(c)) && !r.checkShares(t, c) {
				r.leave(t.place(0, c), d.label, "no two columns of "+t.name+" give this rate")
			}
		case d.points:
			r.checkOffset(t, c)
		case containsAny(d.label, "未", "剩余", "尚", "差额", "增减", "净增"):
			r.checkRelation(t, c, t.differences(c))
		}
	}
}

// maxSources is how many columns around a derived one are tried as its sources.
const maxSources = 40

// counts are the columns of amounts a derived column c may come from, at most maxSources nearest ones.
func (t *table) counts(c int) []int {
	var columns []int
	for o, d := range t.columns {
		if d.numeric && !d.rate && !d.points && !strings.Contains(d.label, "序号") {
			columns = append(columns, o)
		}
	}
	slices.SortStableFunc(columns, func(a, b int) int { return abs(a-c) - abs(b-c) })
	return columns[:min(len(columns), maxSources)]
}

func (t *table) ratios(c int) []relation {
	var all []relation
	isChange := containsAny(t.columns[c].label, "同比", "环比", "增长", "增减", "变化")
	for _, a := range t.counts(c) {
		for _, b := range t.counts(c) {
			if a == b {
				continue
			}
			if isChange {
				all = append(all, relation{"(%[1]s − %[2]s) ÷ %[2]s", a, b, func(a, b number) (float64, float64, bool) {
					return 100 * (a.value - b.value) / b.value, ratioSlack(a, b), b.value != 0
				}})
				continue
			}
			all = append(all, relation{"%s ÷ %s", a, b, func(a, b number) (float64, float64, bool) {
				return 100 * a.value / b.value, ratioSlack(a, b), b.value != 0
			}})
		}
	}
	return all
}

func (t *table) differences(c int) []relation {
	var all []relation
	for _, a := range t.counts(c) {
		for _, b := range t.counts(c) {
			if a != b && a != c && b != c && t.mayLeave(c, a, b) {
				all = append(all, relation{"%s − %s", a, b, func(a, b number) (float64, float64, bool) {
					return a.value - b.value, a.slack() + b.slack(), true
				}})
			}
		}
	}
	return all
}

// mayLeave says whether c can be what b leaves of a, by their names: 未整改 from 应整改 and 已整改, all three of 整改.
func (t *table) mayLeave(c, a, b int) bool {
	label := outsideBrackets(t.columns[c].label)
	for _, word := range []string{"未", "尚", "剩余"} {
		if at := strings.LastIndex(label, word); at >= 0 {
			core := strings.TrimPrefix(label[at+len(word):], "完成")
			if core == "" {
				core = "完成"
			}
			isWhole := strings.Contains(t.columns[a].label, core) || containsAny(t.columns[a].label, "应", "计划", "任务", "合计", "总", "发现", "查出", "共")
			return isWhole && strings.Contains(t.columns[b].label, core)
		}
	}
	return true // 增减, 差额: any two
}

// checkRelation takes the formula that gives most rows of column c, if it gives enough of them, and reports the others.
// A row tells something when the value is neither 0 nor 100 % nor equal to one of the inputs.
func (r *Report) checkRelation(t *table, c int, relations []relation) bool {
	best, bestTold, bestHeld, bestRows := -1, 0, 0, 0
	for i, rel := range relations {
		told, held, rows := 0, 0, 0
		for row := t.body; row < min(len(t.cells), t.body+learnRows); row++ {
			p, a, b, ok := t.triple(row, c, rel)
			if !ok {
				continue
			}
			value, slack, ok := rel.compute(a, b)
			if !ok {
				continue
			}
			rows++
			if p.agrees(value, slack) {
				held++
				if value != 0 && value != 100 && a.value != b.value && p.value != a.value {
					told++
				}
			}
		}
		if told > bestTold || told == bestTold && held > bestHeld || told == bestTold && held == bestHeld && best >= 0 && nearer(c, rel, relations[best]) {
			best, bestTold, bestHeld, bestRows = i, told, held, rows
		}
	}
	if best < 0 || bestTold < 2 || bestRows-bestHeld > bestHeld/2 || !t.columns[c].rate && bestRows-bestHeld > max(1, bestHeld/6) {
		return false
	}
	rel := relations[best]
	for row := t.body; row < len(t.cells); row++ {
		p, a, b, ok := t.triple(row, c, rel)
		if !ok {
			continue
		}
		terms := []string{p.place, a.place, b.place}
		value, slack, ok := rel.compute(a, b)
		if ok && p.agrees(value, slack) {
			r.hold(terms...)
			continue
		}
		should := "—"
		if ok {
			should = formatLike(p, value)
		}
		r.fail(Finding{Place: t.where(row, c), Rule: map[bool]string{true: "rate", false: "difference"}[t.columns[c].rate], Quote: t.name, Says: p.text, Should: should,
			Why: fmt.Sprintf(rel.name, t.columns[rel.a].label+" "+plain(a.value), t.columns[rel.b].label+" "+plain(b.value)), Terms: terms, Inferred: true})
	}
	return true
}

func nearer(c int, a, b relation) bool {
	distance := func(rel relation) int { return abs(c-rel.a) + abs(c-rel.b) }
	return distance(a) < distance(b)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func (t *table) triple(row, c int, rel relation) (p, a, b number, ok bool) {
	p, okP := t.number(row, c)
	a, okA := t.number(row, rel.a)
	b, okB := t.number(row, rel.b)
	if t.columns[c].rate && !p.percent {
		p.percent = true
		p.text += "%"
		p.unit = "%"
		if math.Abs(p.value) <= 1 && !p.exact { // 0.527 for 52.7%
			p.value, p.half = p.value*100, p.half*100
		}
	}
	return p, a, b, okP && okA && okB
}

// checkShares judges a 占比 column that has one column of amounts: value ÷ total, when the shares are meant to make up 100 %.
func (r *Report) checkShares(t *table, c int) bool {
	amount := -1
	for o := c - 1; o >= 0; o-- {
		if t.columns[o].additive {
			amount = o
			break
		}
	}
	if amount < 0 || !containsAny(t.columns[c].label, "占", "比例", "比重", "%") {
		return false
	}
	total, sum, slack := 0.0, 0.0, 0.0
	type line struct {
		row  int
		p, a number
	}
	var lines []line
	for row := t.body; row < len(t.cells); row++ {
		p, a, _, ok := t.triple(row, c, relation{a: amount, b: amount})
		if !ok || t.isTotal(row) {
			continue
		}
		lines = append(lines, line{row, p, a})
		total += a.value
		sum += p.value
		slack += p.half
	}
	if len(lines) < 2 || total <= 0 || math.Abs(sum-100) > math.Max(2, slack) {
		return false
	}
	whole := number{value: total, exact: true}
	for _, l := range lines {
		value := 100 * l.a.value / total
		terms := []string{l.p.place, l.a.place}
		if l.p.agrees(value, ratioSlack(l.a, whole)) {
			r.hold(terms...)
			continue
		}
		r.fail(Finding{Place: t.where(l.row, c), Rule: "share", Quote: t.name, Says: l.p.text, Should: formatLike(l.p, value),
			Why: fmt.Sprintf("%s %s ÷ total %s", t.columns[amount].label, plain(l.a.value), plain(total)), Terms: terms, Inferred: true})
	}
	return true
}

// checkOffset judges a column of differences in percentage points: each row's rate minus the same number.
func (r *Report) checkOffset(t *table, c int) {
	bestRate, bestHeld, bestOffset, rows := -1, 0, 0.0, 0
	for rate, d := range t.columns {
		if !d.rate {
			continue
		}
		offsets := []float64{}
		for row := t.body; row < len(t.cells); row++ {
			if x, y, ok := t.pair(row, rate, c); ok {
				offsets = append(offsets, x.value-y.value)
			}
		}
		for _, offset := range offsets {
			held := 0
			for _, other := range offsets {
				if math.Abs(other-offset) <= 0.1+1e-9 {
					held++
				}
			}
			if held > bestHeld {
				bestRate, bestHeld, bestOffset, rows = rate, held, offset, len(offsets)
			}
		}
	}
	if bestRate < 0 || bestHeld < 3 || rows-bestHeld > bestHeld/2 {
		return
	}
	for row := t.body; row < len(t.cells); row++ {
		rate, p, ok := t.pair(row, bestRate, c)
		if !ok {
			continue
		}
		terms := []string{p.place, rate.place}
		if math.Abs(rate.value-p.value-bestOffset) <= 0.2+1e-9 {
			r.hold(terms...)
			continue
		}
		r.fail(Finding{Place: t.where(row, c), Rule: "difference", Quote: t.name, Says: p.text, Should: formatLike(p, rate.value-bestOffset),
			Why: fmt.Sprintf("%s %s − %s, as in the other rows", t.columns[bestRate].label, rate.text, plain(math.Round(bestOffset*10)/10)), Terms: terms, Inferred: true})
	}
}

func (t *table) pair(row, a, b int) (x, y number, ok bool) {
	x, okX := t.number(row, a)
	y, okY := t.number(row, b)
	return x, y, okX && okY
}
