package ingest

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// draftRows is how many rows a draft looks at.
const draftRows = 500

// Draft writes a first contract for a file no contract knows: a layout where its headers resemble a dataset's, else a dataset of its own,
// with types guessed from the first rows. It is meant to be read and corrected.
func Draft(ctx context.Context, in sheet.Input, set *contract.Set, options sheet.Options) (string, error) {
	db, err := warehouse.Open(ctx, "", warehouse.Options{Threads: 1, MemoryMB: 256})
	if err != nil {
		return "", err
	}
	defer db.Close()
	return draft(ctx, Formats(db), in, set, options)
}

func draft(ctx context.Context, formats []sheet.Format, in sheet.Input, set *contract.Set, options sheet.Options) (string, error) {
	book, format, err := openBook(ctx, formats, in, options)
	if err != nil {
		return "", err
	}
	if book == nil { // a draft from its first file
		text := ""
		err := format.Expand(ctx, in, options, func(member sheet.Input) (err error) {
			if text == "" {
				text, err = draft(ctx, formats, member, set, options)
			}
			return err
		})
		return text, err
	}
	defer book.Close()
	for i, info := range book.Sheets() {
		if info.Skip != "" {
			continue
		}
		header, columns, err := sample(book, i)
		if err != nil {
			return "", err
		}
		if len(header) == 0 {
			continue
		}
		f := newFinder(set)
		best, hits := resembles(f, header)
		if best != nil && hits*2 >= len(header) {
			return draftLayout(in.Name, header, best), nil
		}
		return draftDataset(in.Name, header, columns), nil
	}
	return "", sheet.Refuse("name a file with a table", "the file holds no header")
}

// sample finds the widest row of texts at the top, taken for the header, and collects the values below it.
func sample(book sheet.Book, i int) (header []headerCell, columns [][]string, err error) {
	rows, err := book.Rows(i)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	f := &feed{rows: rows}
	held, err := f.peek(lookAhead)
	if err != nil {
		return nil, nil, err
	}
	most, at := 0, -1
	for r, row := range held {
		filled := 0
		for c := range row.Cells {
			if row.Cells[c].Kind == sheet.Text && cellText(row, c) != "" && row.Cells[c].Merge != sheet.Beside {
				filled++
			}
		}
		if filled > most {
			most, at = filled, r
		}
	}
	if at < 0 {
		return nil, nil, nil
	}
	header = headerCells(held[at : at+1])
	f.held = f.held[at+1:]
	columns = make([][]string, len(header))
	for range draftRows {
		row, err := f.next()
		if err != nil && err != io.EOF {
			return nil, nil, err
		}
		if row == nil {
			break
		}
		if blank(row) {
			continue
		}
		for c := range header {
			columns[c] = append(columns[c], strings.Clone(cellText(row, c)))
		}
	}
	return header, columns, nil
}

// resembles returns the dataset most of the headers belong to.
func resembles(f *finder, header []headerCell) (best *partRef, hits int) {
	for r := range f.refs {
		if f.refs[r].layout != nil {
			continue
		}
		p, n := &f.refs[r].parts[0], 0
		for _, cell := range header {
			if len(cell.keys) > 0 {
				if _, _, ok := p.words.lookup(cell.keys[0]); ok {
					n++
				}
			}
		}
		if n > hits {
			best, hits = p, n
		}
	}
	return best, hits
}

