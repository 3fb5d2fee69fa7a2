package documenttest_test

import (
	"testing"

	"tongbao/dashboards/document"
	"tongbao/dashboards/document/documenttest"
)

func TestPlainTextFlattensHeaders(t *testing.T) {
	d := document.Document{Body: []document.Block{
		document.Words(document.Heading1, "一、总体情况"),
		document.Table{Caption: "表1", Header: [][]document.Cell{
			{{Runs: document.Plain("地区"), Rows: 2}, {Runs: document.Plain("计划"), Columns: 2}},
			{{Runs: document.Plain("重点")}, {Runs: document.Plain("合计")}},
		}, Rows: [][]document.Cell{{{Runs: document.Plain("甲")}, {Runs: document.Plain("1")}, {Runs: document.Plain("2")}}}},
	}}
	want := "一、总体情况\n表1\n地区\t计划/重点\t计划/合计\n甲\t1\t2\n"
	if got := documenttest.PlainText(d); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
