package transform_test

import (
	"testing"

	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
)

func contracts(t testing.TB) *contract.Set {
	t.Helper()
	set, err := contract.Load(ingest.Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestPortable holds every shipped model to the SQL that both engines read alike.
func TestPortable(t *testing.T) {
	models, err := transform.Load()
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, m := range models {
		if err := m.Analyze(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		for _, problem := range sqlmodel.Lint(m) {
			t.Error(problem)
		}
		if len(m.Grain) == 0 && !m.Enum {
			t.Errorf("%s: no @grain", m.File)
		}
	}
}
