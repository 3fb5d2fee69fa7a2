package reconcile

import (
	"fmt"
	"math"
	"strings"
)

// movements checks the direction in 由1086家次上升到1059家次.
func (s *sentenceCheck) movements() {
	for i := 1; i < len(s.numbers); i++ {
		base, current := s.numbers[i-1], s.numbers[i]
		if !containsAny(base.label, "由", "从") || base.unit != current.unit || !isArrival(current.label) {
			continue
		}
		up, down := containsAny(current.label, "上升", "增", "升", "提高"), containsAny(current.label, "下降", "减", "降", "压")
		switch {
		case up == down: // 变为 says no direction
		case up && current.value < base.value:
			s.fail("change", current, "the other direction", fmt.Sprintf("%s is less than %s", plain(current.value), plain(base.value)), base)
		case down && current.value > base.value:
			s.fail("change", current, "the other direction", fmt.Sprintf("%s is more than %s", plain(current.value), plain(base.value)), base)
		default:
			s.hold(current, base)
		}
	}
}

// isArrival holds for the words before what something became: 变为, 下降到, 增至.
func isArrival(label string) bool {
	for _, end := range []string{"到", "至", "为", "到了", "成"} {
		if strings.HasSuffix(label, end) && containsAny(label, "变", "升", "降", "增", "减", "提高", "压") {
			return true
		}
	}
	return false
}

// remainders checks 共540条,已整改502条,其余38条: one whole, one part, and what is left.
func (s *sentenceCheck) remainders() {
	for i, rest := range s.numbers {
		if s.used[i] || !rest.isCount() || !containsAny(rest.label, "其余", "余下", "剩余", "尚余", "还剩") {
			if rest.isCount() && !s.used[i] {
				s.outstanding(i)
			}
			continue
		}
		var before []int
		for j := range i {
			if n := s.numbers[j]; n.isCount() && n.unit == rest.unit && !s.used[j] && !isReference(n) {
				before = append(before, j)
			}
		}
		if len(before) != 2 || s.numbers[before[0]].value < s.numbers[before[1]].value {
			continue
		}
		whole, part := s.numbers[before[0]], s.numbers[before[1]]
		if value := whole.value - part.value; rest.agrees(value, whole.slack()+part.slack()) {
			s.hold(rest, whole, part)
		} else {
			s.failInferred("difference", rest, formatLike(rest, value), fmt.Sprintf("%s − %s", plain(whole.value), plain(part.value)), whole, part)
		}
	}
}

// outstanding checks 应整改138条,已整改71条;未整改67条: what was due, what was done, what was not, all three named so.
func (s *sentenceCheck) outstanding(i int) {
	rest := s.numbers[i]
	_, done, found := strings.Cut(rest.label, "未")
	if !found || len(done) < len("整改") {
		return
	}
	due, part := -1, -1
	for j := range i {
		switch n := s.numbers[j]; {
		case !n.isCount() || n.unit != rest.unit || s.used[j] || isReference(n):
		case strings.HasSuffix(n.label, "应"+done):
			due, part = j, -1
		case strings.HasSuffix(n.label, "已"+done):
			part = j
		}
	}
	if due < 0 || part < 0 {
		return
	}
	whole, other := s.numbers[due], s.numbers[part]
	if value := whole.value - other.value; rest.agrees(value, whole.slack()+other.slack()) {
		s.hold(rest, whole, other)
	} else {
		s.failInferred("difference", rest, formatLike(rest, value), fmt.Sprintf("%s − %s", plain(whole.value), plain(other.value)), whole, other)
	}
}

