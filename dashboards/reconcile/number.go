package reconcile

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// number is a number as it stands in text.
type number struct {
	text       string  // as printed, with its unit
	value      float64 // percentages as printed: 12.7% is 12.7
	half       float64 // half a unit of its last printed digit: what rounding may have hidden
	unit       string
	percent    bool
	points     bool // 个百分点
	exact      bool // a whole number, not rounded
	label      string
	start, end int // bytes in the sentence
	place      string
}

func (n number) isCount() bool { return !n.percent && !n.points }

// agrees says whether a computed value could have been printed so. slack is what rounding of the inputs may add.
func (n number) agrees(value, slack float64) bool {
	half := n.half
	if n.exact && !n.percent && !n.points {
		half = 0
	}
	return math.Abs(n.value-value) <= half+slack+1e-9*math.Max(1, math.Abs(value))
}

// slack is how far the true value may lie from the printed one.
func (n number) slack() float64 {
	if n.exact && n.isCount() {
		return 0
	}
	return n.half
}

func (n number) decimals() int {
	digits := strings.TrimRightFunc(strings.TrimSuffix(n.text, n.unit), func(r rune) bool { return r < '0' || r > '9' })
	if dot := strings.LastIndexByte(digits, '.'); dot >= 0 {
		return len(digits) - dot - 1
	}
	return 0
}

var numeral = regexp.MustCompile(`[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?`)

// units longest first, so that 家次 is not read as 家.
func units() []string {
	return []string{"个百分点", "百分点", "个工作日", "工作日", "个小时", "万元", "亿元", "小时", "分钟", "公里", "平方米", "立方米",
		"家次", "户次", "人次", "台次", "车次", "班次", "家", "户", "项", "条", "处", "宗", "件", "起", "例", "次", "人", "名", "天", "日", "年", "月", "时", "号", "元", "个", "台", "辆", "份", "期", "场", "吨", "批", "对", "倍"}
}

// folded makes text comparable: full-width digits and signs become half-width, other characters stay. Byte offsets change,
// so a sentence is folded once and worked on in that form.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e': // full-width ASCII
			return r - 0xfee0
		case r == '−' || r == '﹣':
			return '-'
		case r == '\u00a0' || r == '\u3000':
			return ' '
		}
		return r
	}, text)
}

var notQuantity = regexp.MustCompile(`(第|附件|附表|表|图|注|〔|\[|【|No\.?|[A-Za-z#§-])\s*$`)

// longestMark is how far before a number a mark that it is no quantity may begin.
const longestMark = 16

// numbersOf finds the quantities of a folded sentence: dates, document numbers, ordinals and telephone numbers are not.
func numbersOf(sentence, place string) []number {
	var found []number
	last := 0
	for _, at := range numeral.FindAllStringIndex(sentence, -1) {
		start, end := at[0], at[1]
		if start < last || insideLongNumber(sentence, start, end) || notQuantity.MatchString(sentence[max(0, start-longestMark):start]) {
			continue
		}
		n, ok := readNumber(sentence, start, end)
		if !ok {
			continue
		}
		n.label = labelBefore(sentence, last, start)
		n.place = place + " “" + n.label + n.text + "”"
		last = n.end
		found = append(found, n)
	}
	shareUnits(sentence, found)
	return found
}

// shareUnits gives the members of a list the unit its last one carries: 1035、535、414个工作日.
func shareUnits(sentence string, numbers []number) {
	for i := len(numbers) - 2; i >= 0; i-- {
		if numbers[i].unit == "" && isJoint(sentence[numbers[i].end:numbers[i+1].start]) && numbers[i+1].isCount() {
			numbers[i].unit = numbers[i+1].unit
		}
	}
}

// isJoint says whether words only join two members of a list.
func isJoint(words string) bool {
	switch strings.TrimSpace(words) {
	case "、", "和", "及", "与", "以及", "+":
		return true
	}
	return false
}

// insideLongNumber spots telephone numbers, codes and dates with strokes.
func insideLongNumber(sentence string, start, end int) bool {
	if end-start > 15 {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(sentence[:start])
	after, _ := utf8.DecodeRuneInString(sentence[end:])
	dashes := "-—–."
	if strings.ContainsRune(dashes, after) && after != '.' {
		rest := sentence[end+utf8.RuneLen(after):]
		if rest != "" && (rest[0] >= '0' && rest[0] <= '9' || strings.HasPrefix(rest, "—")) && !strings.Contains(sentence, "=") {
			return true
		}
	}
	if strings.ContainsRune(dashes, before) && !strings.Contains(sentence, "=") {
		rest := sentence[:start-utf8.RuneLen(before)]
		if rest != "" && rest[len(rest)-1] >= '0' && rest[len(rest)-1] <= '9' || strings.HasSuffix(rest, "—") {
			return true
		}
	}
	return false
}

func readNumber(sentence string, start, end int) (number, bool) {
	digits := strings.ReplaceAll(sentence[start:end], ",", "")
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return number{}, false
	}
	n := number{value: value, start: start, end: end, half: 0.5, exact: true}
	if dot := strings.IndexByte(digits, '.'); dot >= 0 {
		n.half = 0.5 * math.Pow10(dot+1-len(digits))
		n.exact = false
	}
	if start > 0 && sentence[start-1] == '-' && (start == 1 || !isWordBefore(sentence[:start-1])) {
		n.value, n.start = -n.value, start-1
	}
	rest := sentence[end:]
	space := len(rest) - len(strings.TrimLeft(rest, " "))
	rest = rest[space:]
	scale := 1.0
	switch {
	case strings.HasPrefix(rest, "%"):
		n.percent, n.end, n.unit = true, end+space+1, "%"
	case strings.HasPrefix(rest, "‰"):
		n.end, n.unit = end+space+len("‰"), "‰"
	default:
		if strings.HasPrefix(rest, "万") && !strings.HasPrefix(rest, "万元") {
			scale, rest, end = 1e4, rest[len("万"):], end+len("万")
		}
		for _, unit := range units() {
			if strings.HasPrefix(rest, unit) {
				n.unit, n.end = unit, end+space+len(unit)
				break
			}
		}
		if n.unit == "" {
			n.end = end
			if scale > 1 {
				n.end = end + space
			}
		}
	}
	n.value *= scale
	n.half *= scale
	if scale > 1 {
		n.exact = false
	}
	n.points = strings.HasSuffix(n.unit, "百分点")
	if n.points {
		n.unit = "个百分点"
	}
	if n.unit == "个工作日" {
		n.unit = "工作日"
	}
	n.text = sentence[n.start:n.end]
	switch n.unit {
	case "年", "月", "日", "时", "号": // a date, a time, a document's number
		return number{}, false
	}
	return n, true
}

func isWordBefore(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return r >= '0' && r <= '9' || r == '%' || r == ')' || r > 0x2e80
}

// labelBefore is the wording between the last delimiter (or number) and a number.
func labelBefore(sentence string, from, to int) string {
	text := sentence[from:to]
	if cut := strings.LastIndexAny(text, ",,、。;;:::(()) "); cut >= 0 {
		_, size := utf8.DecodeRuneInString(text[cut:])
		text = text[cut+size:]
	}
	return text
}

func formatLike(n number, value float64) string {
	text := strconv.FormatFloat(value, 'f', max(n.decimals(), 0), 64)
	if n.percent && n.decimals() == 0 {
		text = strconv.FormatFloat(value, 'f', 1, 64)
	}
	return text + n.unit
}

func plain(value float64) string { return strconv.FormatFloat(math.Round(value*1e6)/1e6, 'f', -1, 64) }
