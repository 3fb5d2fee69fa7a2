package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tongbao/analysis"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
)

// base looks for the version a build can begin with: the one published now, when it is made of the same things but for what was
// received, and for signed-off periods. Otherwise it says why every table is made anew; nothing, where nobody would ask.
func (p Project) base(id identity, options buildOptions) (base warehouse.Published, why string, err error) {
	if options.Full || options.Force {
		return base, "", nil
	}
	current, err := p.Store().Current()
	if errors.Is(err, warehouse.ErrNothingPublished) {
		return base, "", nil
	}
	if err != nil {
		return base, "", err
	}
	if base, err = p.Store().Get(current); err != nil {
		return warehouse.Published{}, fmt.Sprintf("the published version %s cannot be read", current), nil
	}
	if why = unlike(base.Manifest, id); why != "" {
		return warehouse.Published{}, why, nil
	}
	return base, "", nil
}

// unlike says what besides received files and signed-off periods differs between a version and one to be made.
func unlike(m warehouse.Manifest, id identity) string {
	if m.Schema != publishedSchema {
		return "the published version has another shape"
	}
	for _, key := range slices.Sorted(maps.Keys(id.Inputs)) {
		switch was, now := m.Inputs[key], id.Inputs[key]; {
		case key == "raw" || key == "closed" || was == now:
		case key == "program":
			return "the published version was made by tongbao " + was
		case key == "cut_off":
			return "the published version has another cut-off, " + m.CutOff
		case key == "models":
			return "models or metrics have changed"
		default:
			return "another input has changed: " + strings.ReplaceAll(key, "_", " ")
		}
	}
	return ""
}

// makeVersion makes a version in dir: from the published one where that gives the same, else from nothing. began names the version it
// began with.
func (app *App) makeVersion(ctx context.Context, p Project, dir string, id identity, in transform.Inputs, options buildOptions) (manifest warehouse.Manifest, began string, err error) {
	base, why, err := p.base(id, options)
	if err != nil {
		return manifest, "", err
	}
	if base.Version != "" {
		manifest, err = app.buildInto(ctx, p, dir, p.Store().Database(base.Version), id, in, options)
		if err == nil || ctx.Err() != nil {
			return manifest, base.Version, err
		}
		// Whatever it was: a full build needs nothing of the base, and fails by itself where the inputs are wrong.
		refused := false
		if why, refused = sqlmodel.Why(err); !refused {
			why = "the published version could not be gone on from: " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		if err := emptyFolder(dir); err != nil {
			return manifest, "", err
		}
	}
	if why != "" {
		fmt.Fprintf(app.Stderr, "note: every table is made anew: %s\n", why)
		app.note("full", why)
	}
	manifest, err = app.buildInto(ctx, p, dir, "", id, in, options)
	return manifest, "", err
}

func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// lateStages brings a copy of a published version to what buildStages would make, and returns the models whose checks are to
// be run, in the order of a full build.
func (p Project) lateStages(ctx context.Context, db *warehouse.DB, in transform.Inputs, runner sqlmodel.Runner) (models []*sqlmodel.Model, err error) {
	if err := analysis.CanAdd(ctx, db); err != nil {
		return nil, err
	}
	closed, err := p.closedPeriods()
	if err != nil {
		return nil, err
	}
	name, err := warehouse.One[string](ctx, db, "select current_database()")
	if err != nil {
		return nil, err
	}
	for _, side := range []string{sqlmodel.Before, sqlmodel.After} {
		if _, err := db.ExecContext(ctx, "attach ':memory:' as "+side); err != nil {
			return nil, err
		}
	}
	err = db.In(ctx, sqlmodel.Before, func(before *warehouse.Session) error {
		return db.In(ctx, sqlmodel.After, func(after *warehouse.Session) error {
			partial := sqlmodel.NewPartial(db, before, after, name, runner, transform.Pieces()...)
			core, err := transform.BuildLate(ctx, partial, in, attachedWarehouse, p.modelLayers()...)
			if err != nil {
				return err
			}
			if err := analysis.OfferClosed(ctx, db, closed); err != nil {
				return withHint(err, "restore data/closed from a backup, or reopen the period")
			}
			partial.Changed("run.closed_period")
			partial.Changed("run.closed_figure")
			attached, err := p.attachClosed(ctx, db, closed)
			if err != nil {
				return err
			}
			mart, err := analysis.BuildLate(ctx, partial, p.modelLayers(), p.metricLayers())
			models = partial.Unproven(append(core, mart...))
			return errors.Join(err, detachClosed(ctx, db, attached))
		})
	})
	if err != nil {
		return nil, err
	}
	for _, side := range []string{sqlmodel.Before, sqlmodel.After} {
		if _, err := db.ExecContext(ctx, "detach "+side); err != nil {
			return nil, err
		}
	}
	return models, nil
}
