package sqlmodel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tongbao/internal/warehouse"
)

// Before and After are the databases a partial build attaches: the affected enterprises alone, as the base version saw them and as they
// are now.
const (
	Before = "before"
	After  = "after"
)

// Refusal says why a version cannot be made from an earlier one. It is no failure: a full build makes it.
type Refusal struct{ Why string }

// Error is the reason.
func (r *Refusal) Error() string { return r.Why }

// Refused makes a Refusal.
func Refused(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// Why returns the reason when err is a Refusal.
func Why(err error) (string, bool) {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Why, true
	}
	return "", false
}

// Partial brings the tables of a copied version to what a full build would make of the inputs of now. Models come in the order of a
// full build. A table that is @by and reads something that has changed is computed twice, for the affected enterprises alone: where the two
// differ, their rows leave the table and the new ones enter it. Any other table is made anew when something it reads has changed.
type Partial struct {
	Main          warehouse.Queryer // the copied version
	Before, After warehouse.Queryer // sessions in the attached databases of these names
	MainName      string            // name of the copied version's database
	Runner        Runner

	changed map[string]bool // tables of Main whose rows are no longer those of the base
	pieces  map[string]bool // tables that Before and After hold pieces of, or can
	sourced map[string]bool // those of them that no model makes
	models  map[string]*Model
	made    map[string]bool // pieces of models that are there
	differs map[string]bool // pieces that are not the same before and after
	proven  map[string]bool // models whose checks hold for what has changed
	retyped map[string]bool // types that have other values than the base's
}

// NewPartial begins a partial build. sourced tables are those whose content Before and After hold for themselves, each as it saw it.
func NewPartial(main, before, after warehouse.Queryer, mainName string, runner Runner, sourced ...string) *Partial {
	p := &Partial{Main: main, Before: before, After: after, MainName: mainName, Runner: runner,
		changed: map[string]bool{}, pieces: map[string]bool{}, sourced: map[string]bool{}, models: map[string]*Model{}, made: map[string]bool{}, differs: map[string]bool{}, proven: map[string]bool{}, retyped: map[string]bool{}}
	for _, table := range sourced {
		p.pieces[table], p.sourced[table] = true, true
	}
	return p
}

// HasChanged says whether a table's rows, or those of the affected enterprises, are other ones than those of the base.
func (p *Partial) HasChanged(table string) bool { return p.changed[table] || p.differs[table] }

// Changed notes a table that was made without a model.
func (p *Partial) Changed(table string) { p.changed[table] = true }

// Unproven are the models whose checks the base does not vouch for: those whose rows have changed, and those that may warn.
func (p *Partial) Unproven(models []*Model) []*Model {
	var unproven []*Model
	for _, m := range models {
		if p.changed[m.Name] && !p.proven[m.Name] || slices.ContainsFunc(m.Checks, func(c Check) bool { return c.Warn }) {
			unproven = append(unproven, m)
		}
	}
	return unproven
}

// WholeChanged names the first of the tables that has changed and that Before and After do not hold pieces of; empty when none has.
func (p *Partial) WholeChanged(tables []string) string {
	for _, table := range tables {
		if (p.changed[table] || strings.HasPrefix(table, "raw.")) && !p.pieces[table] {
			return table
		}
	}
	return ""
}

