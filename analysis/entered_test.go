package analysis_test

import (
	"fmt"
	"testing"

	"tongbao/analysis"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// ownedRows are rows of core that have an enterprise, those among them that stand behind figures in some other way than by it too.
var ownedRows = []string{
	"core.inspection as r join mart.visit_pair as x on x.earlier_visit_id = r.visit_id join mart.episode_next_visit as y on y.visit_id = r.visit_id", "core.inspection as r where is_unknown_enterprise",
	"core.inspection as r join mart.plan_implicit as x on x.visit_id = r.visit_id where visit_inspections > 1", "core.inspection as r join mart.plan_claim as x on x.visit_id = r.visit_id where x.is_filled",
	"core.hazard as r join mart.episode_next_visit as x on x.visit_id = r.visit_id where episode_hazards > 1", "core.penalty as r where visit_id is not null",
	"core.enterprise_claim as r", "core.plan_item as r", "core.plan_change as r", "core.accident as r", "core.credit_event as r",
}

// enteredAlike holds what a row enters, found in the piece of its enterprise, to what it enters when the whole province is read.
func enteredAlike(t *testing.T, db *warehouse.DB) {
	t.Helper()
	total := 0
	for _, rows := range ownedRows {
		places, err := warehouse.Select[struct {
			FileID int    `db:"file_id"`
			Sheet  string `db:"sheet"`
			Number int    `db:"row_number"`
		}](t.Context(), db, "select distinct r.file_id, coalesce(r.sheet, '') as sheet, r.row_number from "+rows+" order by md5(concat_ws(' ', r.file_id, r.sheet, r.row_number)) limit 1")
		if err != nil || len(places) == 0 {
			t.Fatalf("%s: %d rows, %v", rows, len(places), err)
		}
		for _, place := range places {
			found, err := analysis.RowsAt(t.Context(), db, place.FileID, place.Sheet, place.Number)
			if err != nil || len(found) == 0 {
				t.Fatalf("%s: %v is %d rows, %v", rows, place, len(found), err)
			}
			for _, row := range found {
				said := func() (lines []string) {
					subjects, entered, err := analysis.Entry(t.Context(), db, row, true)
					if err != nil {
						t.Fatalf("%v: %v", row, err)
					}
					total += len(entered)
					for _, s := range subjects {
						lines = append(lines, fmt.Sprint(s))
					}
					for _, e := range entered {
						lines = append(lines, fmt.Sprint(e))
					}
					return lines
				}
				part := said()
				transformtest.Exec(t, db, "alter table run.owner rename to disowned") // as in versions that do not say who owns
				whole := said()
				transformtest.Exec(t, db, "alter table run.disowned rename to owner")
				for i := range max(len(part), len(whole)) {
					if i >= len(part) || i >= len(whole) || part[i] != whole[i] {
						t.Errorf("%v is or enters %d things in the piece of its enterprise, %d in the province, the first others %q and %q", row, len(part), len(whole), part[min(i, len(part)):min(i+1, len(part))], whole[min(i, len(whole)):min(i+1, len(whole))])
						break
					}
				}
			}
		}
	}
	if total < 5000 {
		t.Errorf("the rows enter only %d figures", total)
	}
}
