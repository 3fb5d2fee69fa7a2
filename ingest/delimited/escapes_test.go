package delimited

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestEscapes: ' and \ are taken for quotes and escapes where the file proves them, and for text where it does not.
func TestEscapes(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"single quotes around delimiters", "'a','b','c'\n'1','x,y','3'\n'4','it''s','6'\n", "a|b|c\n1|x,y|3\n4|it's|6\n"},
		{"texts in single quotes, numbers bare", "a,b,c\n1,'x',3\n2,'y',3\n3,'z',3\n4,'',5\n", "a|b|c\n1|x|3\n2|y|3\n3|z|3\n4||5\n"},
		{"double quotes inside single ones", "a,b\n1,'say \"no\", twice'\n2,'b'\n3,'c'\n4,'d'\n", "a|b\n1|say \"no\", twice\n2|b\n3|c\n4|d\n"},
		{"a lone single mark", "a,b,c\n1,'x',3\n2,'y,3\n3,'z',3\n4,'u',5\n5,'v',5\n6,'v',5\n7,'v',5\n8,'v',5\n9,'v',5\n1,'v',5\n2,'v',5\n3,'v',5\n4,'v',5\n5,'v',5\n6,'v',5\n7,'v',5\n8,'v',5\n9,'v',5\n1,'v',5\n2,'v',5\n",
			"a|b|c\n1|x|3\n2|'y|3!" + badQuote + "\n3|z|3\n4|u|5\n5|v|5\n6|v|5\n7|v|5\n8|v|5\n9|v|5\n1|v|5\n2|v|5\n3|v|5\n4|v|5\n5|v|5\n6|v|5\n7|v|5\n8|v|5\n9|v|5\n1|v|5\n2|v|5\n"},
		{"the apostrophe of a spreadsheet", "a,b\n'001,x\n'002,y\n'003,z\n", "a|b\n'001|x\n'002|y\n'003|z\n"},
		{"one cell in single quotes", "a,b\n1,'x'\n2,y\n3,z\n4,u\n", "a|b\n1|'x'\n2|y\n3|z\n4|u\n"},
		{"both marks begin cells", "a,b\n'1',\"x\"\n'2',\"y\"\n'3',\"z\"\n'4',\"u\"\n", "a|b\n'1'|x\n'2'|y\n'3'|z\n'4'|u\n"},
		{"escaped marks", "a,b,c\n1,\"say \\\"no\\\", twice\",3\n4,\"5\",6\n7,\"\\\\host\",9\n", "a|b|c\n1|say \"no\", twice|3\n4|5|6\n7|\\host|9\n"},
		{"escaped marks, and backslashes of their own", "a,b,c\n1,\"say \\\"no\\\"\",3\n4,C:\\temp,6\n7,\\\\host,9\n", "a|b|c\n1|say \"no\"|3\n4|C:\\temp|6\n7|\\\\host|9\n"},
		{"escaped delimiters", "a,b,c\n1,x\\,y,3\n4,5,6\n7,8\\,9,0\n", "a|b|c\n1|x,y|3\n4|5|6\n7|8,9|0\n"},
		{"paths that end in a backslash", "a,b,c\n1,\"C:\\a\\\",3\n4,\"D:\\\",6\n7,8,9\n", "a|b|c\n1|C:\\a\\|3\n4|D:\\|6\n7|8|9\n"},
		{"a cell that ends in a backslash", "a,b,c\n1,C:\\,3\n4,5,6\n", "a|b|c\n1|C:\\|3\n4|5|6\n"},
		{"single quotes and escapes", "'a','b'\n'1','it\\'s, so'\n'2','b'\n'3','c'\n'4','d'\n", "a|b\n1|it's, so\n2|b\n3|c\n4|d\n"},
		{"line ends in single quotes", "'a','b','c'\r\n'1','x\r\ny','3'\r\n'4','5, 6','6'\r\n", "a|b|c\n1|x\r\ny|3\n4|5, 6|6\n"},
	} {
		_, lines := read(t, []byte(c.in))
		if diff := cmp.Diff(c.want, show(lines)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

// TestLongFileLoneMark: one mark in the fifth of a hundred thousand records costs that record.
func TestLongFileLoneMark(t *testing.T) {
	for name, bad := range map[string]string{
		"at the start of a cell": "J5,\"甲厂,A1,x,y", "at the start of the last cell": "J5,甲厂,A1,x,\"y", "at the end": "J5,甲厂,A1,x,y\"",
		"at the start of the record": "\"J5,甲厂,A1,x,y", "beside a delimiter too few": "J5,\"甲厂,A1,x", "beside a delimiter too many": "J5,\"甲厂,A1,x,y,z",
		"beside a quoted cell": "J5,\"甲厂,\"A1\",x,y", "after a quoted cell": "J5,\"甲厂\"\",A1,x,y",
	} {
		for _, quoted := range []bool{false, true} {
			var text strings.Builder
			text.WriteString("编号,名称,机构,甲,乙\n")
			for i := 1; i <= 100_000; i++ {
				switch {
				case i == 5:
					text.WriteString(bad + "\n")
				case quoted && i%3 == 0:
					fmt.Fprintf(&text, "J%d,\"甲,厂%d\",\"A\r\n1\",x,\"y\"\"\"\n", i, i)
				default:
					fmt.Fprintf(&text, "J%d,甲厂%d,A1,x,y\n", i, i)
				}
			}
			_, lines := read(t, []byte(text.String()))
			if len(lines) != 100_001 {
				t.Errorf("%s: %d records", name, len(lines))
				continue
			}
			for i, l := range lines[1:] {
				want := fmt.Sprintf("J%d|甲厂%d|A1|x|y", i+1, i+1)
				if quoted && (i+1)%3 == 0 {
					want = fmt.Sprintf("J%d|甲,厂%d|A\r\n1|x|y\"", i+1, i+1)
				}
				if i != 4 && (strings.Join(l.Cells, "|") != want || l.Problem != "") {
					t.Fatalf("%s: record %d is %q %s", name, i+1, l.Cells, l.Problem)
				}
			}
		}
	}
}

// TestDamagedRecord: whatever happens to one record, short of making two of it, those around it arrive.
func TestDamagedRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.SampledFrom([]string{`"`, `'`}).Draw(t, "mark")
		width := rapid.IntRange(3, 7).Draw(t, "width")
		count := rapid.IntRange(25, 60).Draw(t, "rows")
		column := rapid.IntRange(0, width-1).Draw(t, "quoted column")
		var lines, clean []string
		for i := range count {
			var cells, shown []string
			for j := range width {
				cell := fmt.Sprintf("检%d-%d", i, j)
				shown = append(shown, cell)
				if j == column {
					cell = mark + cell + mark
				}
				cells = append(cells, cell)
			}
			lines, clean = append(lines, strings.Join(cells, ",")), append(clean, strings.Join(shown, "|"))
		}
		hit := rapid.IntRange(1, count-1).Draw(t, "hit")
		damage := []rune(lines[hit])
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			at := rapid.IntRange(0, len(damage)-1).Draw(t, "at")
			switch rapid.SampledFrom([]string{"mark", "delimiter", "drop", "backslash"}).Draw(t, "how") {
			case "mark":
				damage = append(damage[:at:at], append([]rune(mark), damage[at:]...)...)
			case "delimiter":
				damage = append(damage[:at:at], append([]rune(","), damage[at:]...)...)
			case "backslash":
				damage = append(damage[:at:at], append([]rune(`\`), damage[at:]...)...)
			case "drop":
				damage = append(damage[:at:at], damage[at+1:]...)
			}
		}
		lines[hit] = string(damage)
		_, got := readOnly(t, strings.Join(lines, "\r\n")+"\r\n")
		if len(got) != count {
			t.Fatalf("%d records of %d, the damage is in %s", len(got), count, lines[hit])
		}
		for i, l := range got {
			if i != hit && (strings.Join(l.Cells, "|") != clean[i] || l.Problem != "") {
				t.Fatalf("record %d is %q %s, want %s; the damage is in %d: %s", i+1, l.Cells, l.Problem, clean[i], hit+1, lines[hit])
			}
		}
	})
}

// TestWestern: a line of Windows-1252 is neither read as Chinese nor lost: it is shown as it was meant, and cannot be trusted.
func TestWestern(t *testing.T) {
	const problem = "!含有西文编码(Windows-1252)的字节,文件既不是UTF-8也不是GB18030"
	text := "no,ville,date\n1,Besan\xe7on,a\n2,plain,b\n3,Caf\xe9,c\n"
	_, lines := read(t, []byte(text))
	if diff := cmp.Diff("no|ville|date\n1|Besançon|a"+problem+"\n2|plain|b\n3|Café|c"+problem+"\n", show(lines)); diff != "" {
		t.Error(diff)
	}
	_, lines = read(t, append(gbk("编号,姓名\n1,朱镕基\n2,张镕B\n3,王喆\n"), gbk("镕,x\n")...))
	if diff := cmp.Diff("编号|姓名\n1|朱镕基\n2|张镕B\n3|王喆\n镕|x\n", show(lines)); diff != "" {
		t.Error(diff)
	}
}