// Offer shows the tables of the copied version that are of one piece to Before and After, under their own names.
func (p *Partial) Offer(ctx context.Context, tables []string) error {
	for _, table := range tables {
		if p.pieces[table] {
			continue
		}
		schema, _, _ := strings.Cut(table, ".")
		view := warehouse.Qualified(table)
		statement := "create schema if not exists " + warehouse.Ident(schema) + "; create view " + view + " as select * from " + warehouse.Ident(p.MainName) + "." + view
		for _, side := range []warehouse.Queryer{p.Before, p.After} {
			if _, err := side.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
	}
	return nil
}

// Build brings the tables of the models up to date, in the order given.
func (p *Partial) Build(ctx context.Context, ordered []*Model) error {
	read := map[string]bool{} // by models that a change of it could refuse
	for _, m := range ordered {
		if m.By != "" || m.Lookup != nil {
			p.models[m.Name], p.pieces[m.Name] = m, true
			for _, ref := range m.Refs {
				read[ref] = true
			}
		}
	}
	for _, m := range ordered {
		if err := p.recode(ctx, m); err != nil {
			return err
		}
		if err := p.one(ctx, m, read[m.Name] || m.Schema == "core"); err != nil {
			return err
		}
	}
	return nil
}

func (p *Partial) one(ctx context.Context, m *Model, isRead bool) error {
	if !p.stale(m) {
		return nil
	}
	if m.Enum {
		return p.retype(ctx, m)
	}
	if m.By == "" && m.Lookup == nil {
		return p.whole(ctx, m, isRead)
	}
	if table := p.WholeChanged(m.Refs); table != "" {
		return Refused("%s has changed, and all rows of %s depend on it", table, m.Name)
	}
	if slices.ContainsFunc(m.Refs, func(ref string) bool { return strings.HasPrefix(ref, "raw.") }) && !slices.ContainsFunc(m.Refs, func(ref string) bool { return p.sourced[ref] && !strings.HasPrefix(ref, "raw.") }) {
		return Refused("%s reads received rows without asking which files count", m.Name)
	}
	p.differs[m.Name] = true
	if err := p.Ensure(ctx, m.Name); err != nil {
		return err
	}
	if m.Lookup != nil {
		return p.whole(ctx, m, isRead)
	}
	return p.exchange(ctx, m)
}

// stale says whether a model reads anything that has changed. What a file brings is known by dataset; which files count is not told apart
// again.
func (p *Partial) stale(m *Model) bool {
	whole, files := m.By == "" && m.Lookup == nil && !m.Enum, false
	for _, ref := range m.Refs {
		switch raw := strings.HasPrefix(ref, "raw."); {
		case raw && (whole || !p.pieces[ref]):
			return true
		case !raw && !whole && p.sourced[ref]:
			files = files || p.changed[ref]
		case p.HasChanged(ref):
			return true
		}
	}
	return files && !slices.ContainsFunc(m.Refs, func(ref string) bool { return strings.HasPrefix(ref, "raw.") })
}

// Both does a thing in Before and in After, at the same time where the runner does several.
func (p *Partial) Both(do func(side warehouse.Queryer) error) error {
	var group errgroup.Group
	group.SetLimit(max(p.Runner.AtOnce, 1))
	for _, side := range []warehouse.Queryer{p.Before, p.After} {
		group.Go(func() error { return do(side) })
	}
	return group.Wait()
}

// Ensure makes the pieces of tables before and after, and of those they read, where they are not there yet. One that is not stale is the
// same before and after.
func (p *Partial) Ensure(ctx context.Context, tables ...string) error {
	for _, table := range tables {
		m := p.models[table]
		if m == nil || p.made[table] {
			continue
		}
		p.made[table] = true
		if err := p.Ensure(ctx, m.Refs...); err != nil {
			return err
		}
		begin := "create schema if not exists " + warehouse.Ident(m.Schema) + "; create "
		made := begin + "table " + m.quoted() + " as " + m.withVirtual(m.SQL)
		build := func(side warehouse.Queryer, statement string) error {
			if _, err := side.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: build %s: %w", m.File, m.Name, err)
			}
			return nil
		}
		if p.differs[table] {
			if err := p.Both(func(side warehouse.Queryer) error { return build(side, made) }); err != nil {
				return err
			}
			continue
		}
		if err := build(p.Before, made); err != nil {
			return err
		}
		if err := build(p.After, begin+"view "+m.quoted()+" as select * from "+Before+"."+m.quoted()); err != nil {
			return err
		}
	}
	return nil
}

