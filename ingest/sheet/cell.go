package sheet

import "strings"

// Kind is what a file says a cell holds.
type Kind uint8

// The kinds of a cell. Text formats (CSV, HTML) know Empty and Text only.
const (
	Empty  Kind = iota // nothing, or the empty text
	Text               // text as written
	Number             // Text is the number in decimal notation, as typed: 0.1, 12345, 9.1230100000000003E+17
	Bool               // Text is TRUE or FALSE
	Date               // Text is 2020-03-05, 2020-03-05 10:20:30, 2020-03-05 10:20:30.500, with +00:00 behind an instant, or a time only, 10:20:30
	Error              // Text is the error as the office program prints it: #REF!, #N/A, …; or "=" and the formula, where no result was ever stored; or bytes that are no text, 0x and their digits
	Nested             // Text is a JSON array or object, which is no single value
)

// String names the kind in the words of the reports.
func (k Kind) String() string {
	return [...]string{"empty", "text", "number", "bool", "date", "error", "nested"}[k]
}

// Merge says where a cell lies in a merged region. A covered cell repeats the kind and text of its region's top left cell, so that
// header rows read naturally; a body that wants a value once keeps the Anchor and the cells below it.
type Merge uint8

// Places of a cell in a merged region.
const (
	Unmerged Merge = iota
	Anchor         // top left cell of a region: the one that holds the value
	Below          // covered, in the region's first column
	Beside         // covered, in another column of the region
)

// Cell is one cell. Text is valid for as long as it is referred to: readers never reuse its memory.
type Cell struct {
	Text  string
	Kind  Kind
	Merge Merge
}

// Row is one row of a sheet. The row and its Cells are valid until the next call; the cells' texts stay valid.
type Row struct {
	Number int  // as printed in the file's own program, from 1; line number for text formats
	Hidden bool // hidden by hand, by a filter or by a collapsed group
	// Problem, when not empty, says in Chinese why the row as a whole cannot be trusted (an unpaired quotation mark, bytes that are
	// no text): it is rejected with that reason, its cells only show what was there.
	Problem string
	Cells   []Cell // from the first column; trailing empty cells may be missing
}

// Blank says whether a row holds nothing, repeated values of merged regions included.
func (r *Row) Blank() bool {
	for i := range r.Cells {
		if r.Cells[i].Kind != Empty {
			return false
		}
	}
	return true
}

// Doubt sets Problem where a text of the row was damaged before it came into the file: it holds U+FFFD, the sign for a character that
// could not be read, what two of them become in GBK, a character of a local font, or a NUL.
func (r *Row) Doubt() {
	if r.Problem != "" {
		return
	}
	for i := range r.Cells {
		if r.Cells[i].Kind != Text {
			continue
		}
		if text := r.Cells[i].Text; strings.Contains(text, "\uFFFD") || strings.Contains(text, "锟斤拷") {
			r.Problem = "含有替换字符(�),原文在发送前已损坏"
			return
		} else if strings.IndexByte(text, 0xEE) >= 0 { // U+E000 to U+EFFF; behind lie the bullets of office programs
			r.Problem = "含有自造字或Big5等其他编码的字符,无法确认原文"
			return
		} else if strings.IndexByte(text, 0) >= 0 {
			r.Problem = "含有空字节(NUL),内容可能已损坏"
			return
		}
	}
}
