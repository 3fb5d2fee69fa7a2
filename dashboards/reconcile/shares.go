package reconcile

import (
	"fmt"
	"math"
	"strings"
)

// fractions checks 12.7%(17/134).
func (s *sentenceCheck) fractions() {
	for i := 0; i+2 < len(s.numbers); i++ {
		p, a, b := s.numbers[i], s.numbers[i+1], s.numbers[i+2]
		if !p.percent || s.between(i, i+1) != "(" || s.between(i+1, i+2) != "/" || !strings.HasPrefix(s.text[b.end:], ")") {
			continue
		}
		s.used[i], s.used[i+1], s.used[i+2] = true, true, true
		s.judgeRatio("rate", s.fail, p, a, b)
	}
}

// judgeRatio checks p = a ÷ b, and reports it by fail.
func (s *sentenceCheck) judgeRatio(rule string, fail func(rule string, n number, should, why string, terms ...number), p, a, b number) {
	if b.value == 0 {
		fail(rule, p, "—", fmt.Sprintf("%s ÷ 0", plain(a.value)), a, b)
		return
	}
	value, slack := 100*a.value/b.value, ratioSlack(a, b)
	if p.agrees(value, slack) {
		s.hold(p, a, b)
		return
	}
	fail(rule, p, formatLike(p, value), fmt.Sprintf("%s ÷ %s = %s%%", plain(a.value), plain(b.value), plain(math.Round(value*100)/100)), a, b)
}

// ratioSlack is how far the roundings of a and b may move 100·a/b.
func ratioSlack(a, b number) float64 {
	if b.value == 0 {
		return 0
	}
	return 100 * (a.slack() + math.Abs(a.value/b.value)*b.slack()) / math.Abs(b.value)
}

type share struct{ value, percent int } // indices of numbers

// shares checks 535个工作日,占27.0%, and lists with 分别占.
func (s *sentenceCheck) shares() {
	groups := map[string][]share{}
	var order []string
	for _, pair := range s.sharePairs() {
		unit := s.numbers[pair.value].unit
		if groups[unit] == nil {
			order = append(order, unit)
		}
		groups[unit] = append(groups[unit], pair)
	}
	for _, unit := range order {
		s.judgeShares(groups[unit])
	}
}

func (s *sentenceCheck) sharePairs() []share {
	var pairs []share
	for i := 0; i+1 < len(s.numbers); i++ {
		v, p := s.numbers[i], s.numbers[i+1]
		if !v.isCount() || !p.percent || s.used[i] || s.used[i+1] {
			continue
		}
		between := s.between(i, i+1)
		inBrackets := strings.TrimSpace(between) == "(" && strings.HasPrefix(s.text[p.end:], ")")
		switch {
		case inBrackets:
			pairs = append(pairs, share{i, i + 1})
		case strings.Contains(between, "占") && !containsAny(between, "分别", "其中", ";") && len(between) < 60:
			if value := s.named(i, p); value >= 0 {
				pairs = append(pairs, share{value, i + 1})
			}
		}
	}
	percents := s.sharesInARow(pairs)
	if len(percents) == 0 {
		return pairs
	}
	values := s.valuesBefore(percents[0], len(percents))
	if len(values) != len(percents) {
		s.report.leave(s.place, s.text, "a list of shares with another number of values before it")
		return pairs
	}
	for i := range values {
		pairs = append(pairs, share{values[i], percents[i]})
	}
	return pairs
}

// named is the amount a share is of: the one before it, or another one where the words before 占 name that: 重点36家、一般24家,重点占60%.
func (s *sentenceCheck) named(before int, percent number) int {
	subject, _, found := strings.Cut(percent.label, "占")
	if !found || len(subject) < 2*len("重") || strings.Contains(s.numbers[before].label, subject) {
		return before
	}
	for i := before - 1; i >= 0; i-- {
		if n := s.numbers[i]; n.isCount() && !s.used[i] && strings.Contains(n.label, subject) {
			return i
		}
	}
	return before
}

// ofWholes checks 检查企业63家,占应检企业210家的30%: the whole stands between 占 and the share.
func (s *sentenceCheck) ofWholes() {
	for i := 2; i < len(s.numbers); i++ {
		value, whole, p := s.numbers[i-2], s.numbers[i-1], s.numbers[i]
		if !p.percent || s.used[i] || strings.TrimSpace(s.between(i-1, i)) != "的" || !strings.HasPrefix(whole.label, "占") || !value.isCount() || !whole.isCount() || value.unit != whole.unit || isReference(value) || whole.value <= 0 {
			continue
		}
		s.used[i] = true
		if p.agrees(100*value.value/whole.value, ratioSlack(value, whole)) {
			s.hold(p, value, whole)
			continue
		}
		s.judgeRatio("share", s.fail, p, value, whole)
	}
}

