package sqlmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// valuesSQL lists the values of an enum model. They are ordered as texts: so min, max and order by say the same of a coded column as of
// the text it stands for.
func (m *Model) valuesSQL() string {
	return "select distinct cast(value as varchar) as value from (" + m.SQL + "\n) as listed(value) where value is not null order by value"
}

// rangeSQL is the list of the values of the type that was made.
func (m *Model) rangeSQL() string { return "enum_range(cast(null as " + m.quoted() + "))" }

// codedSQL is the SELECT with its coded columns cast to their types: a value that a type lacks is an error, never lost.
func (m *Model) codedSQL() string {
	var casts []string
	for _, c := range m.Coded {
		schema, name, _ := strings.Cut(c.Type, ".")
		column := warehouse.Ident(c.Column)
		casts = append(casts, "cast("+column+" as "+warehouse.Ident(schema)+"."+warehouse.Ident(name)+") as "+column)
	}
	return "select * replace (" + strings.Join(casts, ", ") + ") from (" + m.SQL + "\n) as uncoded"
}

// sameValues refuses a partial build when a type would have other values than the base's: tables that hold them would have to be written anew.
func (p *Partial) sameValues(ctx context.Context, m *Model) error {
	now, err := warehouse.Select[string](ctx, p.Main, m.valuesSQL())
	if err != nil {
		return fmt.Errorf("%s: list the values of %s: %w", m.File, m.Name, err)
	}
	was, err := warehouse.Select[string](ctx, p.Main, "select unnest("+m.rangeSQL()+")")
	if err != nil {
		return err
	}
	if !slices.Equal(was, now) {
		return Refused("%s has other values", m.Name)
	}
	return nil
}
