package ingest

import (
	"strings"
	"testing"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
	"tongbao/internal/contract"
)

// TestDraft: a draft's key is what numbers the rows, not an amount that happens to differ; only short words that come again and again make a
// list, to which others may come; and it reads back the file it was drafted from.
func TestDraft(t *testing.T) {
	set, err := contract.Load(Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	text := "activity_nr,citation_id,viol_type,note,penalty,state,flag\n"
	for i := range 20 {
		text += "31400000" + string(rune('0'+i/4)) + ",0100" + string(rune('1'+i%4)) + "," + string("SORW"[i%4]) + ",The same long sentence about nothing at all " + string("ab"[i%2]) + "," +
			strings.Repeat("1", i%9+1) + string(rune('0'+i/9)) + ".50,TX,1\n"
	}
	got, err := Draft(t.Context(), sheettest.Input("visits.csv", []byte(text)), set, sheet.Options{Limits: sheet.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"key: [activity_nr, citation_id]", "name: viol_type, label: viol_type, type: code, required: true, open: true, codes: [{code: S", "name: note, label: note, type: text",
		"name: state, label: state, type: text", "name: flag, label: flag, type: int", "name: penalty, label: penalty, type: money", "name: citation_id, label: citation_id, type: text",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the draft lacks %s:\n%s", want, got)
		}
	}
}