// sharesInARow are percentages of one list that stand apart from what they are shares of: 分别占21%、71%、8%, or 甲占21%、乙占71%.
func (s *sentenceCheck) sharesInARow(pairs []share) []int {
	taken := map[int]bool{}
	for _, pair := range pairs {
		taken[pair.percent] = true
	}
	var row []int
	for i, n := range s.numbers {
		begins := n.percent && !taken[i] && !s.used[i] && containsAny(n.label, "分别占", "占比分别", "比例分别", "比重分别", "各占", "占")
		switch {
		case len(row) > 0 && row[len(row)-1] == i-1 && n.percent && !taken[i] && (begins || isJoint(s.between(i-1, i))):
			row = append(row, i)
		case begins && len(row) < 2:
			row = []int{i}
		}
	}
	if len(row) < 2 {
		return nil
	}
	return row
}

// valuesBefore are the n amounts listed last before number i.
func (s *sentenceCheck) valuesBefore(i, n int) []int {
	var list, last []int
	for j := range i {
		if !s.numbers[j].isCount() {
			list = nil
			continue
		}
		if len(list) > 0 && !isJoint(strings.TrimRight(strings.TrimSpace(s.between(j-1, j)), "()")) {
			list = nil
		}
		if list = append(list, j); len(list) == n {
			last = append([]int(nil), list...)
		}
	}
	return last
}

// judgeShares looks for the total all shares of one unit refer to, and blames the shares that no total explains.
func (s *sentenceCheck) judgeShares(pairs []share) {
	first := pairs[0].value
	total, sumShares := 0.0, 0.0
	largest := 0.0
	for _, pair := range pairs {
		total += s.numbers[pair.value].value
		sumShares += s.numbers[pair.percent].value
		largest = math.Max(largest, s.numbers[pair.value].value)
	}
	isValue := map[int]bool{}
	for _, pair := range pairs {
		isValue[pair.value] = true
	}
	var candidates []number
	for i := len(s.numbers) - 1; i >= 0; i-- {
		n := s.numbers[i]
		sameUnit := n.unit == s.numbers[first].unit || n.unit == ""
		if n.isCount() && sameUnit && !isValue[i] && !s.used[i] && n.value >= largest && (i < first || containsAny(n.label, "共", "总", "合计")) && !isReference(n) {
			candidates = append(candidates, n)
		}
	}
	partition := len(pairs) > 1 && sumShares > 98 && sumShares < 102
	if partition {
		candidates = append(candidates, number{value: total, exact: true, text: plain(total)})
	}
	if len(candidates) == 0 || !partition && s.areSiblings(candidates, first) {
		s.report.leave(s.place, s.text, "a share without its whole")
		for _, pair := range pairs {
			s.used[pair.percent] = true
		}
		return
	}
	best, bestHeld := candidates[0], -1
	for _, candidate := range candidates {
		held := 0
		for _, pair := range pairs {
			if s.isShare(pair, candidate) {
				held++
			}
		}
		if held > bestHeld || held == bestHeld && candidate.value == total && best.value != total {
			best, bestHeld = candidate, held
		}
	}
	for _, pair := range pairs {
		s.used[pair.percent] = true
		ok := s.isShare(pair, best)
		for _, candidate := range candidates {
			ok = ok || !partition && s.isShare(pair, candidate)
		}
		if ok {
			s.hold(s.numbers[pair.percent], s.numbers[pair.value], best)
			continue
		}
		s.judgeRatio("share", s.failInferred, s.numbers[pair.percent], s.numbers[pair.value], best)
	}
}

func (s *sentenceCheck) isShare(pair share, whole number) bool {
	v := s.numbers[pair.value]
	return whole.value > 0 && s.numbers[pair.percent].agrees(100*v.value/whole.value, ratioSlack(v, whole))
}

// areSiblings says whether the only wholes on offer are members of the same list as the value: 危化12家、煤矿10家,占20%.
func (s *sentenceCheck) areSiblings(candidates []number, value int) bool {
	for _, candidate := range candidates {
		between := ""
		if candidate.end < s.numbers[value].start {
			between = s.text[candidate.end:s.numbers[value].start]
		}
		if !strings.HasPrefix(strings.TrimSpace(between), "、") {
			return false
		}
	}
	return true
}