// whole makes a table anew. A small one that comes out the same has not changed: looked at where others read it.
func (p *Partial) whole(ctx context.Context, m *Model, isRead bool) error {
	if m.View { // its rows follow those it reads
		p.changed[m.Name] = true
		return nil
	}
	const small = 5000
	rows, err := warehouse.One[int64](ctx, p.Main, "select count(*) from "+m.quoted())
	if err != nil {
		return err
	}
	if isRead && rows <= small {
		same, err := p.comesOutTheSame(ctx, m)
		if same || err != nil {
			return err
		}
	}
	if _, err := p.Main.ExecContext(ctx, "drop table "+m.quoted()); err != nil {
		return err
	}
	p.changed[m.Name] = true
	return p.Runner.buildOne(ctx, p.Main, m)
}

func (p *Partial) comesOutTheSame(ctx context.Context, m *Model) (bool, error) {
	fresh := After + ".fresh." + warehouse.Ident(m.Table)
	if _, err := p.Main.ExecContext(ctx, "create or replace table "+fresh+" as "+m.withVirtual(m.SQL)); err != nil {
		return false, fmt.Errorf("%s: build %s: %w", m.File, m.Name, err)
	}
	return warehouse.One[bool](ctx, p.Main, "select count(*) = 0 from ("+differing(m.quoted(), fresh)+")")
}

// differing are the rows that one of two tables has and the other has not, or has fewer of.
func differing(a, b string) string {
	return `select * exclude ("one side"), sum("one side") as "more here" from (select *, 1 as "one side" from ` + a + ` union all select *, -1 from ` + b + `) group by all having sum("one side") <> 0`
}

// exchange replaces the rows of all keys whose rows before and after are not the same. The rows that leave must be as many as were
// computed: else the base is not what these models make, or a header promises too much.
func (p *Partial) exchange(ctx context.Context, m *Model) error {
	key, keys := warehouse.Ident(m.By), After+".fresh.key"
	before, after := Before+"."+m.quoted(), After+"."+m.quoted()
	if _, err := p.After.ExecContext(ctx, "create or replace table "+keys+" as select distinct "+key+" as key from ("+differing(before, after)+")"); err != nil {
		return err
	}
	affected := " where " + key + " in (select key from " + keys + ")"
	type counts struct {
		Keys   int64 `db:"keys"`
		Nulls  int64 `db:"nulls"`
		Before int64 `db:"before"`
		After  int64 `db:"after"`
	}
	n, err := warehouse.One[counts](ctx, p.After, "select (select count(*) from "+keys+") as keys, (select count(*) from "+keys+" where key is null) as nulls, (select count(*) from "+before+affected+
		") as before, (select count(*) from "+after+affected+") as after")
	if err != nil {
		return err
	}
	if p.differs[m.Name] = n.Keys > 0; n.Keys == 0 {
		return nil
	}
	if n.Nulls > 0 {
		return Refused("%s has rows without %s", m.Name, m.By)
	}
	p.changed[m.Name] = true
	if slices.Contains(m.Grain, m.By) { // then no row of another enterprise can break a check
		broken, err := m.verify(ctx, p.After)
		if err != nil {
			return err
		}
		for _, check := range broken {
			if !check.Warn {
				return Refused("a check does not hold: %v", check)
			}
		}
		p.proven[m.Name] = true
	}
	if m.View { // its rows follow those it reads
		return nil
	}
	done, err := p.Main.ExecContext(ctx, "delete from "+m.quoted()+affected)
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	gone, err := done.RowsAffected()
	if err != nil {
		return err
	}
	if gone != n.Before {
		return Refused("%s holds %d rows of the affected enterprises where %d were computed", m.Name, gone, n.Before)
	}
	if _, err := p.Main.ExecContext(ctx, "insert into "+m.quoted()+" select "+m.kept()+" from "+after+affected); err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	if p.Runner.Report != nil {
		p.Runner.Report(Result{Model: m.Name, Rows: n.After})
	}
	return nil
}
