package transform

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// link is a dataset whose rows belong to enterprises: the key of a row, and what else it names. Rows that name the same thing belong
// together, whatever versions of them were received.
type link struct {
	dataset string
	names   []string // the key first
}

// links are all datasets of enterprises, the large ones last.
func links() []link {
	return []link{
		{"enterprise", []string{"uscc"}},
		{"accident", []string{"accident_id", "uscc"}},
		{"credit_event", []string{"credit_event_id", "uscc"}},
		{"plan_change", []string{"plan_change_id", "plan_item_id"}},
		{"penalty", []string{"penalty_id", "inspection_id", "uscc"}},
		{"plan_item", []string{"plan_item_id", "uscc"}},
		{"inspection", []string{"inspection_id", "uscc"}},
		{"hazard", []string{"hazard_id", "inspection_id"}},
	}
}

// affected finds all rows of raw.* that belong with the rows of some files: of the same enterprise, of another version of the same key,
// or tied to such rows by a key they name. It writes the names into affected.<name> of the database after.
type affected struct {
	q    warehouse.Queryer // session in After
	raw  string            // the warehouse, attached
	grew map[string]int    // name → how often it has grown
	seen map[string]string // dataset → the growth it was last searched at
}

func newAffected(ctx context.Context, q warehouse.Queryer, raw string) (*affected, error) {
	a := &affected{q: q, raw: raw, grew: map[string]int{}, seen: map[string]string{}}
	statement := "create schema affected;"
	for _, l := range links() {
		for _, name := range l.names {
			statement += "create table if not exists affected." + name + " (id varchar);"
		}
	}
	_, err := q.ExecContext(ctx, statement)
	return a, err
}

// seed takes the rows of a dataset in the given files.
func (a *affected) seed(ctx context.Context, l link, files []int64) error {
	listed := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(files)), ", "), "[]")
	return a.take(ctx, l, "file_id in ("+listed+")")
}

// take adds everything that the rows of a dataset with a certain property name.
func (a *affected) take(ctx context.Context, l link, where string) error {
	names := strings.Join(l.names, ", ")
	if _, err := a.q.ExecContext(ctx, "create or replace table affected.row as select "+names+" from "+a.raw+".raw."+l.dataset+" where "+where); err != nil {
		return err
	}
	for _, name := range l.names {
		done, err := a.q.ExecContext(ctx, fmt.Sprintf("insert into affected.%[1]s select distinct %[1]s from affected.row where %[1]s is not null and %[1]s not in (select id from affected.%[1]s)", name))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n > 0 {
			a.grew[name]++
		}
	}
	return nil
}

// close goes on until no row belongs with those found that is not among them. Whenever something is found, the small datasets come first
// again, so that the large ones are searched for all of it at once.
func (a *affected) close(ctx context.Context) error {
	all := links()
	for at := 0; at < len(all); {
		l := all[at]
		state := ""
		var any []string
		for _, name := range l.names {
			state += fmt.Sprint(a.grew[name], " ")
			if a.grew[name] > 0 {
				any = append(any, name+" in (select id from affected."+name+")")
			}
		}
		if len(any) == 0 || a.seen[l.dataset] == state {
			at++
			continue
		}
		a.seen[l.dataset] = state
		if err := a.take(ctx, l, strings.Join(any, " or ")); err != nil {
			return err
		}
		at = 0
	}
	return nil
}

// offer writes the affected rows into raw.* of both databases.
func (a *affected) offer(ctx context.Context, before warehouse.Queryer) error {
	var after, views strings.Builder
	after.WriteString("create schema if not exists raw;")
	views.WriteString("create schema if not exists raw;")
	for _, l := range links() {
		fmt.Fprintf(&after, "create table raw.%[1]s as select * from %[2]s.raw.%[1]s where %[3]s in (select id from affected.%[3]s);", l.dataset, a.raw, l.names[0])
		fmt.Fprintf(&views, "create view raw.%[1]s as select * from %[2]s.raw.%[1]s;", l.dataset, sqlmodel.After)
	}
	if _, err := a.q.ExecContext(ctx, after.String()); err != nil {
		return err
	}
	_, err := before.ExecContext(ctx, views.String())
	return err
}
