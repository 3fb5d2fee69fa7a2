package sqlmodel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// CheckError is a check that does not hold: which, why it must, how many rows break it, and the first three of them.
type CheckError struct {
	Model, File string
	Line        int
	Check, Why  string
	Warn        bool
	Rows        int64
	First       []string
}

// Error is file:line: model, check, number of rows and why it matters, then the first rows that fail.
func (e *CheckError) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	text := fmt.Sprintf("%s: check of %s failed for %d rows: %s (%s)", where, e.Model, e.Rows, e.Check, e.Why)
	for _, row := range e.First {
		text += "\n    " + row
	}
	return text
}

// Verify runs every check of every model: the grain is unique and never null, each @check holds. Failed checks come back
// joined as one error; warnings are returned beside it. Nothing is skipped after a first failure.
func (r Runner) Verify(ctx context.Context, q warehouse.Queryer, models []*Model) (warnings []*CheckError, err error) {
	found := make([][]*CheckError, len(models))
	var tasks []Task
	for i, m := range models {
		tasks = append(tasks, Task{Name: m.Name, Do: func(ctx context.Context) (err error) {
			found[i], err = m.verify(ctx, q)
			return err
		}})
	}
	if err := r.Do(ctx, tasks); err != nil {
		return nil, err
	}
	var failed []error
	for _, broken := range slices.Concat(found...) {
		if broken.Warn {
			warnings = append(warnings, broken)
		} else {
			failed = append(failed, broken)
		}
	}
	return warnings, errors.Join(failed...)
}

func (m *Model) verify(ctx context.Context, q warehouse.Queryer) ([]*CheckError, error) {
	var found []*CheckError
	checks := m.Checks
	for _, column := range m.Grain {
		checks = append(checks[:len(checks):len(checks)], Check{Expr: warehouse.Ident(column) + " is not null", Why: "a column of the grain is never null"})
	}
	if len(checks) > 0 {
		broken, err := m.countBroken(ctx, q, checks)
		if err != nil {
			return nil, err
		}
		found = append(found, broken...)
	}
	if len(m.Grain) == 0 {
		return found, nil
	}
	keys := make([]string, len(m.Grain))
	for i, column := range m.Grain {
		keys[i] = warehouse.Ident(column)
	}
	grain := strings.Join(keys, ", ")
	twice := "select " + grain + ", count(*) as times from " + m.quoted() + " group by " + grain + " having count(*) > 1"
	rows, err := m.countTwice(ctx, q, keys, twice)
	if err != nil {
		return nil, fmt.Errorf("%s: check the grain of %s: %w", m.File, m.Name, err)
	}
	if rows > 0 {
		first, err := firstRows(ctx, q, twice+" order by "+grain+" limit 3")
		if err != nil {
			return nil, err
		}
		found = append(found, &CheckError{Model: m.Name, File: m.File, Check: "@grain " + strings.Join(m.Grain, ", "),
			Why: "one row per grain", Rows: rows, First: first})
	}
	return found, nil
}

// countTwice counts the keys that several rows have. Of one column, the different values are counted first: a fifth cheaper than to group them,
// which only a value too many asks for.
func (m *Model) countTwice(ctx context.Context, q warehouse.Queryer, keys []string, twice string) (int64, error) {
	if len(keys) == 1 {
		unique, err := warehouse.One[bool](ctx, q, "select count(*) = count(distinct "+keys[0]+") from "+m.quoted())
		if err != nil || unique {
			return 0, err
		}
	}
	return warehouse.One[int64](ctx, q, "select count(*) from ("+twice+")")
}

// countBroken runs all expressions in one pass and looks for offending rows only where there are some.
func (m *Model) countBroken(ctx context.Context, q warehouse.Queryer, checks []Check) ([]*CheckError, error) {
	counts := make([]string, len(checks))
	for i, check := range checks {
		counts[i] = "count(*) filter (where (" + check.Expr + ") is false)"
	}
	broken, err := warehouse.One[[]int64](ctx, q, "select ["+strings.Join(counts, ", ")+"] from "+m.quoted())
	if err != nil {
		return nil, fmt.Errorf("%s: checks of %s: %w", m.File, m.Name, err)
	}
	order := ""
	if len(m.Grain) > 0 {
		keys := make([]string, len(m.Grain))
		for i, column := range m.Grain {
			keys[i] = warehouse.Ident(column)
		}
		order = " order by " + strings.Join(keys, ", ")
	}
	var found []*CheckError
	for i, check := range checks {
		if broken[i] == 0 {
			continue
		}
		first, err := firstRows(ctx, q, "select * from "+m.quoted()+" where ("+check.Expr+") is false"+order+" limit 3")
		if err != nil {
			return nil, err
		}
		found = append(found, &CheckError{Model: m.Name, File: m.File, Line: check.Line, Check: check.Expr, Why: check.Why,
			Warn: check.Warn, Rows: broken[i], First: first})
	}
	return found, nil
}

// firstRows renders rows as "column=value" for a person; long ones are cut with a sign that they were.
func firstRows(ctx context.Context, q warehouse.Queryer, query string) ([]string, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all []string
	for rows.Next() {
		values, cells := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			cells[i] = &values[i]
		}
		if err := rows.Scan(cells...); err != nil {
			return nil, err
		}
		var parts []string
		for i, value := range values {
			if value != nil {
				parts = append(parts, columns[i]+"="+warehouse.Text(value))
			}
		}
		line := []rune(strings.Join(parts, " "))
		if len(line) > 400 {
			line = append(line[:400], []rune(" … (cut)")...)
		}
		all = append(all, string(line))
	}
	return all, errors.Join(rows.Err(), rows.Close())
}