// draftLayout names the source of every column of a dataset, as far as it is known.
func draftLayout(file string, header []headerCell, p *partRef) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Drafted from %s: correct it, put it into contracts/, and look at it with `tongbao contract try`.\n", file)
	fmt.Fprintf(&out, "layout: %s_%s\nlabel: %s\nmatch:\n  headers: [", p.dataset.Name, slug(file), quoteYAML(p.dataset.Label))
	taken := map[string]string{}
	var free []string
	first := true
	for _, cell := range header {
		if cell.text == "" {
			continue
		}
		if m, _, ok := p.words.lookup(cell.keys0()); ok {
			taken[p.dataset.Columns[m.column].Name] = cell.text
		} else {
			free = append(free, cell.text)
		}
		if !first {
			out.WriteString(", ")
		}
		first = false
		out.WriteString(quoteYAML(cell.text))
	}
	fmt.Fprintf(&out, "]\ndatasets:\n  - dataset: %s\n    columns:\n", p.dataset.Name)
	for i := range p.dataset.Columns {
		c := &p.dataset.Columns[i]
		switch from, ok := taken[c.Name]; {
		case ok:
			fmt.Fprintf(&out, "      %s: %s\n", c.Name, quoteYAML(from))
		case c.Required && c.Default == "":
			guess := nearest(c.Label, free, 2)
			if guess == "" {
				guess = c.Label
			}
			fmt.Fprintf(&out, "      %s: %s # required: is this the header? Or {constant: …}\n", c.Name, quoteYAML(guess))
		default:
			fmt.Fprintf(&out, "      # %s: … # %s\n", c.Name, c.Label)
		}
	}
	if len(free) > 0 {
		var names []string
		for _, text := range free {
			names = append(names, quoteYAML(text))
		}
		fmt.Fprintf(&out, "# Headers no column takes; kept in extra. List under `known` what is meant to stay there.\n# known: [%s]\n", strings.Join(names, ", "))
	}
	return out.String()
}

func (c headerCell) keys0() string {
	if len(c.keys) == 0 {
		return ""
	}
	return c.keys[0]
}

// draftDataset describes every column, its type guessed from values.
func draftDataset(file string, header []headerCell, columns [][]string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Drafted from %s: give names and types a second look, put it into contracts/, try it with `tongbao contract try`.\n", file)
	var lines []string
	var subjects []keyed
	names := map[string]bool{}
	for i, cell := range header {
		if cell.text == "" || serials[cell.keys0()] {
			continue
		}
		name := slug(cell.text)
		if name == "data" || names[name] || isReserved(name) {
			name = fmt.Sprintf("column_%d", i+1)
		}
		names[name] = true
		kind, codes, full := guess(columns[i])
		if kind == contract.CodeType && numbered.MatchString(cell.text) && !strings.Contains(strings.ToLower(cell.text), "code") && !strings.HasSuffix(cell.text, "代码") {
			kind, codes = contract.Text, nil // numbers, not words
		}
		if full && kind != contract.Money && kind != contract.Bool {
			subjects = append(subjects, keyed{name, cell.text, columns[i]})
		}
		formats := ""
		if kind == contract.Text {
			if formats = dateFormat(columns[i]); formats != "" {
				kind = contract.Date
			}
		}
		line := fmt.Sprintf("  - {name: %s, label: %s, type: %s", name, quoteYAML(cell.text), kind)
		if formats != "" {
			line += ", formats: [" + formats + "]"
		}
		if full {
			line += ", required: true"
		}
		if len(codes) > 0 {
			line += ", open: true, codes: ["
			for n, word := range codes {
				if n > 0 {
					line += ", "
				}
				line += fmt.Sprintf("{code: %s, word: %s}", quoteYAML(word), quoteYAML(word))
			}
			line += "]"
		}
		lines = append(lines, line+"}")
	}
	key := keyOf(subjects)
	if key == "" {
		out.WriteString("# No column is unique in the rows looked at: name the columns that make a row's key together.\n")
	}
	fmt.Fprintf(&out, "dataset: %s\nlabel: %s\nkey: [%s]\nempty: [\"-\", \"/\", 无]\ncolumns:\n%s\n", slug(file), quoteYAML(stem(file)), key, strings.Join(lines, "\n"))
	return out.String()
}

func isReserved(name string) bool {
	switch name {
	case "file_id", "sheet", "row_number", "received", "extra":
		return true
	}
	return false
}

// dateFormat names the order in which every value is a date; empty when there is none, or more than one.
func dateFormat(values []string) string {
	found := ""
	for format, order := range map[string]value.Order{"mdy": value.MonthFirst, "dmy": value.DayFirst, "roc": value.ROC} {
		filled, dates := 0, 0
		for _, text := range values {
			if text == "" {
				continue
			}
			filled++
			if _, fault := value.Date(text, value.DateStyle{Orders: []value.Order{order}}); fault == nil {
				dates++
			}
		}
		if filled > 0 && dates == filled {
			if found != "" {
				return ""
			}
			found = format
		}
	}
	return found
}

