package reconcile

import (
	"fmt"
	"math"
	"strings"
)

// rates checks percentages called a 率 or 占比 against two counts of the sentence.
func (s *sentenceCheck) rates() {
	for i, p := range s.numbers {
		if !p.percent || s.used[i] || isReference(p) || !isRateLabel(p.label) {
			continue
		}
		s.judgeRate(i)
	}
}

func isRateLabel(label string) bool {
	return containsAny(label, "率", "占比", "比例", "比重") && !containsAny(label, "序时", "要求", "目标", "不得", "应达")
}

func (s *sentenceCheck) judgeRate(i int) {
	p := s.numbers[i]
	var candidates []number
	for j, n := range s.numbers {
		if n.isCount() && !s.used[j] && !isReference(n) && (j < i || j <= i+2) {
			candidates = append(candidates, n)
		}
	}
	for _, a := range candidates {
		for _, b := range candidates {
			if a.start != b.start && a.unit == b.unit && b.value > 0 && p.agrees(100*a.value/b.value, ratioSlack(a, b)) {
				s.hold(p, a, b)
				return
			}
		}
	}
	stem := p.label[:strings.LastIndex(p.label, "率")+len("率")]
	if !strings.Contains(p.label, "率") {
		stem = p.label
	}
	if a, b, ok := namedPair(strings.TrimSuffix(stem, "率"), candidates); ok {
		s.judgeRatio("rate", s.failInferred, p, a, b)
		return
	}
	// two numbers that follow may belong to the next statement
	if len(candidates) == 2 && candidates[0].unit == candidates[1].unit && candidates[1].end <= p.start {
		a, b := candidates[0], candidates[1]
		if a.value > b.value {
			a, b = b, a
		}
		s.judgeRatio("rate", s.failInferred, p, a, b)
		return
	}
	s.report.leave(s.place, s.text, fmt.Sprintf("%s without the two numbers it comes from", p.label+p.text))
}

// namedPair finds numerator and denominator by what they are called: 完成率 from 完成… and 计划….
func namedPair(stem string, candidates []number) (a, b number, ok bool) {
	if len(stem) > 6 {
		stem = stem[len(stem)-6:]
	}
	found := 0
	for _, n := range candidates {
		isWhole := containsAny(n.label, "应", "计划", "任务", "总", "到期", "再检", "共")
		switch {
		case isWhole && found&2 == 0:
			b, found = n, found|2
		case strings.Contains(n.label, stem) && !strings.Contains(n.label, "未") && found&1 == 0:
			a, found = n, found|1
		}
	}
	return a, b, found == 3 && a.unit == b.unit
}

// changes checks 63家次(上年同期58家次),同比上升8.6%, and 由58家次变为63家次,增长8.6%.
func (s *sentenceCheck) changes() {
	for i, p := range s.numbers {
		if p.points || !containsAny(p.label, "上升", "增长", "增加", "提高", "下降", "减少", "降低") || strings.Contains(p.label, "个百分点") {
			continue
		}
		base, current := -1, -1
		for j := i - 1; j >= 0; j-- {
			n := s.numbers[j]
			if !n.isCount() || s.used[j] {
				continue
			}
			switch {
			case base < 0 && containsAny(n.label, "上年同期", "去年同期", "上季度", "由", "从", "较上年", "比上年", "较去年", "比去年"):
				base = j
			case current < 0 && !isReference(n) || current < 0 && base < 0 && isArrival(n.label):
				current = j
			}
			if base >= 0 && current >= 0 {
				break
			}
		}
		if base < 0 && i+2 < len(s.numbers) && startsWithAny(s.numbers[i+1].label, "由", "从") && isArrival(s.numbers[i+2].label) {
			base, current = i+1, i+2 // 减少2起,由10起降至8起
		}
		if base == i-1 && i+1 < len(s.numbers) && startsWithAny(s.numbers[i+1].label, "达到", "增至", "降至") && s.numbers[i+1].unit == s.numbers[base].unit {
			current = i + 1 // 较上年的200万元增加60万元,达到260万元
		}
		if base < 0 || current < 0 || s.numbers[base].unit != s.numbers[current].unit {
			continue
		}
		s.judgeChange(p, s.numbers[current], s.numbers[base])
	}
}

