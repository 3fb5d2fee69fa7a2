package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// reserved are the columns raw adds to every table.
var reserved = []string{"file_id", "sheet", "row_number", "received", "extra"}

// checker finds the line of a key in the document it validates.
type checker struct {
	loader *loader
	root   *yaml.Node
}

// fail makes an Error at the node under path; a path step is a key, or an index as written by at.
func (c checker) fail(path []string, format string, args ...any) error {
	node, file := c.root, c.loader.files[c.root]
	for _, step := range path {
		var next *yaml.Node
		if node.Kind == yaml.SequenceNode {
			for i, item := range node.Content {
				if step == fmt.Sprint(i) {
					next = item
				}
			}
		} else {
			next = value(node, step)
		}
		if next == nil {
			break
		}
		node = next
		if owner, ok := c.loader.files[node]; ok {
			file = owner
		}
	}
	return &Error{file, node.Line, strings.Join(path, "."), fmt.Sprintf(format, args...)}
}

func (c checker) dataset(d *Dataset) error {
	if !nameShape.MatchString(d.Name) {
		return c.fail([]string{"dataset"}, "%q is not a name of small letters, digits and _", d.Name)
	}
	if d.Label == "" {
		return c.fail([]string{"label"}, "is missing")
	}
	if len(d.Columns) == 0 {
		return c.fail([]string{"columns"}, "is missing")
	}
	if !slices.Contains([]Conflict{Reject, Last}, d.Conflict) {
		return c.fail([]string{"conflict"}, "%q is neither reject nor last", d.Conflict)
	}
	if !slices.Contains([]Export{Delta, Snapshot}, d.Export) {
		return c.fail([]string{"export"}, "%q is neither delta nor snapshot", d.Export)
	}
	seen := map[string]bool{}
	for i := range d.Columns {
		if err := c.column(&d.Columns[i], i); err != nil {
			return err
		}
		if seen[d.Columns[i].Name] {
			return c.fail([]string{"columns", fmt.Sprint(i), "name"}, "%s is defined twice", d.Columns[i].Name)
		}
		seen[d.Columns[i].Name] = true
	}
	if len(d.Key) == 0 {
		return c.fail([]string{"key"}, "is missing")
	}
	for _, key := range d.Key {
		if column := d.Column(key); column == nil {
			return c.fail([]string{"key"}, "%s is no column", key)
		} else if !column.Required && column.Default == "" {
			return c.fail([]string{"key"}, "%s must be required", key)
		}
	}
	if column := d.Column(d.Date); d.Date != "" && (column == nil || column.Type != Date && column.Type != Timestamp) {
		return c.fail([]string{"date"}, "%s is no date column", d.Date)
	}
	if d.Region != "" && d.Column(d.Region) == nil {
		return c.fail([]string{"region"}, "%s is no column", d.Region)
	}
	return nil
}

