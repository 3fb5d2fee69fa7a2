package analysis

import (
	"context"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// late makes only those values, ranks and curves of which a sum has changed, and takes the others over from the base. anew are the
// metrics rolled up anew: of them all are made. It moves the base's figures to mart.figure_of_base.
func (w work) late(ctx context.Context, q warehouse.Queryer, runner sqlmodel.Runner, anew []*Metric) (steps, error) {
	difference := func(table string) string { return sqlmodel.After + ".fresh." + table }
	// metrics whose sums have changed, the regions these sums count for, and the groups in which cities are ranked by them
	statement := `create schema if not exists rollup;
create table rollup.stale as select distinct metric from ` + difference("cell") + ` union select distinct metric from ` + difference("value_cell") + ` union select distinct metric from ` + difference("survival_cell") + `;
` + regionMap("rollup.touched_map", "select code from "+difference("cell")+" union select code from "+difference("value_cell")+" union select code from "+difference("survival_cell")) + `
create table rollup.touched as select distinct region_code from rollup.touched_map;
create table rollup.regroup as select distinct metric, period_index, span from ` + difference("cell") + ` where slice = '';
create table rollup.owned as select metric, has_interval from mart.metric;
alter table mart.figure rename to figure_of_base;`
	if _, err := q.ExecContext(ctx, statement); err != nil {
		return steps{}, err
	}
	whole := "(" + listed(append(append([]*Metric{}, anew...), w.second...)) + ")"
	again := "v.metric in " + whole + " or exists (select 1 from rollup.regroup as s where s.metric = v.metric and s.period_index = v.period_index and s.span = v.span)"
	return steps{
		values: func(ctx context.Context, q warehouse.Queryer) error { return w.lateValues(ctx, q, runner, anew, whole) },
		ranks: func(ctx context.Context, q warehouse.Queryer) error {
			// what is not ranked again keeps its rank and its place in the funnel
			if _, err := q.ExecContext(ctx, rankTable+`insert into rollup.rank select v.metric, v.period_index, v.span, v.region_code, v.rank, v.rank_low, v.rank_high, v.rank_of, v.band
from mart.figure_of_base as v where v.rank is not null and not (`+again+`);
delete from mart.funnel as v where `+again); err != nil {
				return err
			}
			return writeRanks(ctx, q, again)
		},
		curves: func(ctx context.Context, q warehouse.Queryer) error {
			regions := "exists (select 1 from rollup.stale where metric = 'B9') and g.region_code in (select region_code from rollup.touched) or 'B9' in " + whole
			if _, err := q.ExecContext(ctx, "delete from mart.km_curve as g where "+regions); err != nil {
				return err
			}
			return writeCurves(ctx, q, w.RecurrenceDays, regions)
		},
	}, nil
}

// lateValues fills rollup.value: from the base what no changed sum counts for, the rest from the cells.
func (w work) lateValues(ctx context.Context, q warehouse.Queryer, runner sqlmodel.Runner, anew []*Metric, whole string) error {
	if _, err := q.ExecContext(ctx, `insert into rollup.value
select v.metric, v.period_index, v.span, v.region_code, v.scope, v.slice, v.num, v.den, v.value, case when m.has_interval then null else v.lower end, case when m.has_interval then null else v.upper end
from mart.figure_of_base as v
join rollup.owned as m on m.metric = v.metric
where v.metric not in `+whole+` and not (v.metric in (select metric from rollup.stale) and v.region_code in (select region_code from rollup.touched))`); err != nil {
		return err
	}
	stale, err := warehouse.Select[string](ctx, q, "select metric from rollup.stale")
	if err != nil {
		return err
	}
	changed := map[string]bool{}
	for _, id := range stale {
		changed[id] = true
	}
	var added []*Metric
	for _, m := range w.first {
		if changed[m.ID] {
			added = append(added, m)
		}
	}
	if _, err := q.ExecContext(ctx, regionMap("rollup.region_map", allCodes)+"delete from rollup.region_map where region_code not in (select region_code from rollup.touched)"); err != nil {
		return err
	}
	if err := valuesIn(ctx, q, runner, added); err != nil {
		return err
	}
	if err := writeSurvival(ctx, q, w.MinBase, w.RecurrenceDays, "c.metric in (select metric from rollup.stale)"); err != nil {
		return err
	}
	if err := values(ctx, q, runner, anew); err != nil {
		return err
	}
	return writeSurvival(ctx, q, w.MinBase, w.RecurrenceDays, "c.metric in ("+listed(anew)+")")
}

// listed is the ids of metrics as a list of literals; of none, one that no metric has.
func listed(metrics []*Metric) string {
	ids := []string{"''"}
	for _, m := range metrics {
		ids = append(ids, warehouse.Literal(m.ID))
	}
	return strings.Join(ids, ", ")
}
