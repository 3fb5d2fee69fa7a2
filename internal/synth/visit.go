package synth

import (
	"cmp"
	"slices"
	"time"
)

// visitor walks through one enterprise's visits in order of time, remembering what was found.
type visitor struct {
	*world
	chance
	life    *life
	claim   claim
	city    character
	checks  []check
	classes map[string]*class
	items   []string // of the visit before
	seen    []string // classes in the order they were first found: a map has no order
}

// class is a kind of hazard once found at the enterprise.
type class struct {
	check     check
	closed    day // 0: still open
	revisited bool
}

// appointment is one visit to be made.
type appointment struct {
	start  day
	agency string
	item   int // index of the plan item, or -1
	kind   string
	joint  string // the other agency of a joint visit
	echo   bool   // another agency's visit soon before it
	place  int
}

func (v *visitor) run() {
	for _, visit := range v.appointments() {
		v.visit(visit)
	}
}

func (v *visitor) appointments() []appointment {
	var visits []appointment
	for i := range v.life.items {
		visits = append(visits, v.planned(i)...)
	}
	first := dayOf(v.options.FirstYear, 1, 2)
	span := int(v.last - first)
	for range v.count(float64(span) / 365 * .34) {
		visits = append(visits, appointment{start: first + day(v.IntN(span)), agency: v.someAgency(), item: -1,
			kind: []string{"专项检查", "双随机抽查", "计划检查"}[v.weighted([]float64{70, 25, 5})]})
	}
	for range v.count(float64(span) / 365 * .11) {
		kinds := []string{"举报核查", "上级交办", "事故调查", "媒体曝光核查", "许可核查", "企业申请", "应急处置", "上级抽查"}
		visits = append(visits, appointment{start: first + day(v.IntN(span)), agency: v.someAgency(), item: -1,
			kind: kinds[v.weighted([]float64{30, 20, 4, 2, 16, 8, 5, 15})]})
	}
	for _, visit := range slices.Clone(visits) {
		if !v.hit(v.city.Duplicate * 1.6) {
			continue
		}
		visits = append(visits, appointment{start: v.work.roll(visit.start + day(v.between(3, 85))), agency: v.otherAgency(visit.agency), item: -1, echo: true,
			kind: []string{"专项检查", "双随机抽查", "计划检查"}[v.weighted([]float64{55, 25, 20})]})
	}
	kept := visits[:0]
	for _, visit := range visits {
		if v.hit(.97) {
			visit.start = v.work.roll(visit.start)
		}
		if visit.start >= first && visit.start <= v.last && v.has(visit.agency) && !v.isClosedBy(visit.start) {
			kept = append(kept, visit)
		}
	}
	for i := range kept {
		kept[i].place = i
	}
	slices.SortFunc(kept, func(a, b appointment) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.place, b.place))
	})
	return kept
}

// isClosedBy: a closed enterprise was closed in the last year.
func (v *visitor) isClosedBy(d day) bool {
	return v.claim.status == "注销" && d > dayOf(v.last.year(), 1, 1)
}

// count is a whole number with the given mean.
func (v *visitor) count(mean float64) int {
	n := 0
	for mean > 0 {
		if v.hit(min(mean, .5)) {
			n++
		}
		mean -= .5
	}
	return n
}

// planned makes the appointments of one plan item: most in their month or soon after it, some never.
func (v *visitor) planned(i int) []appointment {
	item := &v.life.items[i]
	month := item.effectiveMonth
	if month == 0 {
		month = v.between(4, 11)
	}
	var visits []appointment
	for slot := range item.visits {
		if !v.hit(v.city.Realised) {
			continue
		}
		m := min(12, month+slot*2)
		switch v.weighted([]float64{84, 11, 4, 1}) {
		case 1:
			m++
		case 2:
			m += 2
		case 3:
			m += 3
		}
		if item.year == 2020 && (m == 2 || m == 3) && v.hit(.55) {
			m = v.between(4, 6) // an epidemic kept inspectors at home
		}
		if m > 12 {
			continue
		}
		start := dayOf(item.year, time.Month(m), v.between(1, 28))
		start = max(start, item.approved+1)
		if item.removed != 0 && item.removed <= start && v.hit(.9) || start.year() != item.year {
			continue
		}
		visit := appointment{start: start, agency: item.agency, item: i, kind: "计划检查"}
		if item.method == "双随机" && v.hit(.85) {
			visit.kind = "双随机抽查"
		}
		if v.hit(.05) {
			visit.joint = v.otherAgency(item.agency)
		}
		visits = append(visits, visit)
	}
	return visits
}

func (v *visitor) someAgency() string {
	switch v.weighted([]float64{48, 14, 14, 8, 6, 3, 7}) {
	case 1:
		return "YJ" + v.city.Code
	case 2:
		return "XF" + v.claim.region
	case 3:
		return "SC" + v.claim.region
	case 4:
		return "XF" + v.city.Code
	case 5:
		return provinceOffice
	case 6:
		if t := v.townships[v.claim.region]; len(t) > 0 {
			return pick(v.chance, t)
		}
	}
	return "YJ" + v.claim.region
}

