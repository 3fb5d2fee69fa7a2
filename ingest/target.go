package ingest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/contract"
	"tongbao/internal/region"
)

// slot is one typed value of a row.
type slot struct {
	text   string // text, code, list
	number int64  // days, micros, count, cents, 0 or 1
	filled bool
}

// Reason is why one value of a row was rejected, as the person who corrects it reads it.
type Reason struct {
	Column     string `json:"column"` // contract's name; empty for the row as a whole
	Header     string `json:"header"` // as printed in the export
	Value      string `json:"value"`  // as received
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

// target is one dataset column, ready to read its values.
type target struct {
	column   *contract.Column
	cell     int      // where the value stands; -1: nowhere
	program  *program // a layout's own way to it; nil: the cell
	header   string
	empty    map[string]bool
	longest  int // bytes of the longest word in empty
	words    map[string]string
	plain    map[string]string // words as the contract writes them → code: can be written back
	listing  []string          // words, for suggestions
	opened   map[string]string // texts that are no words and stand as they are: an open list has few, and to ask for each in all its spellings takes long
	last     [2]string         // the word read last and its code
	unit     string
	check    string
	style    value.DateStyle
	comma    bool // decimal comma
	pattern  *regexp.Regexp
	regions  *region.Tree
	within   []string // codes inside which a region's name is looked for, in order
	resolved map[string]string
	fallback string // default, as written in an export
}

// datesOf turns a contract's formats into a style.
func datesOf(formats []string, zone *time.Location) value.DateStyle {
	style := value.DateStyle{Serial: true, Zone: zone}
	for _, format := range formats {
		switch format {
		case "mdy":
			style.Orders = append(style.Orders, value.MonthFirst)
		case "dmy":
			style.Orders = append(style.Orders, value.DayFirst)
		case "roc":
			style.Orders = append(style.Orders, value.ROC)
		case "yy":
			style.Orders = append(style.Orders, value.ShortYear)
		default:
			if fields, err := contract.DateFields(format); err == nil { // the contract's check lets no other pass
				style.Patterns = append(style.Patterns, fields)
			}
		}
	}
	return style
}

// isEmpty says whether a trimmed text is one of the words for nothing.
func (t *target) isEmpty(text string) bool {
	return len(text) <= t.longest && t.empty[text]
}

// read turns a cell into the slot. exact says that the received text can be written back from it letter for letter.
func (t *target) read(cell sheet.Cell, out *slot) (exact bool, fault *value.Fault) {
	*out = slot{}
	if cell.Kind == sheet.Error {
		if strings.HasPrefix(cell.Text, "=") {
			return false, &value.Fault{Reason: "公式没有保存计算结果", Suggestion: "请用Excel或WPS打开文件、保存后重新报送,或填写实际内容"}
		}
		return false, &value.Fault{Reason: "单元格是错误值 " + cell.Text, Suggestion: "请填写实际内容"}
	}
	text := value.Trim(cell.Text)
	if cell.Kind == sheet.Nested || strings.HasPrefix(text, "[") && t.isPlural() { // an array may have come through a text or a workbook
		if items, ok := plainItems(text); ok && t.isPlural() {
			_, fault = t.readText(value.Trim(strings.Join(items, ";")), sheet.Text, out)
			return false, fault
		}
		if cell.Kind == sheet.Nested {
			return false, &value.Fault{Reason: "是嵌套的对象或数组,不是一个值", Suggestion: "请将其展开为单独的字段"}
		}
	}
	exact, fault = t.readText(text, cell.Kind, out)
	return exact && len(text) == len(cell.Text), fault
}

// readText is read for a trimmed text. An empty one is exact, a word for nothing is not.
func (t *target) readText(text string, kind sheet.Kind, out *slot) (exact bool, fault *value.Fault) {
	if text != "" && text[0] == '#' && value.IsError(text) {
		return false, &value.Fault{Reason: "单元格是错误值 " + text, Suggestion: "请填写实际内容"}
	}
	if text == "" || t.isEmpty(text) {
		if t.fallback != "" {
			_, fault := t.value(t.fallback, sheet.Text, out)
			return false, fault
		}
		if t.column.Required {
			return false, &value.Fault{Reason: "必填项为空", Suggestion: "请填写" + t.column.Label}
		}
		return text == "", nil
	}
	return t.value(text, kind, out)
}

// isPlural says that several values may stand in a cell.
func (t *target) isPlural() bool { return t.column.Type == contract.List || t.column.Multiple }

// plainItems are those of a JSON array of texts and numbers, as written; false for everything else.
func plainItems(text string) (items []string, ok bool) {
	var values []json.RawMessage
	if json.Unmarshal([]byte(text), &values) != nil {
		return nil, false
	}
	for _, v := range values {
		item := string(v)
		switch {
		case v[0] == '"':
			if json.Unmarshal(v, &item) != nil {
				return nil, false
			}
		case item == "null":
			continue
		case v[0] != '-' && (v[0] < '0' || v[0] > '9'):
			return nil, false
		}
		items = append(items, item)
	}
	return items, true
}

// value reads a trimmed text that is not empty.
func (t *target) value(text string, kind sheet.Kind, out *slot) (exact bool, fault *value.Fault) {
	out.filled = true
	switch t.column.Type {
	case contract.Date:
		if days, ok := value.FastDate(text); ok && (len(t.style.Patterns) == 0 || kind == sheet.Date) {
			out.number = int64(days)
			return true, nil
		}
		days, fault := value.Date(text, t.dates(kind))
		out.number = int64(days)
		return false, fault
	case contract.Timestamp:
		out.number, fault = value.Timestamp(text, t.dates(kind))
		return len(text) == 19 && text[10] == ' ', fault
	case contract.Int:
		out.number, fault = value.Int(text, t.comma)
		if fault == nil {
			fault = t.bounds(out.number, 1)
		}
		if fault == nil && (out.number > 1<<31-1 || out.number < -1<<31) {
			fault = &value.Fault{Reason: "数字过大", Suggestion: "请核对"}
		}
		return (len(text) == 1 || text[0] != '0') && plainInt(text), fault
	case contract.Money:
		out.number, fault = value.Money(text, t.unit, t.comma, kind == sheet.Number)
		if fault == nil {
			fault = t.bounds(out.number, 100)
		}
		return (t.unit == "" || t.unit == "元") && plainMoney(text), fault
	case contract.Bool:
		yes, ok := value.Bool(text)
		if !ok {
			return false, &value.Fault{Reason: "不是是或否", Suggestion: "请填写是或否"}
		}
		if yes {
			out.number = 1
		}
		return text == "是" || text == "否", nil
	case contract.CodeType:
		return t.code(text, out)
	case contract.List:
		out.text = value.List(text)
		return out.text == text, nil
	}
	return t.text(text, kind, out)
}

// dates is how a cell's date is read: one that a workbook holds as a date is no text in the contract's pattern.
func (t *target) dates(kind sheet.Kind) value.DateStyle {
	style := t.style
	if kind == sheet.Date {
		style.Patterns = nil
	}
	return style
}

// bounds checks a number against the column's limits, scaled to hundredths for money.
func (t *target) bounds(n, scale int64) *value.Fault {
	if t.check == contract.CheckNone {
		return nil
	}
	if low := t.column.Min; low != nil && n < *low*scale {
		return &value.Fault{Reason: fmt.Sprintf("小于最小值%d", *low), Suggestion: "请核对"}
	}
	if high := t.column.Max; high != nil && n > *high*scale {
		return &value.Fault{Reason: fmt.Sprintf("大于最大值%d", *high), Suggestion: "请核对"}
	}
	return nil
}

func plainInt(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// plainMoney is true for 1200.50: no leading zero, two decimals.
func plainMoney(s string) bool {
	point := len(s) - 3
	return point >= 1 && s[point] == '.' && plainInt(s[:point]) && plainInt(s[point+1:]) && (s[0] != '0' || point == 1)
}

// mostOpened is how many texts of an open list are remembered.
const mostOpened = 1000

// code finds the code of a word, or of several.
func (t *target) code(text string, out *slot) (exact bool, fault *value.Fault) {
	if text == t.last[0] {
		out.text = t.last[1]
		return true, nil
	}
	if code, ok := t.plain[text]; ok {
		t.last = [2]string{text, code}
		out.text = code
		return true, nil
	}
	if known, ok := t.opened[text]; ok {
		t.last = [2]string{known, known}
		out.text = known
		return true, nil
	}
	if code, ok := t.word(text); ok {
		out.text = code
		return t.program != nil && code == text, nil // a layout's map speaks in codes
	}
	if t.column.Multiple {
		var codes []string
		exact = true
		for item := range strings.SplitSeq(value.List(text), ";") {
			code, ok := t.word(item)
			if !ok {
				return false, t.unknown(item)
			}
			exact = exact && t.column.Word(code) == item
			codes = append(codes, code)
		}
		out.text = strings.Join(codes, ";")
		return exact && value.List(text) == text, nil
	}
	if t.column.Open || t.check == contract.CheckNone {
		if len(t.opened) < mostOpened {
			if t.opened == nil {
				t.opened = map[string]string{}
			}
			text = strings.Clone(text)
			t.opened[text] = text
		}
		t.last = [2]string{text, text}
		out.text = text
		return true, nil
	}
	return false, t.unknown(text)
}

func (t *target) word(text string) (string, bool) {
	if code, ok := t.words[text]; ok {
		return code, true
	}
	code, ok := t.words[strings.ToLower(value.Fold(text))]
	return code, ok
}

func (t *target) unknown(text string) *value.Fault {
	fault := &value.Fault{Reason: "不在允许的值之内:" + text}
	if best := nearest(text, t.listing, 2); best != "" {
		fault.Suggestion = "是否应为 " + best
	} else if len(t.listing) <= 12 {
		fault.Suggestion = "可填:" + strings.Join(t.listing, "、")
	} else {
		fault.Suggestion = "请从列表中选择"
	}
	return fault
}

// text reads a text column and its check.
func (t *target) text(text string, kind sheet.Kind, out *slot) (exact bool, fault *value.Fault) {
	switch t.check {
	case contract.CheckUSCC:
		out.text, fault = value.USCC(text, kind == sheet.Number)
	case contract.CheckCode:
		out.text, fault = value.Identifier(text, kind == sheet.Number)
	case contract.CheckPeriod:
		out.text, fault = value.Period(text)
	case contract.CheckRegion:
		out.text, fault = t.region(text)
	default:
		out.text = text
	}
	if fault != nil {
		return false, fault
	}
	if t.pattern != nil && t.check != contract.CheckNone && !t.pattern.MatchString(out.text) {
		return false, &value.Fault{Reason: "不符合规定的样式", Suggestion: t.column.Note}
	}
	if limit := t.column.MaxLength; limit > 0 && len(out.text) > limit && utf8.RuneCountInString(out.text) > limit {
		return false, &value.Fault{Reason: "超过" + strconv.Itoa(limit) + "个字", Suggestion: "请缩短"}
	}
	return out.text == text, nil
}

// region finds the code of a code or name.
func (t *target) region(text string) (string, *value.Fault) {
	if code, ok := t.resolved[text]; ok {
		return code, nil
	}
	code, fault := t.resolve(text)
	if fault == nil && len(t.resolved) < 100_000 {
		t.resolved[strings.Clone(text)] = code
	}
	return code, fault
}

func (t *target) resolve(text string) (string, *value.Fault) {
	id, fault := value.Identifier(text, false)
	if fault != nil {
		return "", fault
	}
	if onlyDigits(id) {
		if len(id) == 12 && strings.HasSuffix(id, "000000") || len(id) == 9 && strings.HasSuffix(id, "000") {
			id = id[:6]
		}
		if _, ok := t.regions.Canonical(id); ok {
			return id, nil
		}
		if len(id) != 6 {
			return "", &value.Fault{Reason: fmt.Sprintf("行政区划代码应为6位,现为%d位", len(id)), Suggestion: "请核对"}
		}
		return "", &value.Fault{Reason: "行政区划代码不存在:" + id, Suggestion: "请核对 GB/T 2260 代码"}
	}
	var last error
	for _, within := range t.within {
		found, err := t.regions.Resolve(text, within)
		if err == nil {
			return found.Code, nil
		}
		last = err
	}
	return "", regionFault(text, last)
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