// averages checks 检查50家,发现隐患300条,平均每家6条: one number of each unit before it.
func (s *sentenceCheck) averages() {
	for i, mean := range s.numbers {
		_, per, found := strings.Cut(mean.label, "平均每")
		if !found || s.used[i] || !mean.isCount() {
			continue
		}
		total, count := -1, -1
		for j := range i {
			n := s.numbers[j]
			if !n.isCount() || s.used[j] || isReference(n) {
				continue
			}
			if n.unit == mean.unit {
				total = j
			}
			if n.unit != "" && n.unit != mean.unit && strings.HasPrefix(strings.TrimPrefix(per, "个"), n.unit) {
				count = j
			}
		}
		if total < 0 || count < 0 || s.numbers[count].value == 0 {
			continue
		}
		whole, by := s.numbers[total], s.numbers[count]
		rounding := mean
		rounding.exact = false // 平均每家6条 may be 5.8
		if rounding.agrees(whole.value/by.value, (whole.slack()+math.Abs(whole.value/by.value)*by.slack())/by.value) {
			s.hold(mean, whole, by)
			continue
		}
		s.failInferred("mean", mean, formatLike(mean, whole.value/by.value), fmt.Sprintf("%s ÷ %s", plain(whole.value), plain(by.value)), whole, by)
	}
}

// isClosing says whether a number closes what was counted up before it: 合计 anything, or a span of time its parts.
func isClosing(total number, parts []number) bool {
	if startsWithAny(total.label, "合计", "共计", "总计") || strings.Contains(total.label, "总数") {
		return true
	}
	if !containsAny(total.label, "共", "累计") {
		return false
	}
	whole := func(words ...string) bool {
		for _, part := range parts {
			if !containsAny(part.label, words...) {
				return false
			}
		}
		return true
	}
	switch {
	case strings.Contains(total.label, "季度"):
		return len(parts) == 3 && whole("月")
	case strings.Contains(total.label, "上半年"):
		return len(parts) == 2 && whole("季度") || len(parts) == 6 && whole("月")
	case strings.Contains(total.label, "全年"):
		return len(parts) == 2 && whole("半年") || len(parts) == 4 && whole("季度") || len(parts) == 12 && whole("月")
	}
	return false
}

// spanned are the parts at the end of a list that are of spans of time.
func spanned(parts []number) []number {
	from := len(parts)
	for from > 0 && containsAny(parts[from-1].label, "月", "季度", "半年") {
		from--
	}
	return parts[from:]
}

// closings checks a total that follows its parts: 一般隐患120条、重大隐患12条,合计132条.
func (s *sentenceCheck) closings() {
	for i, total := range s.numbers {
		if s.used[i] || !total.isCount() || !containsAny(total.label, "合计", "共计", "总计", "总数", "累计", "共") {
			continue
		}
		var parts []number
		for j := i - 1; j >= 0; j-- {
			n := s.numbers[j]
			if n.percent || n.points { // shares between the parts
				continue
			}
			if n.unit != total.unit || s.used[j] || isReference(n) || strings.ContainsAny(s.text[n.end:total.start], ";") {
				break
			}
			parts = append([]number{n}, parts...)
		}
		if containsAny(total.label, "累计", "共") && !startsWithAny(total.label, "共计") {
			parts = spanned(parts)
		}
		if len(parts) < 2 || !isClosing(total, parts) {
			continue
		}
		if held := sumsTo(total, parts); held != nil {
			s.hold(append(held, total)...)
			continue
		}
		sum, written := 0.0, make([]string, len(parts))
		for k, part := range parts {
			sum += part.value
			written[k] = plain(part.value)
		}
		if math.Abs(sum-total.value) <= 0.25*total.value {
			s.fail("parts", total, formatLike(total, sum), strings.Join(written, " + ")+" = "+plain(sum), parts...)
		}
	}
}

// respective checks 3个市完成率分别为76.5%、68.5%、61.8%: as many values as places are counted.
func (s *sentenceCheck) respective() {
	for i := 0; i+1 < len(s.numbers); i++ {
		n, first := s.numbers[i], s.numbers[i+1]
		if n.unit != "个" || !n.exact || !startsWithAny(s.text[n.end:], "市", "县", "区", "地", "单位", "部门", "机构") || !strings.Contains(s.text[n.end:first.start], "分别") || strings.ContainsAny(s.text[n.end:first.start], ",;") {
			continue
		}
		last := i + 1
		for last+1 < len(s.numbers) && isJoint(s.between(last, last+1)) {
			last++
		}
		values := last - i
		if values < 2 {
			continue
		}
		if n.agrees(float64(values), 0) {
			s.hold(n)
			continue
		}
		s.fail("count", n, fmt.Sprintf("%d%s", values, n.unit), fmt.Sprintf("%d values follow", values))
	}
}
