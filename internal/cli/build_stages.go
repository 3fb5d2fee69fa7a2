package cli

import (
	"context"

	"tongbao/analysis"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
)

// buildStages runs raw → core → mart in an open side file and returns all models in the order they were made.
func (p Project) buildStages(ctx context.Context, db *warehouse.DB, in transform.Inputs, runner sqlmodel.Runner) ([]*sqlmodel.Model, error) {
	core, err := transform.Build(ctx, db, in, runner, p.modelLayers()...)
	if err != nil {
		return nil, err
	}
	closed, err := p.closedPeriods()
	if err != nil {
		return nil, err
	}
	if err := analysis.OfferClosed(ctx, db, closed); err != nil {
		return nil, withHint(err, "restore data/closed from a backup, or reopen the period")
	}
	mart, err := analysis.Build(ctx, db, runner, p.modelLayers(), p.metricLayers())
	return append(core, mart...), err
}

// modelTrees are all SQL files a version is made with.
func (p Project) modelTrees() []tree {
	trees := []tree{{"transform", transform.Models()}, {"analysis/models", analysis.Models()}, {"analysis/metrics", analysis.Metrics()}}
	for _, layer := range append(p.modelLayers(), p.metricLayers()...) {
		trees = append(trees, tree{"project/" + layer.Title, layer.FS})
	}
	return trees
}
