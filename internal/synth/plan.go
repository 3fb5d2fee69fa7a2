package synth

import (
	"hash/fnv"
	"strconv"
	"time"
)

// plan puts an enterprise into a year's plan of one agency, or of two.
func (w *world) plan(c chance, l *life, e claim, year int) {
	city := w.cities[l.city]
	share := w.sectors[e.sector].planned
	if e.risk == "C" || e.risk == "D" {
		share = min(1, share*1.2)
	}
	if e.status == "注销" && year == w.last.year() {
		share *= .2
	}
	if !c.hit(share) {
		return
	}
	agencies := []string{e.regulator}
	if other := "XF" + e.region; c.hit(.05) && w.has(other) {
		agencies = append(agencies, other)
	}
	if other := "YJ" + city.Code; c.hit(.03) && other != e.regulator {
		agencies = append(agencies, other)
	}
	for _, agency := range agencies {
		w.planItem(c, l, e, city, year, agency)
	}
}

func (w *world) planItem(c chance, l *life, e claim, city character, year int, agency string) {
	item := planItem{
		id: l.id("JH", agency[2:8], year, len(l.items)+1), year: year, agency: agency, uscc: e.uscc,
		key: c.hit(city.KeyShare), method: "定向", visits: 1,
		month: 1 + c.weighted([]float64{4, 8, 12, 13, 13, 12, 11, 10, 8, 4, 3, 2}),
	}
	switch {
	case c.hit(city.DoubleRandom):
		item.method = "双随机"
	case c.hit(.06):
		item.method = "其他"
	}
	switch {
	case e.sector == 0:
		item.visits = c.between(2, 4)
	case e.sector <= 4 && c.hit(.35), c.hit(.06):
		item.visits = 2
	}
	item.approved, item.filed = w.planDays(agency, year)
	if c.hit(.07) {
		item.added = true
		item.approved = dayOf(year, time.Month(c.between(4, 8)), c.between(1, 28))
		item.filed = item.approved + day(c.between(1, 15))
		item.month = min(12, item.approved.month()+c.between(0, 4))
	}
	if item.approved > w.last {
		return
	}
	if c.hit(.04) {
		item.month = 0
	}
	item.effectiveMonth = item.month
	switch {
	case c.hit(.05):
		w.remove(c, l, &item)
	case c.hit(.04):
		w.reschedule(c, l, &item)
	}
	l.items = append(l.items, item)
}

// planDays: an agency's whole plan is approved on one day and filed on one; some file after 10 March.
func (w *world) planDays(agency string, year int) (approved, filed day) {
	hash := fnv.New64a()
	hash.Write([]byte(agency + strconv.Itoa(year) + strconv.FormatUint(w.options.Seed, 10))) // never fails
	h := hash.Sum64()
	approved = w.work.roll(dayOf(year, 1, 10) + day(h%40))
	filed = w.work.roll(approved + 1 + day(h>>8%16))
	if h>>16%100 < 9 {
		filed = w.work.roll(dayOf(year, 3, 11) + day(h>>24%30))
	}
	return approved, filed
}

func (w *world) remove(c chance, l *life, item *planItem) {
	change := planChange{
		id: l.id("TZ", item.agency[2:8], item.year, len(l.changes)+1), item: item.id, action: "核减",
		reason:  []string{"停产", "注销", "移交", "重复", "其他"}[c.weighted([]float64{40, 20, 12, 18, 10})],
		decided: w.work.roll(item.approved + day(c.between(20, 200))),
	}
	switch {
	case c.hit(.72):
		change.reapproved = change.decided + day(c.between(3, 30))
	case c.hit(.5):
		change.reapproved = change.decided + day(c.between(31, 70))
	}
	if change.decided > w.last || change.decided.year() != item.year {
		return
	}
	item.removed = change.reapproved
	l.changes = append(l.changes, change)
}

func (w *world) reschedule(c chance, l *life, item *planItem) {
	change := planChange{
		id: l.id("TZ", item.agency[2:8], item.year, len(l.changes)+1), item: item.id, action: "改期",
		decided: w.work.roll(item.approved + day(c.between(10, 120))), month: min(12, max(item.month, 1)+c.between(1, 4)),
	}
	if c.hit(.85) {
		change.reapproved = change.decided + day(c.between(2, 35))
		item.effectiveMonth = change.month
	}
	if c.hit(.6) {
		change.reason = pick(c, []string{"停产", "其他", "移交"})
	}
	if change.decided > w.last || change.decided.year() != item.year {
		return
	}
	l.changes = append(l.changes, change)
}
