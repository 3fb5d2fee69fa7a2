package analysis

import (
	"context"
	"fmt"
	"slices"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// CanAdd refuses a version that was published without its sums.
func CanAdd(ctx context.Context, q warehouse.Queryer) error {
	tables, err := warehouse.One[int64](ctx, q, `select count(*) from duckdb_tables()
		where database_name = current_database() and schema_name = 'rollup' and table_name in ('cell', 'value_cell', 'survival_cell')`)
	if err != nil || tables == 3 {
		return err
	}
	return sqlmodel.Refused("the published version holds no sums to add to")
}

// BuildLate brings mart.* of a copied version to what Build would make, after transform.BuildLate has brought core.* there: models
// like core's, and of the metrics only the difference that the affected enterprises make. Where that cannot be done for certain, the error
// is a sqlmodel.Refusal.
func BuildLate(ctx context.Context, p *sqlmodel.Partial, models, metrics []sqlmodel.Layer) ([]*sqlmodel.Model, error) {
	all, err := LoadModels(models...)
	if err != nil {
		return nil, err
	}
	catalogue, err := LoadMetrics(metrics...)
	if err != nil {
		return nil, err
	}
	ordered, err := order(ctx, p.Main, all)
	if err != nil {
		return nil, err
	}
	before, after := split(ordered, map[string]bool{"mart.figure": true})
	var whole []string
	for _, m := range before {
		if m.By == "" && m.Lookup == nil {
			whole = append(whole, m.Name)
		}
	}
	if err := p.Offer(ctx, whole); err != nil {
		return nil, err
	}
	w, err := workOn(ctx, p.Main, catalogue, after)
	if err != nil {
		return nil, err
	}
	if err := p.Build(ctx, before); err != nil {
		return nil, err
	}
	if _, err := p.Main.ExecContext(ctx, valueTable); err != nil {
		return nil, err
	}
	anew, err := lateCells(ctx, p, w.first)
	if err != nil {
		return nil, err
	}
	if err := forget(ctx, p.Main, w.second); err != nil {
		return nil, err
	}
	do, err := w.late(ctx, p.Main, p.Runner, anew)
	if err != nil {
		return nil, err
	}
	// what no model makes is written anew, but for what a part is taken over from
	made := map[string]bool{"figure_of_base": true, "funnel": true, "km_curve": true}
	for _, m := range ordered {
		made[m.Table] = true
	}
	if err := dropMade(ctx, p.Main, "mart", func(table string) bool { return made[table] }); err != nil {
		return nil, err
	}
	p.Changed("mart.figure")
	if err := w.finish(ctx, p.Main, p.Runner, func() error { return p.Build(ctx, after) }, do); err != nil {
		return nil, err
	}
	_, err = p.Main.ExecContext(ctx, "drop table mart.figure_of_base")
	return ordered, err
}

// lateCells brings the cells of metrics up to date: by the difference where a metric's evidence goes by enterprise, else anew: those it
// returns. Those that read nothing that has changed stay.
func lateCells(ctx context.Context, p *sqlmodel.Partial, metrics []*Metric) (anew []*Metric, err error) {
	for _, side := range []warehouse.Queryer{p.Before, p.After} {
		if _, err := side.ExecContext(ctx, workTables); err != nil {
			return nil, err
		}
	}
	var added []*Metric
	for _, m := range metrics {
		if err := m.describe(ctx, p.Main); err != nil {
			return nil, err
		}
		switch {
		case !slices.ContainsFunc(m.refs, p.HasChanged):
		case !m.By || p.WholeChanged(m.refs) != "":
			anew = append(anew, m)
		default:
			if err := p.Ensure(ctx, m.refs...); err != nil {
				return nil, err
			}
			added = append(added, m)
		}
	}
	if err := p.Both(func(side warehouse.Queryer) error {
		for _, m := range added {
			if err := m.rollUp(ctx, side, ""); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	odd, err := withoutSum(ctx, p.After)
	if err != nil {
		return nil, err
	}
	for _, m := range metrics {
		if slices.Contains(odd, m.ID) && !slices.Contains(anew, m) {
			anew = append(anew, m)
		}
	}
	for _, side := range []warehouse.Queryer{p.Before, p.After} {
		if err := forget(ctx, side, anew); err != nil {
			return nil, err
		}
	}
	if err := addDifference(ctx, p); err != nil {
		return nil, err
	}
	if err := forget(ctx, p.Main, anew); err != nil {
		return nil, err
	}
	return anew, p.Runner.Do(ctx, cellTasks(p.Main, anew, nil))
}

// withoutSum names metrics of the affected enterprises that have a cell without a numerator: nothing can be added to that.
func withoutSum(ctx context.Context, q warehouse.Queryer) ([]string, error) {
	return warehouse.Select[string](ctx, q, fmt.Sprintf("select metric from %s.rollup.cell where num is null or den is null union select metric from %s.rollup.cell where num is null or den is null",
		sqlmodel.Before, sqlmodel.After))
}

// forget removes the cells of metrics.
func forget(ctx context.Context, q warehouse.Queryer, metrics []*Metric) error {
	if len(metrics) == 0 {
		return nil
	}
	ids := "(" + listed(metrics) + ")"
	_, err := q.ExecContext(ctx, "delete from rollup.cell where metric in "+ids+"; delete from rollup.value_cell where metric in "+ids+"; delete from rollup.survival_cell where metric in "+ids)
	return err
}

// addDifference adds the cells after to the published ones and takes those before away. A count below zero would mean that the base is
// not what it is taken for.
func addDifference(ctx context.Context, p *sqlmodel.Partial) error {
	for _, kind := range []struct{ table, keys, sums, minus, empty, negative string }{
		{"cell", "metric, period_index, span, code, slice", "cast(sum(num) as decimal(18, 2)) as num, cast(sum(den) as bigint) as den", "-num as num, -den as den", "sum(num) = 0 and sum(den) = 0", "den < 0"},
		{"value_cell", "metric, period_index, span, code, slice, value", "cast(sum(subjects) as bigint) as subjects", "-subjects as subjects", "sum(subjects) = 0", "subjects < 0"},
		{"survival_cell", "metric, period_index, code, slice, days, event", "cast(sum(subjects) as bigint) as subjects", "-subjects as subjects", "sum(subjects) = 0", "subjects < 0"},
	} {
		difference := sqlmodel.After + ".fresh." + kind.table
		if _, err := p.After.ExecContext(ctx, fmt.Sprintf(`create or replace table %s as select %s, %s
from (select * from %s.rollup.%[5]s union all by name select %[2]s, %[6]s from %[7]s.rollup.%[5]s) group by %[2]s having not (%[8]s)`,
			difference, kind.keys, kind.sums, sqlmodel.After, kind.table, kind.minus, sqlmodel.Before, kind.empty)); err != nil {
			return err
		}
		rows, err := warehouse.One[int64](ctx, p.After, "select count(*) from "+difference)
		if err != nil {
			return err
		}
		if rows == 0 {
			continue
		}
		if _, err := p.Main.ExecContext(ctx, fmt.Sprintf(`create table rollup.summed as select %s, %s
from (select * from rollup.%s union all by name select * from %s) group by %[1]s having not (%[5]s);
drop table rollup.%[3]s; alter table rollup.summed rename to %[3]s`, kind.keys, kind.sums, kind.table, difference, kind.empty)); err != nil {
			return err
		}
		wrong, err := warehouse.One[int64](ctx, p.Main, "select count(*) from rollup."+kind.table+" where "+kind.negative)
		if err != nil {
			return err
		}
		if wrong > 0 {
			return sqlmodel.Refused("%d sums of the base are smaller than what was to be taken from them", wrong)
		}
	}
	return nil
}
