package value

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Identifier folds an identifier and finds out damage done by spreadsheets and exports. isNumber says that the file held a number.
func Identifier(s string, isNumber bool) (id string, fault *Fault) {
	if !isNumber && isPlain(s) {
		return s, nil
	}
	if id, fault = identifier(s, isNumber); fault == nil {
		fault = unfit(id)
	}
	if fault != nil {
		return "", fault
	}
	return id, nil
}

// isPlain is true for a code in which nothing needs a second look.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || c == '.' || c == '\'' || c == '=' || c == '"' || c == 'E' || c == 'e' {
			return false
		}
	}
	return true
}

func identifier(s string, isNumber bool) (id string, fault *Fault) {
	id = Trim(HalfWidth(s))
	if inner, found := strings.CutPrefix(id, `="`); found && strings.HasSuffix(inner, `"`) {
		id = strings.TrimSuffix(inner, `"`)
	}
	id = dropMarks(strings.TrimPrefix(id, "'"))
	if isScientific(id) {
		return "", &Fault{"编码被电子表格改成了科学计数法,后几位已丢失", "请把该列设为文本格式后重新填写完整编码"}
	}
	if whole, zeros, found := strings.Cut(id, "."); found && whole != "" && onlyDigits(whole) && zeros != "" && strings.Trim(zeros, "0") == "" {
		return "", &Fault{"编码被电子表格改成了小数", "是否应为 " + whole}
	}
	if isNumber && len(id) > 15 && onlyDigits(id) {
		return "", &Fault{"编码被存成了数字,第15位以后已丢失", "请把该列设为文本格式后重新填写完整编码"}
	}
	return id, nil
}

// dropMarks removes what cannot be seen but makes another code: zero width marks and marks of writing direction.
func dropMarks(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if isMark(r) {
					return -1
				}
				return r
			}, s)
		}
	}
	return s
}

// unfit finds control characters: the cell ran into another, or its export was damaged.
func unfit(id string) *Fault {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, id)
	if len(clean) < len(id) {
		return &Fault{"编码含有换行或看不见的控制字符", "是否应为 " + clean}
	}
	return nil
}

// isScientific recognises 9.12301E+17.
func isScientific(s string) bool {
	i := strings.IndexAny(s, "eE")
	if i < 1 || i == len(s)-1 {
		return false
	}
	mantissa, exponent := s[:i], s[i+1:]
	if exponent[0] != '+' && exponent[0] != '-' && !strings.Contains(mantissa, ".") {
		return false // 12E5 may be an identifier
	}
	exponent = strings.TrimLeft(exponent, "+-")
	mantissa = strings.Replace(strings.TrimPrefix(mantissa, "-"), ".", "", 1)
	return exponent != "" && mantissa != "" && onlyDigits(exponent) && onlyDigits(mantissa)
}

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// USCC reads a unified social credit code, a 15-digit registration number or a 9-character organisation code. A wrong check
// digit is no fault: early legal codes fail it.
func USCC(s string, isNumber bool) (code string, fault *Fault) {
	if len(s) == 18 && inAlphabet(s) && !isNumber {
		return s, nil
	}
	code, fault = identifier(s, isNumber)
	if fault != nil {
		return "", fault
	}
	code = strings.ToUpper(Fold(code))
	switch {
	case len(code) == 18 && inAlphabet(code):
		return code, nil
	case len(code) == 15 && onlyDigits(code):
		return code, nil
	}
	if organisation := strings.Replace(code, "-", "", 1); len(organisation) == 9 && isOrganisation(organisation) {
		return organisation, nil
	}
	runes := len([]rune(code))
	if runes != 18 {
		if runes == 14 && onlyDigits(code) || runes == 8 && isNumber {
			return "", &Fault{fmt.Sprintf("统一社会信用代码应为18位,现为%d位,开头的0可能已丢失", runes), "请把该列设为文本格式后重新填写完整编码"}
		}
		return "", &Fault{fmt.Sprintf("统一社会信用代码应为18位,现为%d位", runes), "请核对营业执照"}
	}
	meant := strings.NewReplacer("I", "1", "O", "0", "Z", "2", "S", "5").Replace(code)
	if inAlphabet(meant) {
		return "", &Fault{"统一社会信用代码不使用字母I、O、S、V、Z", "是否应为 " + meant}
	}
	return "", &Fault{"统一社会信用代码含有不允许的字符", "请核对营业执照"}
}

func inAlphabet(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > 'Y' || c > '9' && c < 'A' || c == 'I' || c == 'O' || c == 'S' || c == 'V' {
			return false
		}
	}
	return true
}

func isOrganisation(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s[8] >= '0' && s[8] <= '9' || s[8] == 'X'
}
