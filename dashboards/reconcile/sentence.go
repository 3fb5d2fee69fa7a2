package reconcile

import (
	"strings"
)

// maxNumbers bounds the work on one sentence; more than so many numbers are a table without its lines.
const maxNumbers = 80

// checkText checks the sentences of one paragraph.
func (r *Report) checkText(text, place string) {
	for _, sentence := range sentences(folded(text)) {
		s := &sentenceCheck{report: r, text: sentence, place: place, numbers: numbersOf(sentence, place), used: map[int]bool{}}
		s.expressions()
		if len(s.numbers) == 0 {
			continue
		}
		if len(s.numbers) > maxNumbers {
			r.leave(place, sentence, "more numbers in one sentence than can be told apart")
			continue
		}
		s.fractions()
		s.ofWholes()
		s.shares()
		s.parts()
		s.rates()
		s.changes()
		s.differences()
		s.counts()
		s.movements()
		s.remainders()
		s.closings()
		s.averages()
		s.respective()
	}
}

// sentences cuts a paragraph at full stops; a semicolon does not end what a 其中 or 占 refers to.
func sentences(text string) []string {
	var found []string
	for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。!!??\n\r", r) }) {
		switch {
		case strings.TrimSpace(piece) == "":
		case len(found) > 0 && strings.HasPrefix(strings.TrimSpace(piece), "其中"): // it speaks of the sentence before
			found[len(found)-1] += "," + piece
		default:
			found = append(found, piece)
		}
	}
	return found
}

type sentenceCheck struct {
	report  *Report
	text    string
	place   string
	numbers []number
	used    map[int]bool // numbers explained by an identity with a fixed form
}

// between is the text from the end of number i to the start of number j.
func (s *sentenceCheck) between(i, j int) string { return s.text[s.numbers[i].end:s.numbers[j].start] }

func (s *sentenceCheck) fail(rule string, n number, should, why string, terms ...number) {
	s.report.fail(s.finding(rule, n, should, why, terms))
}

// failInferred reports an identity that was guessed from the words.
func (s *sentenceCheck) failInferred(rule string, n number, should, why string, terms ...number) {
	finding := s.finding(rule, n, should, why, terms)
	finding.Inferred = true
	s.report.fail(finding)
}

func (s *sentenceCheck) finding(rule string, n number, should, why string, terms []number) Finding {
	places := []string{n.place}
	for _, term := range terms {
		if term.place != n.place && term.place != "" { // a computed sum stands nowhere
			places = append(places, term.place)
		}
	}
	return Finding{Place: s.place, Rule: rule, Quote: shorten(s.text), Says: n.label + n.text, Should: should, Why: why, Terms: places}
}

func (s *sentenceCheck) hold(terms ...number) {
	var places []string
	for _, term := range terms {
		if term.place != "" {
			places = append(places, term.place)
		}
	}
	s.report.hold(places...)
}

// isReference marks numbers that are not of this period: the base of a comparison, or its size.
func isReference(n number) bool {
	for _, word := range []string{"上年同期", "去年同期", "同期", "上季度", "同比", "环比", "增加", "减少", "增长", "下降", "上升", "超过", "不低于", "不少于", "不足", "由", "从", "变为", "至少", "以上"} {
		if strings.Contains(n.label, word) {
			return true
		}
	}
	return false
}

func containsAny(text string, words ...string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
