package analysis_test

import (
	"testing"

	"tongbao/analysis"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// TestPortable holds every shipped model and metric to the SQL that both engines read alike.
func TestPortable(t *testing.T) {
	models, err := analysis.LoadModels()
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := analysis.LoadMetrics()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metrics {
		models = append(models, &sqlmodel.Model{File: m.File, SQL: m.SQL})
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
	}
}
