package reconcile

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// parts checks totals against their parts: after 其中, in brackets behind the total, or counted up in the same sentence.
func (s *sentenceCheck) parts() {
	judged := map[int]bool{}
	for at := strings.Index(s.text, "其中"); at >= 0; {
		end := s.regionEnd(at)
		s.judgeParts(at, at+len("其中"), end, judged, true)
		next := strings.Index(s.text[at+len("其中"):], "其中")
		if next < 0 {
			break
		}
		at += len("其中") + next
	}
	for i := range s.numbers {
		end := s.numbers[i].end
		if strings.HasPrefix(s.text[end:], "(") && !judged[i] && s.numbers[i].isCount() {
			s.judgeParts(end, end+1, s.regionEnd(end+1), judged, false)
		}
	}
	s.judgeEnumeration(judged)
}

// regionEnd is where the words that begin at a place stop: at the bracket that closes around them, or at the sentence's end.
func (s *sentenceCheck) regionEnd(at int) int {
	depth := 0
	for i, r := range s.text[at:] {
		switch r {
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return at + i
			}
			depth--
		}
	}
	from := at
	if strings.HasPrefix(s.text[at:], "其中") {
		from += len("其中")
	}
	if next := strings.Index(s.text[from:], "其中"); next >= 0 {
		return from + next
	}
	return len(s.text)
}

func (s *sentenceCheck) judgeParts(before, from, to int, judged map[int]bool, named bool) {
	var parts []int
	unit := ""
	for i, n := range s.numbers {
		if n.start < from || n.end > to || !n.isCount() || s.used[i] || isReference(n) {
			continue
		}
		if containsAny(n.label, "合计", "共计", "总计") {
			break
		}
		if len(parts) == 0 {
			unit = n.unit
		}
		if n.unit == unit {
			parts = append(parts, i)
		}
	}
	total := -1
	for i, n := range s.numbers {
		if n.end <= before && n.isCount() && n.unit == unit && !s.used[i] && !isReference(n) {
			total = i
		}
	}
	if total < 0 || len(parts) == 0 || !named && len(parts) < 2 {
		return
	}
	for k := 1; k < len(parts); k++ { // behind a semicolon something else may be spoken of: 矿山5座,其中停产3座;尾矿库12座
		if s.numbers[parts[k]].value > s.numbers[total].value && strings.Contains(s.between(parts[k-1], parts[k]), ";") {
			parts = parts[:k]
		}
	}
	for _, part := range parts {
		judged[part] = true
	}
	judged[total] = true
	s.judgeSum(s.meant(total, parts), parts, s.text[from:to])
}

// meant is the total that parts belong to: the nearest before them, unless they make up an earlier one of the same unit in full
// (计划1637家,完成1166家;其中重点1065家、一般572家).
func (s *sentenceCheck) meant(total int, parts []int) int {
	sum, slack := 0.0, 0.0
	for _, part := range parts {
		sum, slack = sum+s.numbers[part].value, slack+s.numbers[part].slack()
	}
	if len(parts) < 2 || s.numbers[total].agrees(sum, slack) {
		return total
	}
	for i := total - 1; i >= 0; i-- {
		if n := s.numbers[i]; n.isCount() && n.unit == s.numbers[total].unit && !s.used[i] && !isReference(n) && n.agrees(sum, slack) {
			return i
		}
	}
	return total
}

// judgeSum decides whether parts that are named must make up the whole, and if they do.
func (s *sentenceCheck) judgeSum(total int, parts []int, words string) {
	whole := s.numbers[total]
	values := make([]number, len(parts))
	for i, part := range parts {
		values[i] = s.numbers[part]
	}
	if held := sumsTo(whole, values); held != nil {
		s.hold(append(held, whole)...)
		for _, v := range values {
			if !slices.ContainsFunc(held, func(h number) bool { return h.place == v.place }) && v.value > whole.value {
				s.fail("parts", v, "≤ "+whole.text, "a part is larger than its whole", whole)
			}
		}
		return
	}
	sum, written := 0.0, make([]string, len(values))
	for i, v := range values {
		if v.value > whole.value+whole.slack()+v.slack() {
			s.fail("parts", v, "≤ "+whole.text, "a part is larger than its whole", append([]number{whole}, values...)...)
			return
		}
		sum += v.value
		written[i] = plain(v.value)
	}
	complementary := len(values) == 2 && arePair(values[0].label, values[1].label)
	open := sum < whole.value && containsAny(words, "等", "主要", "包括", "以及", "还有", "其余", "占比最高", "最多")
	if (len(values) >= 3 || complementary) && !open {
		s.fail("parts", whole, formatLike(whole, sum), strings.Join(written, " + ")+" = "+plain(sum), values...)
		return
	}
	if len(values) > 1 {
		s.report.leave(s.place, s.text, fmt.Sprintf("parts %s of %s need not be all of it", strings.Join(written, "、"), whole.text))
	}
}

// sumsTo finds the parts that make up the whole: all of them, or a run of at least two (the others then name something else).
func sumsTo(whole number, parts []number) []number {
	for length := len(parts); length >= 2; length-- {
		for from := 0; from+length <= len(parts); from++ {
			sum, slack := 0.0, 0.0
			for _, part := range parts[from : from+length] {
				sum += part.value
				slack += part.slack()
			}
			if whole.agrees(sum, slack) {
				return parts[from : from+length]
			}
		}
	}
	return nil
}

// arePair says whether two labels divide a whole between them.
func arePair(a, b string) bool {
	for _, pair := range [][2]string{{"重点", "一般"}, {"重大", "一般"}, {"已", "未"}, {"按期", "逾期"}, {"完成", "未完成"}, {"多层级", "多头"}, {"计划内", "计划外"}, {"立案", "不予"}} {
		if strings.Contains(a, pair[0]) && strings.Contains(b, pair[1]) || strings.Contains(a, pair[1]) && strings.Contains(b, pair[0]) {
			return true
		}
	}
	return false
}

// judgeEnumeration checks 查出隐患165条,已整改134条、正在整改13条、限期整改5条: no 其中, but a total and at least three of its unit.
// It speaks only when the sum is so near the total that the one was meant for the other.
func (s *sentenceCheck) judgeEnumeration(judged map[int]bool) {
	for i, whole := range s.numbers {
		if judged[i] || s.used[i] || !whole.isCount() || whole.unit == "" || !containsAny(whole.label, "共", "总", "合计", "发现", "查出", "排查", "累计", "隐患") {
			continue
		}
		var parts []int
		for j := i + 1; j < len(s.numbers); j++ {
			n := s.numbers[j]
			if n.unit != whole.unit || judged[j] || s.used[j] || isReference(n) || !n.isCount() {
				continue
			}
			parts = append(parts, j)
		}
		if len(parts) < 3 {
			continue
		}
		values, sum := make([]number, len(parts)), 0.0
		for k, part := range parts {
			values[k] = s.numbers[part]
			sum += values[k].value
		}
		near := math.Abs(sum-whole.value) <= 0.25*whole.value
		if near || sumsTo(whole, values) != nil {
			s.judgeSum(i, parts, "")
			return
		}
	}
}
