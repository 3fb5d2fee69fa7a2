package reconcile

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// expressions checks written-out sums and products: 24天×8人=1984, 134+13+5=152条.
func (s *sentenceCheck) expressions() {
	text := s.text
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '=')
		if at < 0 {
			return
		}
		at += from
		from = at + 1
		start, left, ok := expressionBefore(text, at)
		if !ok {
			continue
		}
		results := numbersOf(text[at+1:], s.place)
		if len(results) == 0 || strings.TrimSpace(text[at+1:at+1+results[0].start]) != "" {
			s.report.leave(s.place, text[start:], "an expression without a result")
			continue
		}
		result := results[0]
		quote := strings.TrimSpace(text[start:at]) + "=" + result.text
		result.place = s.place + " “" + quote + "”"
		value := left
		if result.percent {
			value *= 100
		}
		// a quotient is printed rounded, a sum or product is not
		slack := 0.0
		if strings.ContainsAny(text[start:at], "÷/%.") {
			slack = result.half
		}
		if math.Abs(value-result.value) <= slack+1e-9*math.Max(1, math.Abs(value)) {
			s.hold(result)
			continue
		}
		s.report.fail(Finding{Place: s.place, Rule: "expression", Quote: shorten(s.text), Says: quote, Should: plain(value) + result.unit,
			Why: strings.TrimSpace(text[start:at]) + " = " + plain(value), Terms: []string{result.place}})
	}
}

// expressionBefore is the longest expression that ends at a place; what stands before it may have numbers of its own (2020年24天×8人).
func expressionBefore(text string, at int) (start int, value float64, ok bool) {
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' || c == '.' }
	for start = expressionStart(text[:at]); start < at; start++ {
		if text[start] != '(' && (!isDigit(text[start]) || start > 0 && isDigit(text[start-1])) {
			continue
		}
		if value, operators, err := evaluate(text[start:at]); err == nil && operators > 0 {
			return start, value, true
		}
	}
	return at, 0, false
}

// expressionStart walks back from an equals sign over numbers, units and operators.
func expressionStart(text string) int {
	start := len(text)
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if strings.ContainsRune(",,。;;::、=", r) {
			break
		}
		start -= size
	}
	// words before the first number are not part of it
	if first := strings.IndexAny(text[start:], "0123456789("); first > 0 {
		start += first
	}
	return start
}

var errExpression = errors.New("not an expression")

type expressionReader struct {
	text      string
	at        int
	operators int
}

// evaluate computes an expression in which numbers may carry units.
func evaluate(text string) (value float64, operators int, err error) {
	reader := &expressionReader{text: text}
	value, err = reader.sum(0)
	if err == nil && strings.TrimSpace(reader.text[reader.at:]) != "" {
		err = errExpression
	}
	return value, reader.operators, err
}

func (e *expressionReader) operator(signs string) rune {
	for {
		rest := e.text[e.at:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case rest == "":
			return 0
		case strings.ContainsRune(signs, r):
			e.at += size
			e.operators++
			return r
		case r == ' ' || r > 0x2e80 && r != '×' && r != '÷': // a space or a unit
			e.at += size
		default:
			return 0
		}
	}
}

func (e *expressionReader) sum(depth int) (float64, error) {
	value, err := e.product(depth)
	for err == nil {
		sign := e.operator("+-")
		if sign == 0 {
			return value, nil
		}
		var next float64
		if next, err = e.product(depth); sign == '-' {
			next = -next
		}
		value += next
	}
	return 0, err
}

func (e *expressionReader) product(depth int) (float64, error) {
	value, err := e.atom(depth)
	for err == nil {
		sign := e.operator("×xX*÷/")
		if sign == 0 {
			return value, nil
		}
		var next float64
		if next, err = e.atom(depth); err != nil {
			break
		}
		if sign == '÷' || sign == '/' {
			if next == 0 {
				return 0, errExpression
			}
			value /= next
		} else {
			value *= next
		}
	}
	return 0, err
}

func (e *expressionReader) atom(depth int) (float64, error) {
	e.at += len(e.text[e.at:]) - len(strings.TrimLeft(e.text[e.at:], " "))
	if depth > 20 {
		return 0, errExpression
	}
	if strings.HasPrefix(e.text[e.at:], "(") {
		e.at++
		value, err := e.sum(depth + 1)
		if err != nil || !strings.HasPrefix(e.text[e.at:], ")") {
			return 0, errExpression
		}
		e.at++
		return value, nil
	}
	at := numeral.FindStringIndex(e.text[e.at:])
	if at == nil || at[0] != 0 {
		return 0, errExpression
	}
	n, ok := readNumber(e.text, e.at, e.at+at[1])
	if !ok { // 3年×4 is a product too
		n, ok = readNumber(e.text[:e.at+at[1]], e.at, e.at+at[1])
		if !ok {
			return 0, errExpression
		}
	}
	e.at = n.end
	if n.percent {
		return n.value / 100, nil
	}
	return n.value, nil
}
