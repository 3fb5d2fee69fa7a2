package ingest

import (
	"testing"

	"tongbao/internal/contract"
)

// TestShippedContracts loads what the binary carries and holds it to the twelve datasets of the specification.
func TestShippedContracts(t *testing.T) {
	set, err := contract.Load(Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"agency": 6, "enterprise": 12, "plan_item": 11, "plan_change": 7, "inspection": 13, "hazard": 14, "penalty": 9,
		"quarterly_return": 10, "accident": 5, "credit_event": 5, "officer": 5, "frequency_cap": 6,
	}
	for _, dataset := range set.Datasets {
		if len(dataset.Columns) != want[dataset.Name] {
			t.Errorf("%s has %d columns, want %d", dataset.Name, len(dataset.Columns), want[dataset.Name])
		}
		delete(want, dataset.Name)
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}
