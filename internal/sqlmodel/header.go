package sqlmodel

import (
	"fmt"
	"slices"
	"strings"
)

// Grammar is the set of words a header may use. The words of a model (grain, by, lookup, view, enum, coded, virtual, zstd, column, check, warn) are always there.
type Grammar struct {
	Words    []string // may appear once each, with a text
	Required []string // of Words or "grain", must appear
}

// Column is one documented column.
type Column struct {
	Name, Doc string
	Line      int
}

// Coded is a column of text kept as a number into the values of a type: an enum model's.
type Coded struct {
	Column, Type string // Type as schema.name
}

// Virtual is a column that is not kept: an expression over others of its row says it where it is read.
type Virtual struct {
	Column, Expr string
}

// Check is an expression every row must satisfy, and why.
type Check struct {
	Expr, Why string
	Warn      bool // counted and reported, but does not stop the build
	Line      int
}

// Model is one SQL file, parsed.
type Model struct {
	Name    string // schema.table
	Schema  string
	Table   string
	File    string // as shown in errors
	Doc     string // what one row is
	Grain   []string
	By      string    // column that names the enterprise's part a row belongs to; empty: the table is of one piece
	Lookup  []string  // columns a row depends on alone
	View    bool      // made as a view: what it says is computed where it is read
	Enum    bool      // made as a type: its one column lists the values
	Coded   []Coded   // columns kept as values of such a type
	Virtual []Virtual // columns that are not kept, behind those of the SELECT
	Zstd    []string  // columns that hardly say the same in two rows, packed without a dictionary
	Columns []Column
	Checks  []Check
	Words   map[string]string // the words of the Grammar
	Text    string            // the file
	SQL     string            // the SELECT, without the header
	Refs    []string          // tables it reads, sorted; known after Analyze

	body int // line on which SQL begins
	tree any // DuckDB's syntax tree of SQL
}

// FileError is a mistake in a file: where and what.
type FileError struct {
	File string
	Line int
	Text string
}

// Error is file:line: text.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// Parse reads one file's header. schema and table are what its path says; both may be empty for files that make no table.
func Parse(file, schema, table, text string, grammar Grammar) (*Model, error) {
	m := &Model{Name: schema + "." + table, Schema: schema, Table: table, File: file, Text: text, Words: map[string]string{}}
	entries, doc, rest, line := splitHeader(text)
	m.Doc, m.SQL, m.body = doc, strings.TrimSpace(rest), line
	for _, entry := range entries {
		if err := m.word(entry, grammar); err != nil {
			return nil, err
		}
	}
	for _, word := range grammar.Required {
		if _, ok := m.Words[word]; !ok && !(word == "grain" && len(m.Grain) > 0) {
			return nil, &FileError{file, 1, "the header lacks @" + word}
		}
	}
	if m.SQL == "" {
		return nil, &FileError{file, line, "there is no SELECT under the header"}
	}
	if m.View && len(m.Virtual) > 0 {
		return nil, &FileError{file, 1, "@virtual is for tables: all columns of a view are computed where they are read"}
	}
	return m, nil
}

// entry is one @word of a header.
type entry struct {
	word, text string
	line       int
}

// splitHeader cuts a file into the words of its header, the prose before them, and the body with the line it begins on.
func splitHeader(text string) (entries []entry, doc, body string, bodyLine int) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	at := 0
	var prose []string
	for ; at < len(lines); at++ {
		line := lines[at]
		comment, ok := strings.CutPrefix(line, "--")
		if !ok {
			if strings.TrimSpace(line) == "" && len(entries) == 0 && len(prose) == 0 {
				continue
			}
			break
		}
		trimmed := strings.TrimSpace(comment)
		switch {
		case strings.HasPrefix(trimmed, "@"):
			word, rest, _ := strings.Cut(trimmed[1:], " ")
			entries = append(entries, entry{word, strings.TrimSpace(rest), at + 1})
		case len(entries) > 0 && strings.HasPrefix(comment, "   "):
			last := &entries[len(entries)-1]
			last.text = strings.TrimSpace(last.text + " " + trimmed)
		case len(entries) == 0:
			prose = append(prose, trimmed)
		case trimmed != "":
			entries = append(entries, entry{"", trimmed, at + 1})
		}
	}
	for at < len(lines) && strings.TrimSpace(lines[at]) == "" {
		at++
	}
	return entries, strings.TrimSpace(strings.Join(prose, " ")), strings.Join(lines[at:], "\n"), at + 1
}

