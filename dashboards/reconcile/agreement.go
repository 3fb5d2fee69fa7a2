package reconcile

import (
	"fmt"
	"strings"
)

// checkAgreement compares what a sentence says of the whole (全省年度计划134项) with the total rows of tables under the same name.
func (r *Report) checkAgreement(paragraphs []paragraph, tables []*table) {
	totals := map[string][]number{}
	names := map[string]string{}
	for _, t := range tables {
		rows := t.totalRows()
		if len(rows) != 1 {
			continue
		}
		for c, d := range t.columns {
			if n, ok := t.number(rows[0], c); ok {
				key := plainLabel(d.label)
				if d.rate || n.percent {
					n.percent = true
				}
				totals[key] = append(totals[key], n)
				names[n.place] = t.where(rows[0], c)
			}
		}
	}
	for _, p := range paragraphs {
		for _, sentence := range sentences(folded(p.text)) {
			if !containsAny(sentence, "全省", "全市", "全州", "全区", "全县") {
				continue
			}
			for _, n := range numbersOf(sentence, p.place) {
				r.agree(n, p.place, sentence, totals[plainLabel(n.label)], names)
			}
		}
	}
}

func (r *Report) agree(n number, place, sentence string, printed []number, names map[string]string) {
	var same []number
	for _, other := range printed {
		if other.percent == n.percent && other.points == n.points && (n.unit == "" || other.unit == "" || n.unit == other.unit || n.percent) {
			same = append(same, other)
		}
	}
	if len(same) == 0 {
		return
	}
	for _, other := range same {
		if n.agrees(other.value, other.slack()) {
			r.hold(n.place, other.place)
			return
		}
	}
	if containsAny(sentence, "本季", "当季", "本月", "当月") { // the table may count from January on
		return
	}
	if len(same) > 1 {
		r.leave(place, sentence, fmt.Sprintf("several tables give %s", n.label))
		return
	}
	r.fail(Finding{Place: place, Rule: "agreement", Quote: shorten(sentence), Says: n.label + n.text, Should: formatLike(n, same[0].value),
		Why: names[same[0].place] + " says " + same[0].text, Terms: []string{n.place, same[0].place}})
}

// plainLabel strips what surrounds the name of a quantity: whose it is, units, 合计 under a head.
func plainLabel(label string) string {
	label = outsideBrackets(label)
	label = strings.TrimSuffix(strings.TrimSuffix(label, "/合计"), "/小计")
	label = strings.ReplaceAll(label, "/", "")
	for _, prefix := range []string{"全省", "全市", "全州", "全区", "全县", "其中", "共"} {
		label = strings.TrimPrefix(label, prefix)
	}
	return strings.TrimSuffix(strings.TrimSuffix(label, "为"), "共")
}
