package delimited

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"pgregory.net/rapid"

	"tongbao/ingest/sheet"
)

type line struct {
	Cells   []string
	Problem string
}

// read returns every record; blank ones have no cells.
func read(t testing.TB, content []byte) (*Book, []line) {
	t.Helper()
	return readOnly(t, string(content))
}

func readOnly(t rapid.TB, text string) (*Book, []line) {
	content := []byte(text)
	book, err := Open(bytes.NewReader(content), sheet.Options{Limits: sheet.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return book, lines
		}
		if err != nil {
			t.Fatal(err)
		}
		l := line{Problem: row.Problem}
		for _, cell := range row.Cells {
			l.Cells = append(l.Cells, cell.Text)
		}
		lines = append(lines, l)
		if row.Number != len(lines) {
			t.Fatalf("row %d is called %d", len(lines), row.Number)
		}
	}
}

// show writes records as text: cells between |, a problem after !.
func show(lines []line) string {
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(strings.Join(l.Cells, "|"))
		if l.Problem != "" {
			text.WriteString("!" + l.Problem)
		}
		text.WriteString("\n")
	}
	return text.String()
}

func TestRecords(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "a,b,c\n1,2,3\n", "a|b|c\n1|2|3\n"},
		{"no final newline", "a,b\n1,2", "a|b\n1|2\n"},
		{"old Mac", "a,b\r1,2\r", "a|b\n1|2\n"},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r5,6\r\n", "a|b\n1|2\n3|4\n5|6\n"},
		{"line separators", "a,b\u20281,2\u20283,4", "a|b\n1|2\n3|4\n"},
		{"semicolon", "a;b;c\n1,5;2;3\n", "a|b|c\n1,5|2|3\n"},
		{"tab", "a\tb\n1, 2\t3\n", "a|b\n1, 2|3\n"},
		{"pipe", "a|b|c\n1|2|3\n", "a|b|c\n1|2|3\n"},
		{"lists of ; in a table of commas", "a,b,c\n1,x;y,3\n2,x;y,4\n5,z;y,6\n", "a|b|c\n1|x;y|3\n2|x;y|4\n5|z;y|6\n"},
		{"sep line", "sep=;\na;b\n1;2,3\n", "sep=|\na|b\n1|2,3\n"},
		{"quotes", "a,b\n\"1,\"\"x\"\"\",2\n", "a|b\n1,\"x\"|2\n"},
		{"a cell of two lines", "a,b,c\n1,\"x\ny\",3\n4,5,6\n", "a|b|c\n1|x\ny|3\n4|5|6\n"},
		{"first cell of two lines", "a,b,c\n\"x\ny\",2,3\n4,5,6\n", "a|b|c\nx\ny|2|3\n4|5|6\n"},
		{"commas over two lines", "a,b\n\"x,y\nz\",2\n4,5\n", "a|b\nx,y\nz|2\n4|5\n"},
		{"mark inside text", "a,b\n5\" pipe,2\n3,4\n", "a|b\n5\" pipe|2\n3|4\n"},
		{"text in marks that are not quotes", "a,b\n\"新\"型,2\n3,4\n", "a|b\n\"新\"型|2\n3|4\n"},
		{"lone mark", "a,b,c\n1,\"x,3\n4,5,6\n7,8,9\n", "a|b|c\n1|\"x|3!" + badQuote + "\n4|5|6\n7|8|9\n"},
		{"lone marks in two records, one after the other", "a,b,c,d\n1,\"x,3,4\n5,y\",7,8\n9,9,9,9\n", "a|b|c|d\n1|\"x|3|4!" + badQuote + "\n5|y\"|7|8!" + badQuote + "\n9|9|9|9\n"},
		{"lone marks in two records, one between", "a,b,c,d\n1,\"x,3,4\n2,2,2,2\n5,y\",7,8\n9,9,9,9\n", "a|b|c|d\n1|\"x|3|4!" + badQuote + "\n2|2|2|2\n5|y\"|7|8\n9|9|9|9\n"},
		{"a cell of two lines with delimiters", "a,b,c,d\n1,\"x,3\n5,y\",7,8\n9,9,9,9\n", "a|b|c|d\n1|x,3\n5,y|7|8\n9|9|9|9\n"},
		{"lone mark in the last cell", "a,b,c\n1,2,\"x\n4,5,6\n", "a|b|c\n1|2|\"x\n4|5|6\n"},
		{"two lone marks far apart", "a,b,c\n1,\"x,3\n4,5,6\n7,8\",9\n1,2,3\n", "a|b|c\n1|\"x|3!" + badQuote + "\n4|5|6\n7|8\"|9\n1|2|3\n"},
		{"lone mark before quoted cells", "a,b,c\n1,\"x,3\n4,\"5\",6\n7,\"\",9\n", "a|b|c\n1|\"x|3!" + badQuote + "\n4|5|6\n7||9\n"},
		{"lone mark in the last record", "a,b,c\n4,5,6\n1,\"x,3\n", "a|b|c\n4|5|6\n1|\"x|3!" + badQuote + "\n"},
		{"blank before a quoted cell", "a,b\n1, \"x,y\" \n", "a|b\n1|x,y\n"},
		{"ragged", "a,b,c\n1,2\n1,2,3,4\n4,5,6\n", "a|b|c\n1|2\n1|2|3|4\n4|5|6\n"},
		{"blank lines", "a,b\n\n1,2\n  \n", "a|b\n\n1|2\n\n"},
		{"NUL", "a,b\n1,\x002\n3,4\n", "a|b\n1|\x002!含有空字节(NUL),内容可能已损坏\n3|4\n"},
		{"damaged before it was sent", "甲,乙\n一,�\n三,四\n", "甲|乙\n一|�!含有替换字符(�),原文在发送前已损坏\n三|四\n"},
		{"damaged on the way", "检查编号,企业名称\n一,哈尔滨\xe5\x93\n三,四\n", "检查编号|企业名称\n一|哈尔滨�!含有无法解码的字节,编码已损坏\n三|四\n"},
	} {
		_, lines := read(t, []byte(c.in))
		if diff := cmp.Diff(c.want, show(lines)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func gbk(text string) []byte {
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(err)
	}
	return out
}

func TestMixedEncodings(t *testing.T) {
	text := append([]byte("编号,企业名称\n1,哈尔滨某厂\n"), gbk("2,齐齐哈尔某厂\n")...)
	text = append(text, "3,鸡西某厂\n"...)
	book, lines := read(t, text)
	want := "编号|企业名称\n1|哈尔滨某厂\n2|齐齐哈尔某厂\n3|鸡西某厂\n"
	if diff := cmp.Diff(want, show(lines)); diff != "" {
		t.Error(diff)
	}
	if notes := book.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "第3行(共1行)为GB18030") {
		t.Errorf("notes %q", notes)
	}
	book, lines = read(t, append(gbk("编号,企业名称\n1,哈尔滨某厂\n4,五六\n"), "2,齐齐哈尔某厂\n"...))
	if diff := cmp.Diff("编号|企业名称\n1|哈尔滨某厂\n4|五六\n2|齐齐哈尔某厂\n", show(lines)); diff != "" {
		t.Error(diff)
	}
	if notes := book.Notes(); book.Encoding() != "gb18030" || len(notes) != 1 || !strings.Contains(notes[0], "第4行(共1行)为UTF-8") {
		t.Errorf("%s, notes %q", book.Encoding(), notes)
	}
}

