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

// closings checks a total that follows its parts: 一般隐患120条、重大隐患12条,合计132条.
func (s *sentenceCheck) closings() {
	for i, total := range s.numbers {
		if s.used[i] || !total.isCount() || !strings.HasPrefix(total.label, "合计") && !strings.HasPrefix(total.label, "共计") && !strings.HasPrefix(total.label, "总计") {
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
		if len(parts) < 2 {
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
