package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// countedSchema holds, while the first turn is rolled up, the rows of views that several metrics read, counted. A table there has a view's
// name, and the count for the subjects' column.
const countedSchema = "counted"

// cellTasks roll up the evidence of metrics, each once the tables it reads are made. What costs most is done once for several metrics: evidence
// that is the same, and what a view computes for each of its rows.
func cellTasks(q warehouse.Queryer, metrics []*Metric, models []*sqlmodel.Model) []sqlmodel.Task {
	tasks, counted := countTasks(q, metrics, models)
	for _, alike := range sameCells(metrics) {
		m, schema := alike[0], ""
		needs := m.refs
		if m.scan != nil && counted[m.scan.Table] == m.scan.Key {
			schema, needs = countedSchema, append(slices.Clip(needs), countedSchema+" "+m.scan.Table)
		}
		tasks = append(tasks, sqlmodel.Task{Name: "metric " + m.ID, Needs: needs, Do: func(ctx context.Context) error {
			for _, m := range alike {
				if err := m.describe(ctx, q); err != nil {
					return err
				}
			}
			if err := m.rollUp(ctx, q, schema); err != nil {
				return err
			}
			for _, other := range alike[1:] {
				if _, err := q.ExecContext(ctx, fmt.Sprintf("insert into rollup.%s select %s, c.* exclude (metric) from rollup.%[1]s as c where c.metric = %[3]s", m.cellTable(), text(other.ID), text(m.ID))); err != nil {
					return fmt.Errorf("%s: roll up %s: %w", other.File, other.ID, err)
				}
			}
			return nil
		}})
	}
	return tasks
}

// sameCells groups metrics whose cells differ in the metric alone.
func sameCells(metrics []*Metric) [][]*Metric {
	type way struct{ sql, spans, table string }
	at := map[way]int{}
	var groups [][]*Metric
	for _, m := range metrics {
		w := way{m.SQL, strings.Join(m.Spans, " "), m.cellTable()}
		if m.Aggregate == "km" {
			w.table = m.ID
		}
		i, known := at[w]
		if !known {
			i, at[w] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], m)
	}
	return groups
}

// countTasks count the rows of views that the evidence of several metrics scans, in the columns that these metrics read. They return the
// views with the column that holds the count.
func countTasks(q warehouse.Queryer, metrics []*Metric, models []*sqlmodel.Model) (tasks []sqlmodel.Task, counted map[string]string) {
	counted = map[string]string{}
	for _, view := range models {
		if !view.View {
			continue
		}
		var readers []*Metric
		for _, m := range metrics {
			if s := m.scan; s != nil && s.Table == view.Name && (len(readers) == 0 || s.Key == readers[0].scan.Key) {
				readers = append(readers, m)
			}
		}
		if len(readers) < 2 {
			continue
		}
		key := readers[0].scan.Key
		counted[view.Name] = key
		statement := fmt.Sprintf("create table %s.%s as select %s, count(*) as %s from %s group by %[3]s",
			countedSchema, warehouse.Ident(view.Table), strings.Join(columnsRead(readers), ", "), warehouse.Ident(key), view.Name)
		tasks = append(tasks, sqlmodel.Task{Name: countedSchema + " " + view.Name, Needs: []string{view.Name}, Do: func(ctx context.Context) error {
			if _, err := q.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("count %s: %w", view.Name, err)
			}
			return nil
		}})
	}
	return tasks, counted
}

// columnsRead are the columns that the evidence of metrics which scan one table reads besides their keys: each once, in order, quoted.
func columnsRead(metrics []*Metric) []string {
	var columns []string
	for _, m := range metrics {
		for _, column := range m.scan.Columns {
			columns = append(columns, warehouse.Ident(column))
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}
