package analysis_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tongbao/analysis"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// full is small with a hazard, a penalty and a plan, so that every identity has something to hold.
func full(t *testing.T) *warehouse.DB {
	return small(t,
		transformtest.File{Dataset: "hazard", Text: "hazard_id,inspection_id,item_code,category,severity,found_on\nH1,I3,AQ1,设备,general,2020-03-03\nH2,I3,AQ2,设备,major,2020-03-03\n"},
		transformtest.File{Dataset: "penalty", Text: "penalty_id,uscc,agency_code,decided_on,kind,amount_yuan\nN1,E1,D1,2020-03-05,fine,100.00\n"},
		transformtest.File{Dataset: "plan_item", Text: "plan_item_id,plan_year,agency_code,uscc,class,approved_on\nP1,2020,D1,E1,key,2020-01-10\n"})
}

// TestPlantedFaults: a figure changed behind the build's back breaks the identity that is there for it, and is named.
func TestPlantedFaults(t *testing.T) {
	db := full(t)
	if err := buildSmall(t, db, "2020-06-30"); err != nil {
		t.Fatal(err)
	}
	held, err := warehouse.Select[string](t.Context(), db, "select identity from mart.reconciliation where is_held and figures > 0 order by identity")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"figures = rows", "figures agree", "figures re-derive", "parts = whole", "quarter within ytd", "slices = whole", "value = num ÷ den"}; !slices.Equal(held, want) {
		t.Errorf("held are %v, want %v", held, want)
	}
	for _, c := range []struct{ fault, identity, figure string }{
		{"update mart.figure set num = num + 1 where figure_id = 'E1.2020Q1q.230102'", "parts = whole", "E1.2020Q1q.230100"},
		{"update mart.figure set num = num + 1 where figure_id = 'E1.2020Q1q.230100o'", "parts = whole", "E1.2020Q1q.230100"},
		{"update mart.figure set den = den + 1 where figure_id = 'B3.2020Q1q.230000'", "parts = whole", "B3.2020Q1q.230000"},
		{"update mart.figure set num = num + 1 where figure_id = 'E1.2020Q1q.230000:sector=coal_mine'", "slices = whole", "E1.2020Q1q.230000"},
		{"update mart.figure set value = value + 1e-9 where figure_id = 'D12.2020Q1q.230102'", "value = num ÷ den", "D12.2020Q1q.230102"},
		{"update mart.figure set num = 0 where metric = 'E7' and span = 'ytd'", "quarter within ytd", "E7.2020Q1q.230000"},
		{"update mart.figure set num = 2 * num where metric = 'E3m'", "figures agree", "B4.2020Q1q.230000, E3m.2020Q1q.230000 (major hazards found are what is to be closed)"},
		{"update mart.figure set num = 2 * num where metric = 'E6'", "figures = rows", "E6.2020Q1q.230102"},
		{"delete from mart.figure where metric = 'E5'", "figures = rows", "E5.2020Q1q.230102"},
		{"update mart.figure set num = 2 * num, den = 2 * den where metric = 'D13'", "figures re-derive", "D13.2020Q"},
		{"delete from mart.figure where metric = 'D13'", "figures re-derive", "D13.2020Q"},
	} {
		err := db.InTx(t.Context(), func(tx *warehouse.Tx) error {
			if _, err := tx.ExecContext(t.Context(), c.fault); err != nil {
				t.Fatal(err)
			}
			err := analysis.Reconcile(t.Context(), tx)
			var broken *analysis.ReconcileError
			switch {
			case !errors.As(err, &broken):
				t.Errorf("%s: %v", c.fault, err)
			case broken.Identity != c.identity || !slices.ContainsFunc(broken.Figures, func(f string) bool { return strings.Contains(f, c.figure) }):
				t.Errorf("%s: %v, want %s for %s", c.fault, err, c.identity, c.figure)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	}
	if err := db.InTx(t.Context(), func(tx *warehouse.Tx) error { return errors.Join(analysis.Reconcile(t.Context(), tx), errUndo) }); !errors.Is(err, errUndo) || strings.Contains(err.Error(), "reconciliation:") {
		t.Errorf("nothing planted: %v", err)
	}
}

var errUndo = errors.New("undo")

// TestFaultyModelBlocks: a project's model that finds hazards a quarter late stops the build, and the figure is named.
func TestFaultyModelBlocks(t *testing.T) {
	const found = "quarter_index(h.found_on, r.first_year) as found_q"
	shipped := readShipped(t, "mart/hazard_index.sql")
	faulty := strings.Replace(shipped, found, strings.Replace(found, " as", " + 1 as", 1), 1)
	if faulty == shipped {
		t.Fatal("mart.hazard_index has changed: plant another fault")
	}
	db := full(t)
	err := buildWith(t.Context(), t, db, sqlmodel.Layer{Title: "models", FS: fstest.MapFS{"mart/hazard_index.sql": {Data: []byte(faulty)}}})
	var broken *analysis.ReconcileError
	if !errors.As(err, &broken) || broken.Identity != "figures = rows" || broken.Figures[0] != "E3.2020Q1q.230102" {
		t.Errorf("error is %v", err)
	}
}

func readShipped(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(analysis.Models(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func buildWith(ctx context.Context, t *testing.T, db *warehouse.DB, models ...sqlmodel.Layer) error {
	t.Helper()
	transformtest.Build(t, db, transformtest.Inputs(t, contracts(t), time.Date(2020, 6, 30, 23, 59, 59, 0, time.UTC), 2020))
	_, err := analysis.Build(ctx, db, sqlmodel.Runner{}, models, nil)
	return err
}