// otherAgency is one that differs in branch or in level.
func (v *visitor) otherAgency(than string) string {
	for range 8 {
		if other := v.someAgency(); other != than && v.has(other) {
			return other
		}
	}
	return provinceOffice
}

// visit makes the rows of one appointment: inspection, hazards, review, penalty.
func (v *visitor) visit(a appointment) {
	row := v.inspection(a)
	v.life.inspections = append(v.life.inspections, row)
	first := len(v.life.inspections) - 1
	if a.joint != "" && v.has(a.joint) {
		joint := v.life.id("LH", v.claim.region, a.start.year(), first)
		v.life.inspections[first].joint = joint
		other := v.inspection(appointment{start: a.start, agency: a.joint, item: -1, kind: "专项检查"})
		other.joint, other.items, other.continues = joint, row.items, true
		v.life.inspections = append(v.life.inspections, other)
	}
	if v.hit(.05) && row.ended != 0 && row.ended < v.last {
		more := v.inspection(appointment{start: row.ended + 1, agency: a.agency, item: -1, kind: a.kind})
		more.item, more.items, more.continues = row.item, row.items, true
		v.life.inspections = append(v.life.inspections, more)
	}
	if a.item >= 0 && row.ended != 0 && row.ended.year() == v.life.items[a.item].year {
		item := &v.life.items[a.item]
		if item.done++; item.done == item.visits {
			item.completed = row.ended
		}
	}
	v.items = row.items
	v.find(a, row)
}

func (v *visitor) inspection(a appointment) inspection {
	row := inspection{
		id: v.life.id("JC", v.claim.region, a.start.year(), len(v.life.inspections)+1), uscc: v.claim.uscc, agency: a.agency, kind: a.kind, started: a.start,
		ended: a.start + day(v.weighted([]float64{82, 13, 3, 2})),
	}
	if a.item >= 0 && v.hit(.86) {
		row.item = v.life.items[a.item].id
	}
	staff := v.byCode[a.agency].staff
	if v.hit(.97) && len(staff) > 0 {
		n := min(len(staff), 1+v.weighted([]float64{5, 86, 9}))
		at := v.IntN(len(staff))
		for k := range n {
			row.officers = append(row.officers, staff[(at+k)%len(staff)])
		}
	}
	if a.kind != "复查" && v.hit(.9) {
		row.items = v.chooseItems(a.echo)
	}
	switch v.weighted([]float64{86, 7, 4, 3}) {
	case 0:
		row.filed = v.work.after(a.start-1, 0).at(v.between(8, 17), v.IntN(60), 0)
	case 1:
		row.filed = a.start.at(8, v.IntN(60), v.IntN(60))
	case 2:
		row.filed = (a.start + day(v.between(1, 4))).at(v.between(8, 17), v.IntN(60), 0)
	}
	switch {
	case v.hit(v.city.Entry):
		row.entered = v.work.after(row.ended, v.IntN(4)).at(v.between(8, 19), v.IntN(60), v.IntN(60))
		row.entered = max(row.entered, row.ended.at(16, v.IntN(60), 0))
	case v.hit(.9):
		row.entered = v.work.after(row.ended, v.between(4, 30)).at(v.between(8, 19), v.IntN(60), v.IntN(60))
	}
	switch {
	case v.hit(v.city.Disclosure):
		row.disclosed = v.work.after(row.ended, v.between(1, 20))
	case v.hit(.6):
		row.disclosed = v.work.after(row.ended, v.between(21, 60))
	}
	switch { // slips of the pen, each a flag of its own
	case v.hit(.006):
		row.ended = 0
	case v.hit(.003):
		row.ended = row.started - day(v.between(1, 20))
	case v.hit(.002):
		row.item = "JH" + v.claim.region + "00000000"
	case v.hit(.0015):
		row.agency = "YJ239999"
	case v.hit(.0015):
		row.uscc = creditCode(v.chance, "239900", v.life.number+1)
	}
	return row
}

// chooseItems: an echo looks at much of what the visit before looked at.
func (v *visitor) chooseItems(echo bool) []string {
	at, step := v.IntN(len(v.checks)), pick(v.chance, []int{1, 3, 5, 7})
	items := make([]string, 0, 16)
	if echo && v.hit(.8) {
		for _, item := range v.items {
			if v.hit(.8) {
				items = append(items, item)
			}
		}
	}
	for range v.between(6, 14) {
		at = (at + step) % len(v.checks)
		if len(items) < 16 && !slices.Contains(items, v.checks[at].code) {
			items = append(items, v.checks[at].code)
		}
	}
	return items
}
