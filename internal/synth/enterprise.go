package synth

import (
	"strconv"
	"strings"
)

// provinceOffice keeps a list of enterprises of its own.
const provinceOffice = "YJ230000"

// live makes everything that happens to one enterprise. l is reused: its slices are emptied first.
func (w *world) live(number int, l *life) {
	c := newChance(w.options.Seed, streamEnterprise, number)
	l.reset(number)
	weights := make([]float64, len(w.cities))
	for i, city := range w.cities {
		weights[i] = city.Weight
	}
	l.city = c.weighted(weights)
	counties := w.counties[l.city]
	at := c.IntN(len(counties))
	if c.hit(.6) {
		at = min(at, c.IntN(len(counties))) // the first ones, the districts of the city, have more
	}
	county := counties[at]
	kind := c.weighted(sectorWeights(w.cities[l.city].Code))
	sector := w.sectors[kind]
	t := pick(c, sector.trades)
	uscc := creditCode(c, county.Code, number)
	if c.hit(.02) {
		uscc = misread(c, uscc)
	}
	e := claim{
		uscc: uscc, regulator: "YJ" + county.Code, name: enterpriseName(c, shortName(county.Name), t), region: county.Code,
		address: address(c, w.options.Regions.FullName(county.Code)), industry: t.industry, sector: kind,
		key: c.hit(sector.key), status: "正常", listed: dayOf(w.options.FirstYear-1, 1, 1) - day(c.IntN(2500)),
	}
	if c.hit(.85) {
		e.risk = []string{"A", "B", "C", "D"}[c.weighted([]float64{22, 43, 25, 10})]
	}
	if c.hit(.8) {
		e.standard = []string{"一级", "二级", "三级", "未达标"}[c.weighted([]float64{3, 14, 48, 35})]
	}
	switch {
	case c.hit(.035):
		e.status = "注销"
	case c.hit(.05):
		e.status = "停产"
	case c.hit(.03):
		e.status = ""
	}
	if c.hit(.06) {
		e.address = ""
	}
	if c.hit(.1) {
		e.listed = 0
	}
	if e.key && c.hit(.3) {
		e.regulator = "YJ" + w.cities[l.city].Code
	}
	l.claims = append(l.claims, e)
	if c.hit(.07) {
		second := e
		second.regulator = "XF" + county.Code
		if c.hit(.4) {
			second.regulator = "YJ" + w.cities[l.city].Code
		}
		if second.regulator != e.regulator {
			l.claims = append(l.claims, second)
		}
	}
	share := .004
	if strings.HasSuffix(county.Name, "向阳区") { // a name two cities share: the province's list is where it goes wrong
		share = .3
	}
	if e.key && c.hit(.05) || c.hit(share) {
		third := e
		third.regulator = provinceOffice
		l.claims = append(l.claims, third)
	}
	for year := w.options.FirstYear; year <= w.last.year(); year++ {
		w.plan(c, l, e, year)
	}
	visits := visitor{world: w, chance: c, life: l, claim: e, city: w.cities[l.city], checks: w.checks[kind], classes: map[string]*class{}}
	visits.run()
	w.misfortunes(c, l, e)
}

func (l *life) reset(number int) {
	l.number = number
	l.claims, l.items, l.changes = l.claims[:0], l.items[:0], l.changes[:0]
	l.inspections, l.hazards, l.penalties = l.inspections[:0], l.hazards[:0], l.penalties[:0]
	l.accidents, l.credit = l.accidents[:0], l.credit[:0]
}

// shortName is a county's name as firms carry it: 道里.
func shortName(name string) string {
	runes := []rune(name)
	if len(runes) > 5 {
		return string(runes[:2])
	}
	return string(runes[:len(runes)-1])
}

// id builds the number of a row: prefix, county, year, enterprise, place in its life.
func (l *life) id(prefix, region string, year, place int) string {
	b := make([]byte, 0, 24)
	b = append(b, prefix...)
	b = append(b, region...)
	b = strconv.AppendInt(b, int64(year%100), 10)
	b = appendPadded(b, l.number, 6)
	return string(appendPadded(b, place, 3))
}

// appendPadded writes n with at least width digits.
func appendPadded(b []byte, n, width int) []byte {
	for power := 10; width > 1; width, power = width-1, power*10 {
		if n < power {
			b = append(b, '0')
		}
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// misfortunes are accidents and what happens to an enterprise's credit.
func (w *world) misfortunes(c chance, l *life, e claim) {
	span := int(w.last-dayOf(w.options.FirstYear, 1, 1)) + 365
	first := dayOf(w.options.FirstYear-1, 1, 1)
	rate := .012
	if e.sector == 0 {
		rate = .12
	}
	if c.hit(rate) {
		a := accident{id: l.id("SG", e.region, 0, 1), uscc: e.uscc, occurred: first + day(c.IntN(span)), injuries: c.IntN(4)}
		if c.hit(.3) {
			a.deaths = c.skewed(1.4)
		}
		l.accidents = append(l.accidents, a)
	}
	if c.hit(.02) {
		event := creditEvent{id: l.id("XY", e.region, 0, 1), uscc: e.uscc, started: first + day(c.IntN(span)),
			kind: []string{"失信惩戒", "黑名单", "媒体曝光", "公开承诺"}[c.weighted([]float64{40, 15, 20, 25})]}
		if c.hit(.6) {
			event.ended = event.started + day(c.between(30, 700))
		}
		l.credit = append(l.credit, event)
	}
}
