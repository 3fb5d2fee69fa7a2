package sqlmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/spelling"
	"tongbao/internal/warehouse"
)

// ranks orders the schemas; a model reads its own schema and those below.
func rank(schema string) int {
	switch schema {
	case "raw", "run":
		return 0
	case "core":
		return 1
	case "mart":
		return 2
	}
	return -1
}

// Sources lists the tables, views and types of raw, run and core that are there, as schema.name: what models can read before any is made.
func Sources(ctx context.Context, q warehouse.Queryer) ([]string, error) {
	return warehouse.Select[string](ctx, q, `select table_schema || '.' || table_name from information_schema.tables
		where table_catalog = current_database() and table_schema in ('raw', 'run', 'core')
		union all
		select schema_name || '.' || type_name from duckdb_types() where database_name = current_database() and schema_name = 'core' order by 1`)
}

// Order analyzes the models and returns them so that each comes after those it reads, ties by name. sources are the tables that
// exist without a model (raw.*, run.*, and what earlier builds made). Unknown, upward and circular references are errors,
// all of them found before anything runs.
func Order(ctx context.Context, q warehouse.Queryer, models []*Model, sources []string) ([]*Model, error) {
	byName := map[string]*Model{}
	for _, m := range models {
		if rank(m.Schema) < 1 {
			return nil, &FileError{m.File, 0, fmt.Sprintf("models make core.* and mart.*, not %s.*", m.Schema)}
		}
		if err := m.Analyze(ctx, q); err != nil {
			return nil, err
		}
		byName[m.Name] = m
	}
	for _, m := range models {
		for _, ref := range m.Refs {
			schema, _, _ := strings.Cut(ref, ".")
			if _, ours := byName[ref]; !ours && !slices.Contains(sources, ref) {
				return nil, &FileError{m.File, m.body, fmt.Sprintf("reads %s, which is neither a model nor a table%s", ref, nearest(ref, byName, sources))}
			}
			if rank(schema) > rank(m.Schema) {
				return nil, &FileError{m.File, m.body, fmt.Sprintf("reads %s: %s never reads %s", ref, m.Schema, schema)}
			}
		}
	}
	for _, m := range models {
		if m.By == "" {
			continue
		}
		if err := Separable(m, func(table string) bool {
			return strings.HasPrefix(table, "raw.") || byName[table] != nil && byName[table].By != ""
		}); err != nil {
			return nil, err
		}
	}
	return sorted(models, byName)
}

// sorted is a depth-first topological sort over names in order, so the result does not depend on the input's order.
func sorted(models []*Model, byName map[string]*Model) ([]*Model, error) {
	names := make([]string, 0, len(models))
	for _, m := range models {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	var ordered []*Model
	done, path := map[string]bool{}, []string{}
	var visit func(name string) error
	visit = func(name string) error {
		m, ours := byName[name]
		if !ours || done[name] {
			return nil
		}
		if at := slices.Index(path, name); at >= 0 {
			return &FileError{m.File, m.body, "the models read each other in a circle: " + strings.Join(append(path[at:], name), " → ")}
		}
		path = append(path, name)
		for _, ref := range m.Refs {
			if err := visit(ref); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		done[name] = true
		ordered = append(ordered, m)
		return nil
	}
	for _, name := range names {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return ordered, nil
}

// nearest suggests a table whose name is close to the wrong one.
func nearest(ref string, byName map[string]*Model, sources []string) string {
	candidates := slices.Clone(sources)
	for name := range byName {
		candidates = append(candidates, name)
	}
	slices.Sort(candidates)
	best, distance := "", 4
	for _, candidate := range candidates {
		if d := spelling.Distance(ref, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return " (is it " + best + "?)"
}
