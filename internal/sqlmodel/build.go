package sqlmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tongbao/internal/warehouse"
)

// Result is what became of one model.
type Result struct {
	Model    string
	Rows     int64
	Duration time.Duration
}

// String is the line of the terminal.
func (r Result) String() string {
	return fmt.Sprintf("%-32s %10d rows  %8s", r.Model, r.Rows, r.Duration.Round(time.Millisecond))
}

// Runner builds ordered models. Now measures durations; Report is called after each model, never twice at a time; both may be nil.
type Runner struct {
	Now    func() time.Time
	Report func(Result)
	AtOnce int // models made at the same time, each on a connection of its own; 0: one
}

// Build makes every model as a table or view with comments, each after those it reads, and refuses column types that do not travel.
// Checks are separate (Verify): all models first, then all checks. With AtOnce over one, q is used by several goroutines.
func (r Runner) Build(ctx context.Context, q warehouse.Queryer, ordered []*Model) error {
	tasks, err := r.Tasks(ctx, q, ordered)
	if err != nil {
		return err
	}
	return r.Do(ctx, tasks)
}

// Tasks are the models of a build as tasks that bear their names, for a caller that has tasks of its own beside them. It makes the schemas.
func (r Runner) Tasks(ctx context.Context, q warehouse.Queryer, ordered []*Model) ([]Task, error) {
	if report := r.Report; report != nil {
		var one sync.Mutex
		r.Report = func(result Result) {
			one.Lock()
			defer one.Unlock()
			report(result)
		}
	}
	made := map[string]bool{}
	var tasks []Task
	for _, m := range ordered {
		if !made[m.Schema] {
			if _, err := q.ExecContext(ctx, "create schema if not exists "+warehouse.Ident(m.Schema)); err != nil {
				return nil, err
			}
			made[m.Schema] = true
		}
		tasks = append(tasks, Task{Name: m.Name, Needs: m.Refs, Do: func(ctx context.Context) error { return r.buildOne(ctx, q, m) }})
	}
	return tasks, nil
}

func (r Runner) buildOne(ctx context.Context, q warehouse.Queryer, m *Model) error {
	var began time.Time
	if r.Now != nil {
		began = r.Now()
	}
	done := Result{Model: m.Name}
	if m.Enum {
		values, err := m.values(ctx, q)
		if err == nil {
			err = m.makeType(ctx, q, values)
		}
		if err != nil {
			return err
		}
		done.Rows = int64(len(values))
	} else if err := m.make(ctx, q); err != nil {
		return err
	}
	if r.Report == nil {
		return nil
	}
	if !m.View && !m.Enum { // to count the rows of a view is to compute it
		var err error
		if done.Rows, err = warehouse.One[int64](ctx, q, "select count(*) from "+m.quoted()); err != nil {
			return err
		}
	}
	if r.Now != nil {
		done.Duration = r.Now().Sub(began)
	}
	r.Report(done)
	return nil
}

// make makes the table or view, with its comments. The columns are known, and held against the header, before any row is computed.
func (m *Model) make(ctx context.Context, q warehouse.Queryer) error {
	failed := func(err error) error { return fmt.Errorf("%s: build %s: %w", m.File, m.Name, err) }
	columns, err := warehouse.Select[column](ctx, q, "select column_name, column_type from (describe "+m.withVirtual(m.codedSQL())+")")
	if err != nil {
		return failed(err)
	}
	comments, err := m.comments(columns)
	if err != nil {
		return err
	}
	create := "create view " + m.quoted() + " as " + m.codedSQL()
	if !m.View {
		create = "create table " + m.quoted() + " (" + m.shape(columns) + ")"
	}
	if err := warehouse.Together(ctx, q, create+";"+comments); err != nil {
		return failed(err)
	}
	if m.View {
		return nil
	}
	if _, err := q.ExecContext(ctx, "insert into "+m.quoted()+" "+m.codedSQL()); err != nil {
		return failed(err)
	}
	return nil
}