// TestDamagedUTF16: a stray control character, or a byte lost or added, costs its own line.
func TestDamagedUTF16(t *testing.T) {
	text := "编号,企业名称\r\n"
	for i := range 40 {
		text += fmt.Sprintf("%d,哈尔滨第%d厂\r\n", i, i)
	}
	clean := strings.Split(strings.TrimSuffix(strings.NewReplacer(",", "|", "\r\n", "\n").Replace(text), "\n"), "\n")
	for _, name := range []string{"utf-16le bom", "utf-16be bom", "utf-16le", "utf-16be"} {
		whole := encodings[name](text)
		for at := 301; at < 600; at += 61 {
			without := slices.Concat(whole[:at], whole[at+1:])
			with := slices.Concat(whole[:at], []byte{7}, whole[at:])
			stray := slices.Concat(whole[:at&^1], encodings[name[:8]]("\x01"), whole[at&^1:])
			for _, damaged := range [][]byte{without, with, stray} {
				_, lines := read(t, damaged)
				shown := strings.Split(strings.TrimSuffix(show(lines), "\n"), "\n")
				lost := 0
				for _, line := range clean {
					if !slices.Contains(shown, line) {
						lost++
					}
				}
				if lost > 1 {
					t.Fatalf("%s, byte %d: %d lines lost\n%s", name, at, lost, show(lines))
				}
			}
		}
	}
}