func (m *Model) word(e entry, grammar Grammar) error {
	wrong := func(format string, args ...any) error {
		return &FileError{m.File, e.line, fmt.Sprintf(format, args...)}
	}
	columns := func(into *[]string) error {
		if *into != nil {
			return wrong("@%s is there twice", e.word)
		}
		if *into = names(e.text); *into == nil {
			return wrong("@%s names no column", e.word)
		}
		return nil
	}
	switch e.word {
	case "":
		return wrong("a line of prose after the first @word; indent it by three spaces to go on with the word before")
	case "grain":
		return columns(&m.Grain)
	case "by":
		if m.By != "" || m.Lookup != nil {
			return wrong("@by or @lookup is there already")
		}
		if m.By = e.text; m.By == "" || strings.ContainsAny(m.By, " ,") {
			return wrong("@by names one column")
		}
		return nil
	case "lookup":
		if m.By != "" || m.Lookup != nil {
			return wrong("@by or @lookup is there already")
		}
		return columns(&m.Lookup)
	case "view":
		if m.View || e.text != "" {
			return wrong("@view stands once and alone on its line")
		}
		m.View = true
		return nil
	case "enum":
		if m.Enum || e.text != "" {
			return wrong("@enum stands once and alone on its line")
		}
		m.Enum = true
		return nil
	case "coded":
		for part := range strings.SplitSeq(e.text, ",") {
			words := strings.Fields(part)
			switch {
			case len(words) == 1:
				m.Coded = append(m.Coded, Coded{words[0], "core." + words[0]})
			case len(words) == 3 && words[1] == "as":
				m.Coded = append(m.Coded, Coded{words[0], "core." + words[2]})
			default:
				return wrong("@coded lists columns, each alone or followed by as and its type")
			}
		}
		return nil
	case "virtual":
		name, expr, ok := strings.Cut(e.text, " = ")
		if name, expr = strings.TrimSpace(name), strings.TrimSpace(expr); !ok || name == "" || expr == "" || strings.Contains(name, " ") {
			return wrong("@virtual needs a column, an equals sign between blanks and an expression")
		}
		m.Virtual = append(m.Virtual, Virtual{name, expr})
		return nil
	case "zstd":
		return columns(&m.Zstd)
	case "column":
		name, doc, _ := strings.Cut(e.text, " ")
		if doc = strings.TrimSpace(doc); doc == "" {
			return wrong("@column %s has no text", name)
		}
		if slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Name == name }) {
			return wrong("@column %s is there twice", name)
		}
		m.Columns = append(m.Columns, Column{name, doc, e.line})
		return nil
	case "check", "warn":
		expr, why, ok := cutOutside(e.text, ": ")
		if !ok || strings.TrimSpace(why) == "" {
			return wrong("@%s needs an expression, a colon and why", e.word)
		}
		m.Checks = append(m.Checks, Check{strings.TrimSpace(expr), strings.TrimSpace(why), e.word == "warn", e.line})
		return nil
	}
	if !slices.Contains(grammar.Words, e.word) {
		known := append([]string{"grain", "by", "lookup", "view", "enum", "coded", "virtual", "zstd", "column", "check", "warn"}, grammar.Words...)
		return wrong("unknown word @%s; known are @%s", e.word, strings.Join(known, " @"))
	}
	if _, twice := m.Words[e.word]; twice {
		return wrong("@%s is there twice", e.word)
	}
	if e.text == "" {
		return wrong("@%s has no text", e.word)
	}
	m.Words[e.word] = e.text
	return nil
}

// names are the names between the commas of a text; nil where there is none.
func names(text string) []string {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// cutOutside cuts text at the first sep that is not inside single quotes.
func cutOutside(text, sep string) (before, after string, found bool) {
	quoted := false
	for i := range text {
		if text[i] == '\'' {
			quoted = !quoted
		}
		if !quoted && strings.HasPrefix(text[i:], sep) {
			return text[:i], text[i+len(sep):], true
		}
	}
	return text, "", false
}

// Line of the file for a byte offset in SQL.
func (m *Model) lineAt(offset int) int {
	offset = min(max(offset, 0), len(m.SQL))
	return m.body + strings.Count(m.SQL[:offset], "\n")
}
