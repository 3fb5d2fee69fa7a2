package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Attr finds an attribute by its local name in the raw attributes of a Start; the value is raw too.
func Attr(attrs []byte, name string) ([]byte, bool) {
	for {
		key, value, rest, ok := NextAttr(attrs)
		if !ok {
			return nil, false
		}
		if string(key) == name {
			return value, true
		}
		attrs = rest
	}
}

// AttrText is Attr, readable; empty when missing.
func AttrText(attrs []byte, name string) string {
	value, _ := Attr(attrs, name)
	return string(Unescape(nil, value))
}

// AttrInt is Attr as a whole number; missing or not a number gives fallback.
func AttrInt(attrs []byte, name string, fallback int) int {
	value, ok := Attr(attrs, name)
	if !ok {
		return fallback
	}
	n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
	if err != nil {
		return fallback
	}
	return n
}

// AttrBool reads 1, true and on.
func AttrBool(attrs []byte, name string) bool {
	value, _ := Attr(attrs, name)
	return string(value) == "1" || string(value) == "true" || string(value) == "on"
}

// NextAttr cuts the first attribute off: local name, raw value, and what is left. ok is false when there is none.
func NextAttr(attrs []byte) (key, value, rest []byte, ok bool) {
	i := 0
	for i < len(attrs) && isSpace(attrs[i]) {
		i++
	}
	start := i
	for i < len(attrs) && attrs[i] != '=' && !isSpace(attrs[i]) {
		i++
	}
	key = local(attrs[start:i])
	for i < len(attrs) && (isSpace(attrs[i]) || attrs[i] == '=') {
		i++
	}
	if i >= len(attrs) || attrs[i] != '"' && attrs[i] != '\'' || len(key) == 0 {
		return nil, nil, nil, false
	}
	end := bytes.IndexByte(attrs[i+1:], attrs[i])
	if end < 0 {
		return nil, nil, nil, false
	}
	return key, attrs[i+1 : i+1+end], attrs[i+2+end:], true
}

// Unescape appends raw text to dst as a reader sees it: entities and character references resolved, line ends as \n, bytes that are not
// UTF-8 as U+FFFD, so that whoever checks for it learns of them. An unknown entity stays as written.
func Unescape(dst, raw []byte) []byte {
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return appendText(dst, raw)
		}
		dst = appendText(dst, raw[:i])
		raw = raw[i:]
		end := bytes.IndexByte(raw[:min(len(raw), 32)], ';')
		if end < 0 {
			dst, raw = append(dst, '&'), raw[1:]
			continue
		}
		if r, ok := entity(string(raw[1:end])); ok {
			dst = utf8.AppendRune(dst, r)
		} else {
			dst = appendText(dst, raw[:end+1])
		}
		raw = raw[end+1:]
	}
	return dst
}

// AppendText appends the text of the token just read, readable.
func (s *Scanner) AppendText(dst []byte) []byte {
	if s.CDATA {
		return appendText(dst, s.Text)
	}
	return Unescape(dst, s.Text)
}

func appendText(dst, text []byte) []byte {
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	if !utf8.Valid(text) {
		return append(dst, bytes.ToValidUTF8(text, []byte("\uFFFD"))...)
	}
	return append(dst, text...)
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}
