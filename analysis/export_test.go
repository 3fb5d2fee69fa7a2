package analysis

import (
	"context"

	"tongbao/internal/warehouse"
)

// Reconcile holds the figures of a finished build again, for tests that plant a fault in it.
func Reconcile(ctx context.Context, q warehouse.Queryer) error {
	catalogue, err := LoadMetrics()
	if err != nil {
		return err
	}
	for _, m := range catalogue {
		if err := m.parse(ctx, q); err != nil {
			return err
		}
	}
	if _, err := q.ExecContext(ctx, "drop table mart.reconciliation"); err != nil {
		return err
	}
	if err := reconcile(ctx, q, catalogue); err != nil {
		return err
	}
	sample, err := rederiveSample(ctx, q, catalogue)
	if err != nil {
		return err
	}
	return reconcileSample(ctx, q, sample)
}
