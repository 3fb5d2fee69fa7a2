package analysis

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// Build makes mart.* from run.* and core.*: the models that need no figure, the figures of the metrics that read none, what reads
// those, and the statistics over all of them. models and metrics are the project's folders over the shipped ones. It returns the models in the order they were made, for Verify. A reconciliation that does not hold is an
// error that names the figure.
func Build(ctx context.Context, q warehouse.Queryer, runner sqlmodel.Runner, models, metrics []sqlmodel.Layer) ([]*sqlmodel.Model, error) {
	all, err := LoadModels(models...)
	if err != nil {
		return nil, err
	}
	catalogue, err := LoadMetrics(metrics...)
	if err != nil {
		return nil, err
	}
	if _, err := q.ExecContext(ctx, "create schema if not exists mart; "+ClosedTables); err != nil {
		return nil, err
	}
	ordered, err := order(ctx, q, all)
	if err != nil {
		return nil, err
	}
	if err := sqlmodel.NoteOwners(ctx, q, ordered); err != nil {
		return nil, err
	}
	before, after := split(ordered, map[string]bool{"mart.figure": true})
	w, err := workOn(ctx, q, catalogue, after)
	if err != nil {
		return nil, err
	}
	if _, err := q.ExecContext(ctx, workTables+valueTable+"create schema "+countedSchema); err != nil {
		return nil, err
	}
	tasks, err := runner.Tasks(ctx, q, before)
	if err != nil {
		return nil, err
	}
	if err := runner.Do(ctx, append(tasks, cellTasks(q, w.first, before)...)); err != nil {
		return nil, err
	}
	if _, err := q.ExecContext(ctx, "drop schema "+countedSchema+" cascade"); err != nil {
		return nil, err
	}
	return ordered, w.finish(ctx, q, runner, func() error { return runner.Build(ctx, q, after) }, w.all(runner))
}

// order sorts the models; tables that Go makes are there for them to read.
func order(ctx context.Context, q warehouse.Queryer, models []*sqlmodel.Model) ([]*sqlmodel.Model, error) {
	sources, err := sqlmodel.Sources(ctx, q)
	if err != nil {
		return nil, err
	}
	return sqlmodel.Order(ctx, q, models, append(sources, "mart.figure"))
}

// split parts ordered models into those that can be made before the given tables are there, and those that read them, directly
// or through others.
func split(ordered []*sqlmodel.Model, tables map[string]bool) (before, after []*sqlmodel.Model) {
	for _, m := range ordered {
		late := false
		for _, ref := range m.Refs {
			late = late || tables[ref]
		}
		if late {
			tables[m.Name] = true
			after = append(after, m)
		} else {
			before = append(before, m)
		}
	}
	return before, after
}

// parameters are those of run.parameter that Go needs.
type parameters struct {
	MinBase        int64 `db:"min_base"`
	RecurrenceDays int   `db:"recurrence_days"`
}

// work is a catalogue ready to be rolled up: in two turns, around the models that read mart.figure.
type work struct {
	parameters
	catalogue, first, second []*Metric
}

// workOn sorts the catalogue into turns. after are the models that read mart.figure.
func workOn(ctx context.Context, q warehouse.Queryer, catalogue []*Metric, after []*sqlmodel.Model) (work, error) {
	p, err := warehouse.One[parameters](ctx, q, "select min_base, recurrence_days from run.parameter")
	if err != nil {
		return work{}, err
	}
	w := work{parameters: p, catalogue: catalogue}
	late := map[string]bool{"mart.figure": true}
	for _, m := range after {
		late[m.Name] = true
	}
	for _, m := range catalogue {
		if err := m.parse(ctx, q); err != nil {
			return work{}, err
		}
		if m.reads(late) {
			w.second = append(w.second, m)
		} else {
			w.first = append(w.first, m)
		}
	}
	return w, nil
}

// steps are those parts of finish that a late file can do with less of.
type steps struct {
	values, ranks, curves func(context.Context, warehouse.Queryer) error
}

