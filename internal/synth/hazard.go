package synth

import (
	"slices"
)

// find makes the hazards of a visit, what becomes of them, the review and the penalty.
func (v *visitor) find(a appointment, row inspection) {
	found := v.recurring(a)
	zero := v.city.ZeroHazard
	if a.kind != "计划检查" && a.kind != "双随机抽查" && a.kind != "专项检查" {
		zero += .25
	}
	if !v.hit(zero) {
		found = append(found, v.fresh(v.skewed(5.2))...)
	}
	if len(found) == 0 {
		return
	}
	review, latest := v.hit(.72), row.started
	limit := v.limit()
	first := len(v.life.hazards)
	hasMajor := false
	for _, check := range found {
		h := v.hazard(check, row, limit)
		hasMajor = hasMajor || h.major
		if !h.major {
			latest = max(latest, h.due)
		}
		v.life.hazards = append(v.life.hazards, h)
	}
	reviewDay := v.work.after(latest, v.between(0, 5))
	if review && reviewDay <= v.last+200 {
		visit := v.inspection(appointment{start: reviewDay, agency: a.agency, item: -1, kind: "复查"})
		if reviewDay <= v.last {
			v.life.inspections = append(v.life.inspections, visit)
		}
	}
	for i := first; i < len(v.life.hazards); i++ {
		v.close(&v.life.hazards[i], review, reviewDay, found[i-first])
	}
	v.punish(a, row, hasMajor)
}

// recurring are classes found again: closed ones with the city's share at the first visit after, open ones now and then.
func (v *visitor) recurring(a appointment) []check {
	var again []check
	for _, name := range v.seen {
		c := v.classes[name]
		switch {
		case c.closed == 0 || c.closed >= a.start:
			if v.hit(.03) {
				again = append(again, c.check)
			}
		case !c.revisited:
			c.revisited = true
			if v.hit(v.city.Recurrence) {
				again = append(again, c.check)
			}
		case v.hit(.012):
			again = append(again, c.check)
		}
	}
	return again
}

// fresh are n classes never found here before.
func (v *visitor) fresh(n int) []check {
	var found []check
	at := v.IntN(len(v.checks))
	for range len(v.checks) {
		at = (at + 7) % len(v.checks)
		check := v.checks[at]
		if v.classes[check.code] == nil && !hasCode(found, check.code) {
			if found = append(found, check); len(found) == n {
				return found
			}
		}
	}
	return found
}

func hasCode(checks []check, code string) bool {
	return slices.ContainsFunc(checks, func(c check) bool { return c.code == code })
}

// limit is how many days an order usually leaves for rectifying.
func (v *visitor) limit() day { return day(pick(v.chance, []int{3, 5, 7, 7, 10, 10, 15, 15, 20, 30})) }

func (v *visitor) hazard(k check, row inspection, limit day) hazard {
	h := hazard{
		id: v.life.id("YH", v.claim.region, row.started.year(), len(v.life.hazards)+1), inspection: row.id, code: k.code, clause: k.clause, category: k.category,
		part: k.part, text: k.text, found: row.started,
	}
	majorShare := .012
	if v.claim.sector <= 4 && v.claim.sector != 3 {
		majorShare = .03
	}
	h.major = v.hit(majorShare)
	if row.ended > row.started {
		h.found = row.started + day(v.IntN(int(row.ended-row.started)+1))
	}
	switch {
	case h.major:
		limit = day(v.between(20, 75))
	case v.hit(.2):
		limit = v.limit()
	}
	h.due = h.found + limit
	switch {
	case v.hit(v.city.OnTime):
		h.rectified = h.found + day(v.IntN(int(limit)+1))
	case v.hit(.78):
		h.rectified = h.due + day(v.skewed(14))
	}
	switch {
	case v.hit(.07):
		h.code = ""
		if v.hit(.2) {
			h.clause = ""
		}
	case v.hit(.2):
		h.clause = ""
	}
	if v.hit(.03) {
		h.part = ""
	}
	if v.hit(.02) {
		h.due = 0
	}
	if v.hit(.02) {
		h.text += "，负责人：" + personName(v.chance) + "；已口头责令整改"
	}
	return h
}

// close decides what the review or the papers say, and remembers the class.
func (v *visitor) close(h *hazard, review bool, reviewDay day, k check) {
	switch {
	case h.rectified == 0:
		if review && v.hit(.5) {
			h.reviewed, h.failed = reviewDay, true
		}
	case review && h.rectified <= reviewDay:
		h.reviewed = reviewDay
		h.failed = v.hit(.03)
		h.passed = !h.failed
		if h.passed && v.hit(.9) {
			h.closed = reviewDay
		}
	case v.hit(.82):
		h.closed = h.rectified + day(v.between(0, 6))
		if v.hit(.6) {
			h.reviewed, h.passed = h.closed, true
		}
	}
	switch {
	case v.hit(.003) && h.rectified != 0:
		h.rectified = h.found - day(v.between(1, 9))
	case v.hit(.002):
		h.found -= day(v.between(4, 9))
	case v.hit(.001):
		h.inspection = "JC" + v.claim.region + "99" + h.inspection[10:]
	}
	closed := h.closed
	if closed == 0 && h.passed {
		closed = h.reviewed
	}
	if known := v.classes[k.code]; known != nil {
		known.closed, known.revisited = closed, false
		return
	}
	v.classes[k.code] = &class{check: k, closed: closed}
	v.seen = append(v.seen, k.code)
}

func (v *visitor) punish(a appointment, row inspection, hasMajor bool) {
	share := v.city.Penalty
	if hasMajor {
		share = min(.9, share*4)
	}
	if !v.hit(share) {
		return
	}
	p := penalty{
		id: v.life.id("CF", a.agency[2:8], row.started.year(), len(v.life.penalties)+1), uscc: v.claim.uscc, agency: a.agency, inspection: row.id,
		decided: v.work.after(row.started, v.between(2, 40)),
	}
	if p.decided > v.last {
		return
	}
	switch v.weighted([]float64{70, 15, 9, 3, 3}) {
	case 0:
		p.kinds = []string{"罚款"}
	case 1:
		p.kinds = []string{"警告"}
	case 2:
		p.kinds = []string{"警告", "罚款"}
	case 3:
		p.kinds = []string{"罚款", "责令停产停业"}
	case 4:
		p.kinds = []string{"暂扣许可证"}
	}
	if slices.Contains(p.kinds, "罚款") {
		p.cents = int64(v.skewed(6)) * 2_000_00
		switch {
		case hasMajor:
			p.cents *= 5
		case v.hit(.05):
			p.cents += int64(v.IntN(1000)) * 100
		case v.hit(.03):
			p.cents = 0 // the amount was not entered
		}
	}
	if v.hit(.07) {
		p.inspection = ""
	}
	if v.hit(.85) {
		p.clause = clauseOf(v.IntN(40))
	}
	switch {
	case v.hit(v.city.Disclosure):
		p.disclosed = v.work.after(p.decided, v.between(1, 7))
	case v.hit(.7):
		p.disclosed = v.work.after(p.decided, v.between(8, 30))
	}
	v.life.penalties = append(v.life.penalties, p)
}
