package cli

import (
	"strings"
	"testing"
)

// TestScrub takes names of every kind out of messages like those of the program, and leaves the message.
func TestScrub(t *testing.T) {
	scrub := newScrubber("/srv/省厅", "host-17", "wang")
	for text, want := range map[string]string{
		`哈尔滨市_检查记录.csv, sheet "检查", row 17, column 企业名称: date "2020.2.30" does not exist`: `<file>, sheet "…", row 17, column <text>: date "…" does not exist`,
		"open /srv/省厅/data/warehouse.duckdb: locked":                                      "open <path>: locked",
		`C:\\exports\\王五.xlsx is truncated`:                                               `<path> is truncated`,
		"uscc 91230100MA1B2C3D4X is of no known city":                                     "uscc <code> is of no known city",
		"asked for by wang on host-17":                                                    "asked for by <private> on <private>",
		"鹤岗市兴安区宏达煤矿有限公司(张三) was rejected":                                                 "<text> was rejected",
		"post https://hook.example/secret?token=abc: 500":                                 "post <address> 500",
		"ACME HOLDINGS was rejected":                                                      "<WORD> <WORD> was rejected",
		"Ærøskøbing was rejected":                                                         "<word> was rejected",
		"the disk is full · Next: make room, then run `tongbao run` again":                "the disk is full · Next: make room, then run `tongbao run` again",
	} {
		if got := scrub.clean(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	if text := scrub.clean("a" + strings.Repeat("x", 100)); len(text) != 101 {
		t.Errorf("a long word became %q", text)
	}
}
