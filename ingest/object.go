package ingest

import (
	"strconv"
	"unicode/utf8"
)

// object writes a flat JSON object of texts without allocating.
type object struct{ text []byte }

func (o *object) reset() { o.text = o.text[:0] }

func (o *object) put(name, text string) {
	if len(o.text) == 0 {
		o.text = append(o.text, '{')
	} else {
		o.text[len(o.text)-1] = ','
	}
	o.text = appendJSON(o.text, name)
	o.text = append(o.text, ':')
	o.text = appendJSON(o.text, text)
	o.text = append(o.text, '}')
}

const hexDigits = "0123456789abcdef"

// appendJSON quotes a text; what is no UTF-8 becomes U+FFFD.
func appendJSON(out []byte, s string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				out = append(append(out, s[start:i]...), "\uFFFD"...)
				i++
				start = i
				continue
			}
			i += size
			continue
		}
		out = append(out, s[start:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(out, s[start:]...), '"')
}

// jsonTexts writes a JSON array of texts.
func jsonTexts(texts []string) string {
	out := []byte{'['}
	for i, text := range texts {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendJSON(out, text)
	}
	return string(append(out, ']'))
}

// jsonReasons writes the reasons of a rejected row.
func jsonReasons(reasons []Reason) string {
	out := []byte{'['}
	for i, r := range reasons {
		if i > 0 {
			out = append(out, ',')
		}
		var o object
		o.put("column", r.Column)
		o.put("header", r.Header)
		o.put("value", r.Value)
		o.put("reason", r.Reason)
		o.put("suggestion", r.Suggestion)
		out = append(out, o.text...)
	}
	return string(append(out, ']'))
}

func rowName(sheet string, row int) string {
	if sheet == "" {
		return "第" + strconv.Itoa(row) + "行"
	}
	return "工作表“" + sheet + "”第" + strconv.Itoa(row) + "行"
}
