package ingest

import (
	"regexp"
	"strings"
	"unicode"

	"tongbao/ingest/value"
	"tongbao/internal/spelling"
)

// headerKey reduces a header to what identifies it: half-width, no blanks, line breaks or punctuation, no footnote marks.
// Brackets stay, since they may hold a unit.
func headerKey(s string) string {
	s = strings.ToLower(value.HalfWidth(s))
	if strings.ContainsFunc(s, mayMark) {
		s = footnote.ReplaceAllString(s, "")
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == '[' || r == '【' || r == '〔':
			out.WriteByte('(')
		case r == ')' || r == ']' || r == '】' || r == '〕':
			out.WriteByte(')')
		case r == '%' || unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(r)
		}
	}
	return out.String()
}

// footnote marks stand behind a header: [1], (注2), ①, ², †.
var footnote = regexp.MustCompile(`[(\[]\s*注\s*[0-9一二三四五]*\s*[)\]]|\[[0-9]{1,2}\]|[①-⑳⓪¹²³⁴-⁹⁰†‡#＃]|注[0-9]+$`)

// mayMark says whether a footnote mark may contain or begin with r: most texts have no such letter.
func mayMark(r rune) bool {
	return r == '(' || r == '[' || r == '#' || r > unicode.MaxASCII && (r == '注' || !unicode.Is(unicode.Han, r))
}

// units people put in brackets behind a header.
var units = map[string]bool{
	"元": true, "千元": true, "万元": true, "亿元": true, "人": true, "次": true, "家": true, "个": true, "条": true, "起": true, "项": true, "件": true,
	"处": true, "%": true, "家次": true, "人次": true, "户": true, "天": true, "日": true, "必填": true, "选填": true, "可选": true, "人民币": true,
}

// headerUnit takes a bracketed unit off a key: 罚款(万元) → 罚款, 万元. ok is false when the key ends in no bracket;
// unit is empty when the bracket holds something else.
func headerUnit(key string) (base, unit string, ok bool) {
	if !strings.HasSuffix(key, ")") {
		return key, "", false
	}
	open := strings.LastIndexByte(key, '(')
	if open <= 0 {
		return key, "", false
	}
	inner := strings.TrimPrefix(key[open+1:len(key)-1], "单位")
	if units[inner] {
		return key[:open], inner, true
	}
	return key[:open], "", true
}

// isUnit says whether a cell of a header's lowest row is a unit alone.
func isUnit(key string) (string, bool) {
	inner := strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(key, "("), ")"), "单位")
	return inner, units[inner]
}

// moneyUnit finds 单位:万元 in the lines above a header.
var moneyUnit = regexp.MustCompile(`单位\s*[::]?\s*(?:人民币)?(亿元|万元|千元|元)`)

// serials are headers of a running number, which says nothing about the row.
var serials = map[string]bool{"序号": true, "序": true, "行号": true, "no": true, "#": true}

// nearest returns the candidate most like the text, or "" when more than one in strictness of its characters differ.
func nearest(text string, candidates []string, strictness int) string {
	best, least := "", 1<<30
	for _, candidate := range candidates {
		d := spelling.Distance(text, candidate)
		if d < least && d*strictness <= max(len([]rune(text)), len([]rune(candidate))) {
			best, least = candidate, d
		}
	}
	return best
}
