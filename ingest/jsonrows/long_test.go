package jsonrows

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
)

// TestOneLongLine reads arrays of several megabytes on one line, as web interfaces send them.
func TestOneLongLine(t *testing.T) {
	const records = 30_000
	text := "[" + strings.TrimSuffix(strings.Repeat(`{"检查编号":"JC1","企业":"哈尔滨某某有限公司","次数":12},`, records), ",") + "]"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"UTF-8": text, "GB18030": gbk} {
		in := sheettest.Input("a.json", []byte(data))
		dump := sheettest.Dump(t, []sheet.Format{Format()}, in, sheet.Options{Limits: sheet.DefaultLimits(), TempDir: t.TempDir()})
		if n := strings.Count(dump, ` | "JC1" | "哈尔滨某某有限公司" | 12`+"\n"); n != records {
			t.Errorf("%s: %d of %d records", name, n, records)
		}
	}
}
