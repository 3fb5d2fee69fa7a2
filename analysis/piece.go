package analysis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// Version is a published version, open for reading.
type Version interface {
	warehouse.Queryer
	sessions
}

// Ownership is what the models and metrics a version was made of say about whose a row is: the @by of their headers.
type Ownership struct {
	models  map[string]*sqlmodel.Model // that go by enterprise
	metrics map[string]bool
}

// NewOwnership reads the headers of all models and metrics of a version.
func NewOwnership(models []*sqlmodel.Model, metrics []*Metric) *Ownership {
	o := &Ownership{models: map[string]*sqlmodel.Model{}, metrics: map[string]bool{}}
	for _, m := range models {
		if m.By != "" {
			o.models[m.Name] = m
		}
	}
	for _, m := range metrics {
		if m.By {
			o.metrics[m.ID] = true
		}
	}
	return o
}

// pieceName is the name of the database in memory that a piece lies in.
const pieceName = "piece"

// piece is one enterprise's part of a version: a database in memory where the tables that go by enterprise hold its rows alone, under their
// own names, and the others are those of the version. There the SQL of a metric that goes by enterprise says of this one what it
// says in the version, and need not read the province.
type piece struct {
	*warehouse.Session
	ownership  *Ownership
	version    string // name of the version's database
	enterprise string
	offered    map[string]bool
}

// inPiece runs work in the piece of an enterprise.
func inPiece(ctx context.Context, db Version, o *Ownership, version, enterprise string, work func(*piece) error) (err error) {
	if _, err := db.ExecContext(ctx, "attach ':memory:' as "+pieceName+" (read_write)"); err != nil {
		return err
	}
	defer func() {
		_, detach := db.ExecContext(context.WithoutCancel(ctx), "detach "+pieceName)
		err = errors.Join(err, detach)
	}()
	return db.In(ctx, pieceName, func(s *warehouse.Session) error {
		// The functions that SQL of the version calls lie in its own file.
		path := pieceName + ".main," + warehouse.Ident(version) + ".main"
		if _, err := s.ExecContext(ctx, "create schema run; create schema core; create schema mart; set search_path = "+text(path)); err != nil {
			return err
		}
		return work(&piece{s, o, version, enterprise, map[string]bool{}})
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
	quoted := warehouse.Ident(schema) + "." + warehouse.Ident(name)
	m := p.ownership.models[table]
	if m != nil && m.View {
		if err := p.offerFor(ctx, m.SQL); err != nil {
			return err
		}
		_, err := p.ExecContext(ctx, "create view "+quoted+" as "+m.SQL)
		return err
	}
	kind, where := "view", ""
	if m != nil {
		owner := ownerOf(m.By)
		switch {
		case m.By == "uscc" || owner == table:
			kind, where = "table", " where uscc = "+text(p.enterprise)
		case owner != "":
			if err := p.offer(ctx, owner); err != nil {
				return err
			}
			kind, where = "table", " where "+m.By+" in (select "+m.By+" from "+owner+")"
		}
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