// keyed is a column that may be of the key.
type keyed struct {
	name, header string
	values       []string
}

// numbered is what headers of numbers and codes end in.
var numbered = regexp.MustCompile(`(?i)(编号|号码|代码|编码|号|\b(id|no|nr|num|number|code|key)|[a-z](Id|ID|No|Nr|Code)|_(id|no|nr|num|code))\W*$`)

// keyOf names the columns whose values tell every row from the others: one whose header says that it is a number, else the first column, else
// two with such a header among them, else any one; "" when there are none.
func keyOf(columns []keyed) string {
	distinct := func(parts ...keyed) bool {
		seen := map[string]bool{}
		for row := range parts[0].values {
			text := ""
			for _, part := range parts {
				text += part.values[row] + "\x00"
			}
			if seen[text] {
				return false
			}
			seen[text] = true
		}
		return len(seen) > 1
	}
	isNumbered := func(c keyed) bool { return numbered.MatchString(c.header) }
	for i, c := range columns {
		if (i == 0 || isNumbered(c)) && distinct(c) {
			return c.name
		}
	}
	for i, c := range columns {
		for _, other := range columns[i+1:] {
			if isNumbered(c) && isNumbered(other) && distinct(c, other) {
				return c.name + ", " + other.name
			}
		}
	}
	for _, c := range columns {
		if distinct(c) {
			return c.name
		}
	}
	return ""
}

// longestWord is how many letters a word of a list has at most; what is longer is prose.
const longestWord = 24

// guess finds the narrowest type all values have.
func guess(values []string) (kind contract.Type, codes []string, full bool) {
	seen, order := map[string]bool{}, []string(nil)
	filled, dates, times, ints, amounts, yes, longest := 0, 0, 0, 0, 0, 0, 0
	for _, text := range values {
		if text == "" {
			continue
		}
		filled++
		longest = max(longest, len([]rune(text)))
		if !seen[text] {
			seen[text], order = true, append(order, text)
		}
		if _, fault := value.Date(text, value.DateStyle{}); fault == nil {
			dates++
			if strings.Contains(text, ":") {
				times++
			}
		}
		if _, fault := value.Int(text, false); fault == nil && (len(text) < 10 && (text[0] != '0' || len(text) == 1)) {
			ints++
		}
		if _, fault := value.Money(text, "", false, true); fault == nil {
			amounts++
		}
		if _, ok := value.Bool(text); ok {
			yes++
		}
	}
	full = filled > 0 && filled == len(values)
	switch {
	case filled == 0:
		return contract.Text, nil, false
	case dates == filled && times > 0:
		return contract.Timestamp, nil, full
	case dates == filled:
		return contract.Date, nil, full
	case yes == filled && len(order) == 2:
		return contract.Bool, nil, full
	case ints == filled:
		return contract.Int, nil, full
	case amounts == filled && strings.Contains(strings.Join(order, ""), "."):
		return contract.Money, nil, full
	case len(order) >= 2 && len(order) <= 12 && filled >= 5*len(order) && longest <= longestWord:
		return contract.CodeType, order, full
	}
	return contract.Text, nil, full
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a name of small letters of a text; a Chinese one has none.
func slug(text string) string {
	name := strings.Trim(notName.ReplaceAllString(strings.ToLower(stem(text)), "_"), "_")
	if name == "" {
		return "data"
	}
	if name[0] >= '0' && name[0] <= '9' {
		return "data_" + name
	}
	return name
}

func stem(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

// quoteYAML quotes a text where YAML would read it otherwise.
func quoteYAML(text string) string {
	if plainYAML.MatchString(text) {
		return text
	}
	return string(appendJSON(nil, text))
}

var plainYAML = regexp.MustCompile(`^[\p{Han}A-Za-z_][\p{Han}A-Za-z0-9_ ]*$`)