func (s *sentenceCheck) judgeChange(p, current, base number) {
	difference := current.value - base.value
	if containsAny(p.label, "下降", "减少", "降低") {
		difference = -difference
	}
	value, slack := difference, current.slack()+base.slack()
	why := fmt.Sprintf("%s − %s", plain(current.value), plain(base.value))
	if p.percent {
		if base.value == 0 {
			s.fail("change", p, "—", "the base is 0", current, base)
			return
		}
		value, slack = 100*difference/base.value, ratioSlack(current, base)
		why = fmt.Sprintf("(%s) ÷ %s", why, plain(base.value))
	} else if p.unit != current.unit {
		return
	}
	if p.agrees(value, slack) {
		s.hold(p, current, base)
		return
	}
	s.fail("change", p, formatLike(p, value), why, current, base)
}

// differences checks 完成率12.7%,序时进度23.7%,低于序时进度11.0个百分点.
func (s *sentenceCheck) differences() {
	for i, p := range s.numbers {
		if !p.points || !containsAny(p.label, "高于", "低于", "高出", "超过", "相差", "高", "低", "提高", "下降", "上升") {
			continue
		}
		var before []number
		for j := 0; j < i; j++ {
			if s.numbers[j].percent && s.numbers[j].end > s.lastPoints(i) {
				before = append(before, s.numbers[j])
			}
		}
		if len(before) < 2 {
			continue
		}
		x, y := before[len(before)-2], before[len(before)-1]
		held := false
		for a := range before {
			for b := a + 1; b < len(before); b++ {
				if p.agrees(math.Abs(before[a].value-before[b].value), before[a].half+before[b].half) {
					held, x, y = true, before[a], before[b]
				}
			}
		}
		switch {
		case held && (strings.Contains(p.label, "低于") && x.value > y.value+0.2 || strings.Contains(p.label, "高于") && x.value < y.value-0.2):
			s.failInferred("difference", p, "the other direction", fmt.Sprintf("%s against %s", x.text, y.text), x, y)
		case held:
			s.hold(p, x, y)
		case len(before) == 2:
			s.failInferred("difference", p, formatLike(p, math.Abs(x.value-y.value)), fmt.Sprintf("%s − %s", x.text, y.text), x, y)
		default:
			s.report.leave(s.place, s.text, fmt.Sprintf("%s: which two percentages it compares", p.label+p.text))
		}
	}
}

// lastPoints is where the last difference before number i ends: what it compared is not compared again.
func (s *sentenceCheck) lastPoints(i int) int {
	for j := i - 1; j >= 0; j-- {
		if s.numbers[j].points {
			return s.numbers[j].end
		}
	}
	return 0
}

// counts checks 3个市(地):甲、乙、丙.
func (s *sentenceCheck) counts() {
	for i, n := range s.numbers {
		if n.unit != "个" && n.unit != "家" || !n.exact {
			continue
		}
		rest := s.text[n.end:]
		if !startsWithAny(rest, "市", "县", "区", "地", "单位", "部门", "机构", "省", "州", "企业") {
			continue
		}
		colon := strings.IndexAny(rest, ":")
		if colon < 0 || strings.ContainsAny(rest[:colon], ",;") || i+1 < len(s.numbers) && s.numbers[i+1].start < n.end+colon {
			continue
		}
		list := rest[colon+1:]
		if end := strings.IndexAny(list, ";"); end >= 0 {
			list = list[:end]
		}
		list = outsideBrackets(list)
		if containsAny(list, "等") || strings.TrimSpace(list) == "" {
			continue
		}
		// what follows a comma is another statement
		if end := strings.IndexAny(list, ","); end >= 0 {
			list = list[:end]
		}
		items := len(strings.FieldsFunc(list, func(r rune) bool { return r == '、' || r == '和' || r == '及' }))
		if n.agrees(float64(items), 0) {
			s.hold(n)
			continue
		}
		s.fail("count", n, fmt.Sprintf("%d%s", items, n.unit), fmt.Sprintf("%d names follow", items))
	}
}

func startsWithAny(text string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

func outsideBrackets(text string) string {
	var out strings.Builder
	depth := 0
	for _, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	return out.String()
}