// TestDamagedBefore: what was damaged, or made with a local font, before the file was written is never read as if it were right.
func TestDamagedBefore(t *testing.T) {
	for name, content := range map[string][]byte{
		"replacement": []byte("编号,名称\n1,哈\uFFFD厂\n2,好\n"), "twice, in UTF-8": []byte("编号,名称\n1,哈锟斤拷厂\n2,好\n"), "twice, in GBK": gbk("编号,名称\n1,哈锟斤拷厂\n2,好\n"),
		"private": []byte("编号,名称\n1,哈\uE5E5厂\n2,好\n"), "private, in UTF-16": encodings["utf-16le bom"]("编号,名称\n1,哈\uE5E5厂\n2,好\n"),
	} {
		_, lines := read(t, content)
		if len(lines) != 3 || lines[1].Problem == "" || lines[2].Problem != "" {
			t.Errorf("%s: %s", name, show(lines))
		}
	}
}

func TestBig5(t *testing.T) {
	text, err := traditionalchinese.Big5.NewEncoder().String("檢查編號,企業名稱\n1,臺北市政府工業區安全生產檢查\n2,高雄市某某股份有限公司\n")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(strings.NewReader(text), sheet.Options{})
	if err == nil || !strings.Contains(err.Error(), "Big5") {
		t.Errorf("got %v", err)
	}
}

// encodings write a text the ways offices do.
var encodings = map[string]func(string) []byte{
	"utf-8":        func(s string) []byte { return []byte(s) },
	"utf-8 bom":    func(s string) []byte { return append([]byte("\xEF\xBB\xBF"), s...) },
	"gb18030":      gbk,
	"utf-16le bom": func(s string) []byte { return wide("\uFEFF"+s, 0) },
	"utf-16be bom": func(s string) []byte { return wide("\uFEFF"+s, 1) },
	"utf-16le":     func(s string) []byte { return wide(s, 0) },
	"utf-16be":     func(s string) []byte { return wide(s, 1) },
}

func wide(s string, high int) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		pair := [2]byte{byte(unit), byte(unit >> 8)}
		out = append(out, pair[high], pair[1-high])
	}
	return out
}

var (
	delimiterGen = rapid.SampledFrom([]rune{',', ';', '\t', '|'})
	endGen       = rapid.SampledFrom([]string{"\n", "\r\n", "\r"})
	cellGen      = rapid.OneOf(
		rapid.StringMatching(`[0-9A-Z-]{0,12}`),
		rapid.StringOfN(rapid.RuneFrom([]rune("检查编号企业名称哈尔滨市道里区有限公司㐀𠮷、（）")), 0, 12, -1),
		rapid.StringOfN(rapid.RuneFrom([]rune("a检,;\"\n|\t 7")), 0, 8, -1),
	)
)

// table draws a table that its writer can give back: a header of words, at least two columns, quotes in order.
func table(t *rapid.T) [][]string {
	width := rapid.IntRange(3, 9).Draw(t, "width")
	head := make([]string, width)
	for i := range head {
		head[i] = fmt.Sprintf("检查列%d", i+1)
	}
	rows := [][]string{head}
	for range rapid.IntRange(4, 40).Draw(t, "rows") {
		row := []string{fmt.Sprintf("N%d", len(rows))}
		for len(row) < width {
			row = append(row, cellGen.Draw(t, "cell"))
		}
		rows = append(rows, row)
	}
	return rows
}