// withVirtual adds the virtual columns to those of a SELECT: what a reader of the table sees.
func (m *Model) withVirtual(kept string) string {
	if len(m.Virtual) == 0 {
		return kept
	}
	var virtual strings.Builder
	for _, v := range m.Virtual {
		virtual.WriteString(", " + v.Expr + " as " + warehouse.Ident(v.Column))
	}
	return "select *" + virtual.String() + " from (" + kept + "\n) as kept"
}

// kept are the columns of a table like this one that its own keeps, as a select list.
func (m *Model) kept() string {
	if len(m.Virtual) == 0 {
		return "*"
	}
	var virtual []string
	for _, v := range m.Virtual {
		virtual = append(virtual, warehouse.Ident(v.Column))
	}
	return "* exclude (" + strings.Join(virtual, ", ") + ")"
}

// shape are the columns of the table. One that comes out as a value of a type without being named by @coded is plain text: its type would
// change with rows of other tables.
func (m *Model) shape(columns []column) string {
	var shape []string
	for _, c := range columns {
		kind := c.Type
		if at := slices.IndexFunc(m.Coded, func(k Coded) bool { return k.Column == c.Name }); at >= 0 {
			kind = warehouse.Qualified(m.Coded[at].Type)
		} else if isEnum(kind) {
			kind = text
		}
		if kind == text && slices.Contains(m.Zstd, c.Name) {
			kind += " using compression zstd"
		}
		if at := slices.IndexFunc(m.Virtual, func(v Virtual) bool { return v.Column == c.Name }); at >= 0 {
			kind += " generated always as (" + m.Virtual[at].Expr + ") virtual"
		}
		shape = append(shape, warehouse.Ident(c.Name)+" "+kind)
	}
	return strings.Join(shape, ", ")
}

const text = "VARCHAR"

// kind is what the model is made as.
func (m *Model) kind() string {
	if m.View {
		return "view"
	}
	return "table"
}

func (m *Model) quoted() string { return warehouse.Ident(m.Schema) + "." + warehouse.Ident(m.Table) }

// column is a column as it came out.
type column struct {
	Name string `db:"column_name"`
	Type string `db:"column_type"`
}

// comments holds the header against the columns (every one documented, no word for one that is not there, portable types) and writes it as
// the table's comments.
func (m *Model) comments(columns []column) (string, error) {
	var sql strings.Builder
	fmt.Fprintf(&sql, "comment on %s %s is %s;", m.kind(), m.quoted(), warehouse.Literal(m.Doc))
	for _, c := range columns {
		if !portable(c.Type) {
			return "", &FileError{m.File, m.body, fmt.Sprintf("column %s is %s: use BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL up to 18, DATE, TIMESTAMP or VARCHAR", c.Name, c.Type)}
		}
		at := slices.IndexFunc(m.Columns, func(d Column) bool { return d.Name == c.Name })
		if at < 0 {
			return "", &FileError{m.File, m.body, "column " + c.Name + " has no @column in the header"}
		}
		fmt.Fprintf(&sql, "comment on column %s.%s is %s;", m.quoted(), warehouse.Ident(c.Name), warehouse.Literal(m.Columns[at].Doc))
	}
	for _, documented := range m.Columns {
		if !slices.ContainsFunc(columns, func(c column) bool { return c.Name == documented.Name }) {
			return "", &FileError{m.File, documented.Line, "@column " + documented.Name + ": the SELECT has no such column"}
		}
	}
	for word, names := range map[string][]string{"grain": m.Grain, "by": strings.Fields(m.By), "lookup": m.Lookup, "zstd": m.Zstd} {
		for _, name := range names {
			if !slices.ContainsFunc(columns, func(c column) bool { return c.Name == name }) {
				return "", &FileError{m.File, m.body, "@" + word + " " + name + ": the SELECT has no such column"}
			}
		}
	}
	return sql.String(), nil
}

// portable says whether both engines, Parquet and every client read the type alike.
func portable(kind string) bool {
	switch kind {
	case "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR":
		return true
	}
	if isEnum(kind) { // reads as VARCHAR everywhere
		return true
	}
	var width, scale int
	n, _ := fmt.Sscanf(kind, "DECIMAL(%d,%d)", &width, &scale)
	return n == 2 && width <= 18
}