func (c checker) column(column *Column, i int) error {
	at := func(key string) []string { return []string{"columns", fmt.Sprint(i), key} }
	switch {
	case !nameShape.MatchString(column.Name):
		return c.fail(at("name"), "%q is not a name of small letters, digits and _", column.Name)
	case slices.Contains(reserved, column.Name):
		return c.fail(at("name"), "%s is a column raw adds itself", column.Name)
	case column.Label == "":
		return c.fail(at("label"), "is missing for column %s", column.Name)
	case !slices.Contains([]Type{Text, Date, Timestamp, Int, Money, Bool, CodeType, List}, column.Type):
		return c.fail(at("type"), "%q is none of text, date, timestamp, int, money, bool, code, list", column.Type)
	case column.Type == CodeType && len(column.Codes) == 0 && !column.Open:
		return c.fail(at("codes"), "is missing for the code column %s", column.Name)
	case column.Type != CodeType && len(column.Codes) > 0:
		return c.fail(at("codes"), "%s is not of type code", column.Name)
	case !slices.Contains([]string{"", CheckUSCC, CheckRegion, CheckPeriod, CheckCode, CheckNone}, column.Check):
		return c.fail(at("check"), "%q is none of uscc, region, period, code, none", column.Check)
	case !slices.Contains(moneyUnits(), column.Unit):
		return c.fail(at("unit"), "%q is none of 元, 千元, 万元, 亿元", column.Unit)
	}
	if _, err := regexp.Compile(column.Pattern); err != nil {
		return c.fail(at("pattern"), "%v", err)
	}
	for _, key := range []struct {
		name  string
		given bool
		types []Type
	}{
		{"formats", column.Formats != nil, []Type{Date, Timestamp}},
		{"unit", column.Unit != "", []Type{Money}},
		{"decimal_comma", column.DecimalComma, []Type{Int, Money}},
		{"min", column.Min != nil, []Type{Int, Money}},
		{"max", column.Max != nil, []Type{Int, Money}},
		{"pattern", column.Pattern != "", []Type{Text}},
		{"max_length", column.MaxLength != 0, []Type{Text}},
		{"open", column.Open, []Type{CodeType}},
		{"multiple", column.Multiple, []Type{CodeType}},
		{"check", column.Check != "" && column.Check != CheckNone, []Type{Text}},
	} {
		if key.given && !slices.Contains(key.types, column.Type) {
			return c.fail(at(key.name), "does nothing for the %s column %s", column.Type, column.Name)
		}
	}
	if err := c.formats(at("formats"), column.Formats); err != nil {
		return err
	}
	codes, words := map[string]bool{}, map[string]string{}
	for j, code := range column.Codes {
		if code.Code == "" || code.Word == "" {
			return c.fail(append(at("codes"), fmt.Sprint(j)), "needs both code and word")
		}
		if codes[code.Code] {
			return c.fail(append(at("codes"), fmt.Sprint(j)), "%s is defined twice", code.Code)
		}
		codes[code.Code] = true
		for _, word := range append([]string{code.Word}, code.Aliases...) {
			if other, ok := words[word]; ok && other != code.Code {
				return c.fail(append(at("codes"), fmt.Sprint(j)), "the word %s already means %s", word, other)
			}
			words[word] = code.Code
		}
	}
	return nil
}

func (c checker) formats(path []string, formats []string) error {
	for _, format := range formats {
		switch format {
		case "mdy", "dmy", "yy", "roc":
			continue
		case "ymd", "serial":
			return c.fail(path, "%s is read anyhow: year first, and a bare number as a spreadsheet's day number; leave it out", format)
		case "period":
			return c.fail(path, "period is no date: give a text column the check period")
		}
		if _, err := DateFields(format); err != nil {
			return c.fail(path, "%v", err)
		}
	}
	return nil
}

