package document

import "testing"

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"哈尔滨市道里区":       "哈尔滨市道里区",
		"a\u202eb":      "a‹U+202E›b",
		"a\x00b\tc\nd":  "a‹U+0000›b c d",
		"\xff甲":         "‹FF›甲",
		"👨‍👩‍👧":         "👨‍👩‍👧",
		"\ufeffx\uffff": "‹U+FEFF›x‹U+FFFF›",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlainTextFlattensHeaders(t *testing.T) {
	d := Document{Body: []Block{
		Words(Heading1, "一、总体情况"),
		Table{Caption: "表1", Header: [][]Cell{
			{{Runs: Plain("地区"), Rows: 2}, {Runs: Plain("计划"), Columns: 2}},
			{{Runs: Plain("重点")}, {Runs: Plain("合计")}},
		}, Rows: [][]Cell{{{Runs: Plain("甲")}, {Runs: Plain("1")}, {Runs: Plain("2")}}}},
	}}
	want := "一、总体情况\n表1\n地区\t计划/重点\t计划/合计\n甲\t1\t2\n"
	if got := d.PlainText(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
