package jsonrows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"tongbao/ingest/sheet"
)

// rows streams the records; the names of the keys come first.
type rows struct {
	book    *Book
	records *records
	header  bool
	row     sheet.Row
	spread  sheet.Spread
}

func (r *rows) Info() sheet.Info { return r.book.Sheets()[0] }

func (r *rows) Close() error { return nil }

// Next returns the next record.
func (r *rows) Next() (*sheet.Row, error) {
	if r.header {
		r.header = false
		r.row = sheet.Row{}
		for _, key := range r.book.keys {
			r.row.Cells = append(r.row.Cells, textCell(key))
		}
		return &r.row, nil
	}
	raw, number, err := r.records.next()
	if err != nil {
		return nil, err
	}
	r.row = sheet.Row{Number: number, Cells: r.row.Cells[:0]}
	switch {
	case raw[0] == '{' && !r.book.arrays:
		if err := r.readObject(raw); err != nil {
			return nil, err
		}
	case raw[0] == '[' && r.book.arrays:
		r.readArray(raw)
	default:
		r.fail(raw, "该条记录不是 JSON 对象")
	}
	r.row.Doubt()
	return &r.row, nil
}

// fail keeps what was there and says why it is no record.
func (r *rows) fail(raw []byte, problem string) {
	r.row.Problem = problem
	r.row.Cells = append(r.row.Cells[:0], sheet.Cell{Kind: sheet.Text, Text: strings.ToValidUTF8(string(raw[:min(len(raw), 2000)]), "\uFFFD")})
}

func (r *rows) readObject(raw []byte) error {
	fields, problem := parseObject(raw)
	if problem != "" {
		r.fail(raw, problem)
		return nil
	}
	seen := map[string]bool{}
	for _, field := range fields {
		column := r.book.columns[field.key]
		if gap := column - len(r.row.Cells); gap > 0 {
			if err := r.spread.Count(1, gap, "", r.row.Number); err != nil {
				return err
			}
		}
		for len(r.row.Cells) <= column {
			r.row.Cells = append(r.row.Cells, sheet.Cell{})
		}
		if seen[field.key] {
			r.fail(raw, fmt.Sprintf("字段“%s”在同一条记录中出现两次", field.key))
			return nil
		}
		seen[field.key] = true
		cell, problem := valueCell(field.key, field.value)
		if problem != "" {
			r.row.Problem = problem
		}
		r.row.Cells[column] = cell
	}
	return nil
}

func (r *rows) readArray(raw []byte) {
	var values []json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		r.fail(raw, "该条记录不是有效的 JSON："+position(err))
		return
	}
	if len(values) > r.book.options.Limits.Columns {
		r.fail(raw, "该条记录的值过多")
		return
	}
	for i, value := range values {
		cell, problem := valueCell(fmt.Sprint("第", i+1, "项"), value)
		if problem != "" {
			r.row.Problem = problem
		}
		r.row.Cells = append(r.row.Cells, cell)
	}
}

// field is one key of an object with its value as written.
type field struct {
	key   string
	value json.RawMessage
}

// parseObject cuts an object into its fields, in their order; problem says in Chinese why it cannot.
func parseObject(raw []byte) (fields []field, problem string) {
	if !json.Valid(raw) {
		var any json.RawMessage
		return nil, "该条记录不是有效的 JSON：" + position(json.Unmarshal(raw, &any))
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return nil, "该条记录不是有效的 JSON：" + position(err)
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, "该条记录不是有效的 JSON：" + position(err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, "该条记录不是有效的 JSON：" + position(err)
		}
		name, _ := key.(string)
		fields = append(fields, field{name, value})
	}
	return fields, ""
}

func position(err error) string {
	if syntax, ok := err.(*json.SyntaxError); ok {
		return fmt.Sprintf("第 %d 字节处有误", syntax.Offset)
	}
	return "无法解析"
}

// valueCell turns one value into a cell.
func valueCell(key string, raw json.RawMessage) (cell sheet.Cell, problem string) {
	switch raw[0] {
	case '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return sheet.Cell{Kind: sheet.Text, Text: string(raw)}, fmt.Sprintf("字段“%s”的文本无法解析", key)
		}
		return textCell(text), ""
	case 'n':
		return sheet.Cell{}, ""
	case 't':
		return sheet.Cell{Kind: sheet.Bool, Text: "TRUE"}, ""
	case 'f':
		return sheet.Cell{Kind: sheet.Bool, Text: "FALSE"}, ""
	case '{', '[':
		return sheet.Cell{Kind: sheet.Nested, Text: string(raw)}, ""
	}
	return sheet.Cell{Kind: sheet.Number, Text: string(raw)}, ""
}

func textCell(text string) sheet.Cell {
	if text == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Text: text}
}
