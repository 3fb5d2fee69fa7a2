package delimited

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tongbao/ingest/charset"
	"tongbao/ingest/sheet"
)

// Book is an opened delimited text.
type Book struct {
	parser  *parser
	foreign []int // first rows in another encoding
	others  int   // how many there are
}

// maxNamed is how many rows a note names before it only counts.
const maxNamed = 20

// recordCells is how many cells of the largest size a record may amount to.
const recordCells = 16

// Open decodes the beginning of the text and proves its dialect. r is read once, front to back.
func Open(r io.Reader, options sheet.Options) (*Book, error) {
	limit := options.Limits.CellBytes
	if limit <= 0 {
		limit = sheet.DefaultLimits().CellBytes
	}
	limit *= recordCells
	p := &parser{decoder: charset.NewDecoder(r, limit), limit: limit}
	if err := p.fill(); sheet.IsRefusal(err) {
		return nil, err
	} else if err != nil {
		return nil, sheet.Refuse("save it as CSV in UTF-8", "%v", err)
	}
	if control(p.text) {
		return nil, sheet.Refuse("export it again as CSV or XLSX", "the file is no text and no workbook")
	}
	if p.decoder.Big5() {
		return nil, sheet.Refuse("save it as CSV in UTF-8", "the text is not in GB18030 but probably in Big5: it turns into private-use characters")
	}
	p.dialect()
	return &Book{parser: p}, nil
}

// control recognises bytes that no text holds.
func control(text []byte) bool {
	odd := 0
	for _, b := range text {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v' && b != 0 {
			odd++
		}
	}
	return odd > 8 && odd*50 > len(text)
}

// Format implements sheet.Book.
func (b *Book) Format() string {
	switch b.parser.delimiter {
	case '\t':
		return "tsv"
	default:
		return "csv"
	}
}

// Delimiter is the character between fields.
func (b *Book) Delimiter() byte { return b.parser.delimiter }

// Sheets implements sheet.Book: the text is one sheet without a name.
func (b *Book) Sheets() []sheet.Info { return []sheet.Info{{Delimited: true}} }

// Rows implements sheet.Book. The text can be read once.
func (b *Book) Rows(int) (sheet.Rows, error) { return &rows{book: b}, nil }

// Close implements sheet.Book.
func (b *Book) Close() error { return nil }

// Encoding implements sheet.Decoded.
func (b *Book) Encoding() string { return string(b.parser.decoder.Encoding()) }

// Notes implements sheet.Decoded.
func (b *Book) Notes() []string {
	if b.others == 0 {
		return nil
	}
	other := "GB18030"
	if b.parser.decoder.Encoding() == charset.GB18030 {
		other = "UTF-8"
	}
	names := make([]string, len(b.foreign))
	for i, row := range b.foreign {
		names[i] = strconv.Itoa(row)
	}
	more := ""
	if b.others > len(b.foreign) {
		more = "等"
	}
	return []string{fmt.Sprintf("文件混用两种编码:第%s行%s(共%d行)为%s,已按其自身编码读取", strings.Join(names, "、"), more, b.others, other)}
}

// rows streams the records.
type rows struct {
	book   *Book
	row    sheet.Row
	number int
}

// Info implements sheet.Rows.
func (r *rows) Info() sheet.Info { return sheet.Info{Delimited: true} }

// Close implements sheet.Rows.
func (r *rows) Close() error { return nil }

// Next implements sheet.Rows.
func (r *rows) Next() (*sheet.Row, error) {
	p := r.book.parser
	r.row.Cells = r.row.Cells[:0]
	problem, flaw, err := p.record(&r.row)
	if err != nil {
		return nil, err
	}
	r.number++
	r.row.Number, r.row.Problem = r.number, problem
	switch flaw {
	case charset.Foreign:
		r.book.others++
		if len(r.book.foreign) < maxNamed {
			r.book.foreign = append(r.book.foreign, r.number)
		}
	case charset.Damaged:
		r.row.Problem = "含有无法解码的字节,编码已损坏"
	case charset.PrivateUse:
		r.row.Problem = "含有自造字或Big5等其他编码的字符,无法确认原文"
	case charset.Replacement:
		r.row.Problem = "含有替换字符(�),原文在发送前已损坏"
	case charset.Western:
		r.row.Problem = "含有西文编码(Windows-1252)的字节,文件既不是UTF-8也不是GB18030"
	case charset.Nul:
		r.row.Problem = "含有空字节(NUL),内容可能已损坏"
	}
	return &r.row, nil
}

// blankLine says whether a record of one field holds nothing but blanks.
func blankLine(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }
