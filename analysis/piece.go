package analysis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// piece is some enterprises' part of a version: a database in memory where the tables that go by enterprise hold the rows of these alone,
// under their own names, and the others are those of the version. There the SQL of a metric that goes by enterprise says of these what it
// says in the version, and need not read the province.
type piece struct {
	*warehouse.Session
	version     string            // name of the version's database
	owners      map[string]string // of the tables that go by enterprise: the column that says whose a row is
	enterprises string            // what `uscc in (…)` lists: codes, or a SELECT of them
	offered     map[string]bool
}

// ownersIn reads what the version in a database says of its tables; nothing where it was published before versions did.
func ownersIn(ctx context.Context, q warehouse.Queryer, database string) (map[string]string, error) {
	there, err := warehouse.One[bool](ctx, q, "select count(*) > 0 from duckdb_tables() where database_name = ? and schema_name = 'run' and table_name = 'owner'", database)
	if err != nil || !there {
		return nil, err
	}
	rows, err := warehouse.Select[struct {
		Table  string `db:"table_name"`
		Column string `db:"owner_column"`
	}](ctx, q, "select table_name, owner_column from "+warehouse.Ident(database)+".run.owner")
	owners := map[string]string{}
	for _, r := range rows {
		owners[r.Table] = r.Column
	}
	return owners, err
}

// inPiece runs work in the piece of the version that lies in a database of db. name is that of the piece's own database.
func inPiece(ctx context.Context, db Version, name, version string, owners map[string]string, enterprises string, work func(*piece) error) (err error) {
	if _, err := db.ExecContext(ctx, "attach ':memory:' as "+name+" (read_write)"); err != nil {
		return err
	}
	defer func() {
		_, detach := db.ExecContext(context.WithoutCancel(ctx), "detach "+name)
		err = errors.Join(err, detach)
	}()
	return db.In(ctx, name, func(s *warehouse.Session) error {
		// The functions that SQL of the version calls lie in its own file.
		path := name + ".main," + warehouse.Ident(version) + ".main"
		if _, err := s.ExecContext(ctx, "create schema run; create schema core; create schema mart; set search_path = "+text(path)); err != nil {
			return err
		}
		return work(&piece{s, version, owners, enterprises, map[string]bool{}})
	})
}

// offerFor makes what a SELECT reads known in the piece.
func (p *piece) offerFor(ctx context.Context, sql string) error {
	m := &sqlmodel.Model{SQL: sql}
	if err := m.Analyze(ctx, p); err != nil {
		return err
	}
	return p.offer(ctx, m.Refs...)
}

// offer makes tables of the version known in the piece.
func (p *piece) offer(ctx context.Context, tables ...string) error {
	for _, table := range tables {
		if p.offered[table] {
			continue
		}
		p.offered[table] = true
		if err := p.one(ctx, table); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

func (p *piece) one(ctx context.Context, table string) error {
	schema, name, _ := strings.Cut(table, ".")
	quoted := warehouse.Qualified(table)
	column := p.owners[table]
	kind, where := "view", ""
	if owner := ownerOf(column); column == "uscc" || owner == table {
		kind, where = "table", " where uscc in ("+p.enterprises+")"
	} else if owner != "" {
		// A view of the version says in the piece what it says there, of the piece's rows.
		views, err := warehouse.Select[string](ctx, p, "select sql from duckdb_views() where database_name = ? and schema_name = ? and view_name = ?", p.version, schema, name)
		if err != nil {
			return err
		}
		if len(views) == 1 {
			_, body, _ := strings.Cut(strings.TrimSuffix(views[0], ";"), " AS ")
			if err := p.offerFor(ctx, body); err != nil {
				return err
			}
			_, err := p.ExecContext(ctx, "create view "+quoted+" as "+body)
			return err
		}
		if err := p.offer(ctx, owner); err != nil {
			return err
		}
		kind, where = "table", " where "+column+" in (select "+column+" from "+owner+")"
	}
	_, err := p.ExecContext(ctx, "create "+kind+" "+quoted+" as select * from "+warehouse.Ident(p.version)+"."+quoted+where)
	return err
}

// ownerOf is the table of core that says whose a key is; empty for uscc, and for keys of which no table says it.
func ownerOf(key string) string {
	switch key {
	case "visit_id", "inspection_id", "hazard_id", "penalty_id", "plan_item_id", "accident_id", "credit_event_id":
		return "core." + strings.TrimSuffix(key, "_id")
	case "episode_id":
		return "core.hazard"
	}
	return ""
}
