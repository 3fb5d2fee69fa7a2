package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

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
	attached, err := p.attachClosed(ctx, db, closed)
	if err != nil {
		return nil, err
	}
	mart, err := analysis.Build(ctx, db, runner, p.modelLayers(), p.metricLayers())
	return append(core, mart...), errors.Join(err, detachClosed(ctx, db, attached))
}

// attachClosed lays the versions that signed-off periods rest on beside the side file, so that a restatement can name the rows behind it.
// A version that is no longer there is left out: its restatements then have counts only.
func (p Project) attachClosed(ctx context.Context, q warehouse.Queryer, closed []analysis.Closed) (names []string, err error) {
	for _, c := range closed {
		path := p.Store().Database(c.Version)
		if _, err := os.Stat(path); err != nil {
			continue
		}
		name := analysis.ClosedCatalog(c.Period)
		if _, err := q.ExecContext(ctx, "attach "+warehouse.Literal(path)+" as "+warehouse.Ident(name)+" (read_only)"); err != nil {
			return names, fmt.Errorf("version %s, which %s was signed off with: %w", c.Version, c.Period, err)
		}
		names = append(names, name)
	}
	return names, nil
}

func detachClosed(ctx context.Context, q warehouse.Queryer, names []string) (err error) {
	for _, name := range names {
		_, detach := q.ExecContext(ctx, "detach "+warehouse.Ident(name))
		err = errors.Join(err, detach)
	}
	return err
}

// modelTrees are all SQL files a version is made with.
func (p Project) modelTrees() []tree {
	trees := []tree{{"transform", transform.Models()}, {"analysis/models", analysis.Models()}, {"analysis/metrics", analysis.Metrics()}}
	for _, layer := range append(p.modelLayers(), p.metricLayers()...) {
		trees = append(trees, tree{"project/" + layer.Title, layer.FS})
	}
	return trees
}