// TestAnyTable: any table in any encoding, delimiter and line end comes back cell for cell.
func TestAnyTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := table(t)
		var text bytes.Buffer
		writer := csv.NewWriter(&text)
		writer.Comma = delimiterGen.Draw(t, "delimiter")
		if err := writer.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if hidesRecord(row, writer.Comma) {
				t.Skip("a line inside a cell is itself a whole record: nobody could tell")
			}
		}
		// Go's writer ends records with \n; inside quoted cells it stays what it is.
		end := endGen.Draw(t, "end")
		name := rapid.SampledFrom([]string{"utf-8", "utf-8 bom", "gb18030", "utf-16le bom", "utf-16be bom", "utf-16le", "utf-16be"}).Draw(t, "encoding")
		content := encodings[name](replaceEnds(text.String(), end))
		book, err := Open(bytes.NewReader(content), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if book.Delimiter() != byte(writer.Comma) {
			t.Skip("the table itself looks like one of another delimiter")
		}
		stream, _ := book.Rows(0)
		for i, want := range rows {
			row, err := stream.Next()
			if err != nil {
				t.Fatalf("row %d: %v", i+1, err)
			}
			got := make([]string, len(row.Cells))
			for j, cell := range row.Cells {
				got[j] = cell.Text
			}
			if diff := cmp.Diff(want, got); diff != "" || row.Problem != "" {
				t.Fatalf("row %d %s:\n%s", i+1, row.Problem, diff)
			}
		}
		if _, err := stream.Next(); err != io.EOF {
			t.Fatalf("after the last row: %v", err)
		}
	})
}

// hidesRecord says whether a line of a row of several, but for the first, looks like a whole row.
func hidesRecord(row []string, comma rune) bool {
	var text bytes.Buffer
	writer := csv.NewWriter(&text)
	writer.Comma = comma
	if err := writer.Write(row); err != nil {
		panic(err)
	}
	writer.Flush()
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	return slices.ContainsFunc(lines[1:], func(line string) bool {
		count, _ := fieldsOf([]byte(line), byte(comma))
		return count == len(row) || strings.Count(line, string(comma))+1 == len(row)
	})
}

// replaceEnds changes the line ends outside of quotes.
func replaceEnds(text, end string) string {
	var out strings.Builder
	quoted := false
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '\n' && !quoted:
			out.WriteString(end)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// TestLoneMark: one mark put anywhere into one record changes at most that record.
func TestLoneMark(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, count := rapid.IntRange(3, 8).Draw(t, "width"), rapid.IntRange(3, 30).Draw(t, "rows")
		var lines []string
		for i := range count {
			var cells []string
			for j := range width {
				cell := fmt.Sprintf("检%d-%d", i, j)
				if rapid.IntRange(0, 5).Draw(t, "quoted") == 0 {
					cell = `"` + cell + `"`
				}
				cells = append(cells, cell)
			}
			lines = append(lines, strings.Join(cells, ","))
		}
		clean := make([]string, count)
		for i, line := range lines {
			clean[i] = strings.ReplaceAll(strings.ReplaceAll(line, `"`, ""), ",", "|")
		}
		hit := rapid.IntRange(0, count-1).Draw(t, "hit")
		runes := []rune(lines[hit])
		at := rapid.IntRange(0, len(runes)).Draw(t, "at")
		lines[hit] = string(runes[:at]) + `"` + string(runes[at:])
		book, err := Open(strings.NewReader(strings.Join(lines, "\n")+"\n"), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		stream, _ := book.Rows(0)
		for i := range count {
			row, err := stream.Next()
			if err != nil {
				t.Fatalf("row %d: %v", i+1, err)
			}
			var cells []string
			for _, cell := range row.Cells {
				cells = append(cells, cell.Text)
			}
			if got := strings.Join(cells, "|"); i != hit && (got != clean[i] || row.Problem != "") {
				t.Fatalf("row %d %q, want %q; the mark is in row %d: %s", i+1, got, clean[i], hit+1, lines[hit])
			}
		}
	})
}

// FuzzRead: whatever the bytes, reading ends, and rows are numbered without a gap.
func FuzzRead(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\n3\",4\n"))
	f.Add([]byte("\xFF\xFEa\x00,\x00\"\x00\n\x00"))
	f.Add(gbk("编号,名称\n1,\"哈\r尔\"滨\r\n"))
	f.Add([]byte("a\r\r\n\"\"\"\r\"\x00\xE5,\n\"\"x,\"y\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		book, err := Open(bytes.NewReader(content), sheet.Options{})
		if err != nil {
			return
		}
		stream, _ := book.Rows(0)
		for n := 1; ; n++ {
			row, err := stream.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Number != n {
				t.Fatalf("row %d after %d", row.Number, n-1)
			}
			if n > len(content)+1 {
				t.Fatal("more rows than bytes")
			}
		}
	})
}