func (c checker) layout(l *Layout, set *Set) error {
	if !nameShape.MatchString(l.Name) {
		return c.fail([]string{"layout"}, "%q is not a name of small letters, digits and _", l.Name)
	}
	if set.Dataset(l.Name) != nil {
		return c.fail([]string{"layout"}, "%s is the name of a dataset", l.Name)
	}
	if len(l.Match.Headers) == 0 && l.Match.File == "" {
		return c.fail([]string{"match"}, "says neither headers nor file: the layout would apply to everything")
	}
	if err := c.regex([]string{"match", "file"}, l.Match.File); err != nil {
		return err
	}
	if err := c.regex([]string{"sheet"}, l.Sheet); err != nil {
		return err
	}
	if len(l.Parts) == 0 {
		return c.fail([]string{"datasets"}, "is missing")
	}
	if err := c.tests([]string{"where"}, l.Where); err != nil {
		return err
	}
	for i, part := range l.Parts {
		at := []string{"datasets", fmt.Sprint(i)}
		dataset := set.Dataset(part.Dataset)
		if dataset == nil {
			return c.fail(append(at, "dataset"), "%q is no dataset", part.Dataset)
		}
		if err := c.tests(append(slices.Clone(at), "where"), part.Where); err != nil {
			return err
		}
		if part.Each != nil && part.Each.From == "" {
			return c.fail(append(at, "each"), "needs from, the header whose cell is split")
		}
		if part.Each != nil && part.Each.By != "" && part.Each.Separator != "" {
			return c.fail(append(at, "each"), "says both by, any of these characters, and separator, this text")
		}
		if !slices.Contains([]Conflict{"", Reject, Last}, part.Conflict) {
			return c.fail(append(at, "conflict"), "%q is none of reject, last", part.Conflict)
		}
		for name, source := range part.Columns {
			if dataset.Column(name) == nil {
				return c.fail(append(slices.Clone(at), "columns", name), "is no column of %s", part.Dataset)
			}
			if err := c.source(append(slices.Clone(at), "columns", name), source, dataset.Column(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c checker) source(path []string, s Source, column *Column) error {
	origins := 0
	for _, given := range []bool{len(s.From) > 0, s.Constant != nil, len(s.Hash) > 0, s.Template != "" && s.Extract == ""} {
		if given {
			origins++
		}
	}
	if origins == 0 && s.Default == "" {
		return c.fail(path, "says no origin: one of from, constant, hash, template")
	}
	if origins > 1 {
		return c.fail(path, "says more than one origin: one of from, constant, hash, template")
	}
	if err := c.effective(path, s, column); err != nil {
		return err
	}
	if err := c.regex(append(slices.Clone(path), "extract"), s.Extract); err != nil {
		return err
	}
	for _, replacement := range s.Replace {
		if err := c.regex(append(slices.Clone(path), "replace"), replacement.Pattern); err != nil {
			return err
		}
	}
	for _, mapping := range s.Map {
		if len(mapping.Words) == 0 && mapping.Match == "" {
			return c.fail(append(slices.Clone(path), "map"), "an entry needs words or match")
		}
		if err := c.regex(append(slices.Clone(path), "map"), mapping.Match); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"", CheckUSCC, CheckRegion, CheckPeriod, CheckCode, CheckNone}, s.Check) {
		return c.fail(append(slices.Clone(path), "check"), "%q is none of uscc, region, period, code, none", s.Check)
	}
	if err := c.formats(append(slices.Clone(path), "formats"), s.Formats); err != nil {
		return err
	}
	return c.tests(append(slices.Clone(path), "when"), s.When)
}

// effective refuses keys that would change nothing.
func (c checker) effective(path []string, s Source, column *Column) error {
	dates, numbers := []Type{Date, Timestamp}, []Type{Int, Money}
	for _, key := range []struct {
		name  string
		given bool
		types []Type
	}{
		{"formats", s.Formats != nil, dates}, {"add_days", s.AddDays != "", dates},
		{"unit", s.Unit != "", []Type{Money}}, {"decimal_comma", s.DecimalComma, numbers},
		{"check", s.Check != "" && s.Check != CheckNone, []Type{Text}},
	} {
		if key.given && !slices.Contains(key.types, column.Type) {
			return c.fail(append(slices.Clone(path), key.name), "does nothing for the %s column %s", column.Type, column.Name)
		}
	}
	switch {
	case !slices.Contains(moneyUnits(), s.Unit):
		return c.fail(append(slices.Clone(path), "unit"), "%q is none of 元, 千元, 万元, 亿元", s.Unit)
	case (s.Part != 0) != (s.Split != ""):
		return c.fail(path, "split and part need each other")
	case s.First && s.Join != "":
		return c.fail(path, "first takes one value: there is nothing to join")
	case (s.First || s.Join != "") && len(s.From) < 2:
		return c.fail(path, "first and join need several headers in from")
	case s.Truncate < 0:
		return c.fail(append(slices.Clone(path), "truncate"), "must not be negative")
	}
	return nil
}

// moneyUnits are the units an amount may be written in; none is the header's, or 元.
func moneyUnits() []string { return []string{"", "元", "千元", "万元", "亿元"} }

func (c checker) tests(path []string, tests []Test) error {
	for _, test := range tests {
		if test.Header == "" {
			return c.fail(path, "a condition needs header")
		}
		given := 0
		for _, set := range []bool{len(test.Is) > 0, len(test.Not) > 0, test.Match != "", test.Empty != nil} {
			if set {
				given++
			}
		}
		if given != 1 {
			return c.fail(path, "the condition on %s needs exactly one of is, not, match, empty", test.Header)
		}
		if err := c.regex(path, test.Match); err != nil {
			return err
		}
	}
	return nil
}

func (c checker) regex(path []string, expression string) error {
	if _, err := regexp.Compile(expression); err != nil {
		return c.fail(path, "%v", err)
	}
	return nil
}