// all makes every value, rank and curve.
func (w work) all(runner sqlmodel.Runner) steps {
	return steps{
		values: func(ctx context.Context, q warehouse.Queryer) error {
			if err := values(ctx, q, runner, w.first); err != nil {
				return err
			}
			return writeSurvival(ctx, q, w.MinBase, w.RecurrenceDays, "true")
		},
		ranks: func(ctx context.Context, q warehouse.Queryer) error {
			if _, err := q.ExecContext(ctx, rankTable+funnelTable); err != nil {
				return err
			}
			return writeRanks(ctx, q, "true")
		},
		curves: func(ctx context.Context, q warehouse.Queryer) error {
			if _, err := q.ExecContext(ctx, curveTable); err != nil {
				return err
			}
			return writeCurves(ctx, q, w.RecurrenceDays, "true")
		},
	}
}

// finish turns the cells of the first turn into figures, makes the models that read them, rolls up the second turn and writes all that
// follows from figures. The cells stay: a version after a late file begins with them.
func (w work) finish(ctx context.Context, q warehouse.Queryer, runner sqlmodel.Runner, after func() error, do steps) error {
	if err := do.values(ctx, q); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, showFigures); err != nil {
		return err
	}
	if err := after(); err != nil {
		return err
	}
	if err := runner.Do(ctx, cellTasks(q, w.second, nil)); err != nil {
		return err
	}
	if err := values(ctx, q, runner, w.second); err != nil {
		return err
	}
	if err := writeMetrics(ctx, q, w.catalogue); err != nil {
		return err
	}
	step := func(name string, write func(context.Context, warehouse.Queryer) error, needs ...string) sqlmodel.Task {
		return sqlmodel.Task{Name: name, Needs: needs, Do: func(ctx context.Context) error { return write(ctx, q) }}
	}
	var sample Rederived
	if err := runner.Do(ctx, []sqlmodel.Task{
		step("ranks", do.ranks),
		step("figures", writeFigures, "ranks"),
		step("sample", func(ctx context.Context, q warehouse.Queryer) (err error) {
			if sample, err = rederiveSample(ctx, q, w.catalogue); err != nil {
				err = fmt.Errorf("reconcile %s: %w", rederives, err)
			}
			return err
		}, "figures"),
		step("changes", writeChanges, "figures"),
		step("identities", func(ctx context.Context, q warehouse.Queryer) error { return reconcile(ctx, q, w.catalogue) }, "figures"),
		step("index", writeIndex, "figures"),
		step("restatements", func(ctx context.Context, q warehouse.Queryer) error { return writeRestatements(ctx, q, w.catalogue) }, "figures"),
		step("curves", do.curves),
	}); err != nil {
		return err
	}
	if err := reconcileSample(ctx, q, sample); err != nil {
		return err
	}
	return dropMade(ctx, q, "rollup", func(table string) bool { return strings.HasSuffix(table, "cell") })
}

// dropMade drops the tables of a schema but those to keep.
func dropMade(ctx context.Context, q warehouse.Queryer, schema string, keep func(table string) bool) error {
	tables, err := warehouse.Select[string](ctx, q, "select table_name from duckdb_tables() where database_name = current_database() and schema_name = ? order by 1", schema)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if keep(table) {
			continue
		}
		if _, err := q.ExecContext(ctx, "drop table "+warehouse.Ident(schema)+"."+warehouse.Ident(table)); err != nil {
			return err
		}
	}
	return nil
}

// values turns the cells of metrics into values.
func values(ctx context.Context, q warehouse.Queryer, runner sqlmodel.Runner, metrics []*Metric) error {
	if _, err := q.ExecContext(ctx, regionMap("rollup.region_map", allCodes)); err != nil {
		return err
	}
	return valuesIn(ctx, q, runner, metrics)
}

// valuesIn is values in the regions of rollup.region_map.
func valuesIn(ctx context.Context, q warehouse.Queryer, runner sqlmodel.Runner, metrics []*Metric) error {
	var ways []valuing
	alike := map[valuing][]*Metric{}
	for _, m := range metrics {
		way := m.valuing()
		if alike[way] == nil {
			ways = append(ways, way)
		}
		alike[way] = append(alike[way], m)
	}
	var tasks []sqlmodel.Task
	for _, way := range ways {
		statement := way.sql(alike[way])
		if statement == "" {
			continue
		}
		tasks = append(tasks, sqlmodel.Task{Name: "values of " + alike[way][0].ID, Do: func(ctx context.Context) error {
			if _, err := q.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("figures of %s and others like it: %w", alike[way][0].ID, err)
			}
			return nil
		}})
	}
	return runner.Do(ctx, tasks)
}
