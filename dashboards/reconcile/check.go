package reconcile

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// ErrFormat is returned for files that are neither .docx nor .xlsx nor text.
var ErrFormat = errors.New("not a .docx, .xlsx or text file")

// Check reads one file and reports what does not add up in it. The content decides the format, not the name.
// Text must be UTF-8; other encodings are the caller's to decode.
func Check(name string, content []byte) (Report, error) {
	var report Report
	var err error
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		err = report.checkArchive(content)
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		err = fmt.Errorf("%w: an old .doc or .xls (or an encrypted file); save it as .docx or .xlsx", ErrFormat)
	case bytes.HasPrefix(content, []byte("%PDF")):
		err = fmt.Errorf("%w: a PDF; check the file it was made from", ErrFormat)
	case bytes.IndexByte(content, 0) >= 0:
		err = ErrFormat
	default:
		report.checkPlain(string(content))
	}
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return report, nil
}

func (r *Report) checkArchive(content []byte) error {
	files, err := listArchive(content)
	if err != nil {
		return err
	}
	switch {
	case files["word/document.xml"] != nil:
		return r.checkDocx(files)
	case files["xl/workbook.xml"] != nil:
		return r.checkWorkbook(content)
	}
	return ErrFormat
}

// paragraph is one paragraph of running text and where it stands.
type paragraph struct{ text, place string }

// checkPlain reads text: lines with tabs or strokes are table rows, other lines paragraphs.
func (r *Report) checkPlain(text string) {
	text = strings.TrimPrefix(text, "\ufeff")
	var paragraphs []paragraph
	var tables []*table
	var rows [][]string
	first, name := 0, ""
	flush := func() {
		if len(rows) > 1 {
			start, title := first, name
			if title == "" {
				title = fmt.Sprintf("table at line %d", start)
			}
			if t := r.checkTable(title, rows, func(row, column int) string { return fmt.Sprintf("line %d, field %d", start+row, column+1) }); t != nil {
				tables = append(tables, t)
			}
		} else if len(rows) == 1 {
			paragraphs = append(paragraphs, paragraph{strings.Join(rows[0], " "), fmt.Sprintf("line %d", first)})
		}
		rows = nil
	}
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		cells := cellsOf(line)
		switch {
		case len(cells) > 1 && isRule(cells):
			first-- // a Markdown rule takes a line but is no row
		case len(cells) > 1:
			if rows == nil {
				first = i + 1
			}
			rows = append(rows, cells)
		default:
			flush()
			if strings.TrimSpace(line) != "" {
				paragraphs = append(paragraphs, paragraph{line, fmt.Sprintf("line %d", i+1)})
				name = tableName(line)
			}
		}
	}
	flush()
	for _, p := range paragraphs {
		r.checkText(p.text, p.place)
	}
	r.checkAgreement(paragraphs, tables)
}

// cellsOf splits a line at tabs, or at strokes (Markdown, box drawing); a line without them is one cell.
func cellsOf(line string) []string {
	for _, stroke := range []string{"\t", "|", "│", "┃"} {
		if strings.Count(line, stroke) == 0 || stroke == "|" && strings.Count(line, stroke) < 2 {
			continue
		}
		return strings.SplitN(strings.Trim(strings.TrimRight(line, "\r"), stroke+" "), stroke, maxTableColumns)
	}
	return []string{line}
}

func isRule(cells []string) bool {
	for _, cell := range cells {
		if strings.Trim(cell, "-: ") != "" {
			return false
		}
	}
	return true
}

// tableName is a line that may stand above a table as its name.
func tableName(line string) string {
	line = strings.TrimSpace(line)
	if len([]rune(line)) > 40 || strings.HasSuffix(line, "。") {
		return ""
	}
	return line
}
