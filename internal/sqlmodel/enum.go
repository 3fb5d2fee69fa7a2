package sqlmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// mostValues is how many values an enumeration may have. Beyond that the text is no code, nothing is won by listing what it may say, and the
// type is made as plain text; likewise where there is no value at all.
const mostValues = 10000

// valuesSQL lists the values of an enum model. They are ordered as texts: so min, max and order by say the same of a coded column as of
// the text it stands for.
func (m *Model) valuesSQL() string {
	return "select distinct cast(value as varchar) as value from (" + m.SQL + "\n) as listed(value) where value is not null order by value"
}

// values are those of an enum model as of now, as far as a type may have them and one more.
func (m *Model) values(ctx context.Context, q warehouse.Queryer) ([]string, error) {
	values, err := warehouse.Select[string](ctx, q, fmt.Sprintf("%s limit %d", m.valuesSQL(), mostValues+1))
	if err != nil {
		return nil, fmt.Errorf("%s: list the values of %s: %w", m.File, m.Name, err)
	}
	return values, nil
}

// makeType makes the type of an enum model.
func (m *Model) makeType(ctx context.Context, q warehouse.Queryer, values []string) error {
	kind := "varchar"
	isBinary := func(value string) bool { return strings.ContainsRune(value, 0) } // a statement would end there
	if len(values) > 0 && len(values) <= mostValues && !slices.ContainsFunc(values, isBinary) {
		literals := make([]string, len(values))
		for i, value := range values {
			literals[i] = warehouse.Literal(value)
		}
		kind = "enum (" + strings.Join(literals, ", ") + ")"
	}
	if _, err := q.ExecContext(ctx, "create type "+m.quoted()+" as "+kind+"; comment on type "+m.quoted()+" is "+warehouse.Literal(m.Doc)); err != nil {
		return fmt.Errorf("%s: make the type %s: %w", m.File, m.Name, err)
	}
	return nil
}

// codedSQL is the SELECT with its coded columns cast to their types: a value that a type lacks is an error, never lost.
func (m *Model) codedSQL() string {
	if len(m.Coded) == 0 {
		return m.SQL
	}
	var casts []string
	for _, c := range m.Coded {
		column := warehouse.Ident(c.Column)
		casts = append(casts, "cast("+column+" as "+warehouse.Qualified(c.Type)+") as "+column)
	}
	return "select * replace (" + strings.Join(casts, ", ") + ") from (" + m.SQL + "\n) as uncoded"
}

func isEnum(kind string) bool { return strings.HasPrefix(kind, "ENUM(") }

// retype gives a type of the copied version the values of now. The tables that hold the old ones are recoded when their turn comes.
func (p *Partial) retype(ctx context.Context, m *Model) error {
	was, err := warehouse.Select[string](ctx, p.Main, "select unnest(labels) from duckdb_types() where database_name = current_database() and schema_name = ? and type_name = ?", m.Schema, m.Table)
	if err != nil {
		return err
	}
	now, err := m.values(ctx, p.Main)
	if err != nil {
		return err
	}
	if slices.Equal(was, now) || len(was) == 0 && len(now) > mostValues { // a type of no values is text already
		return nil
	}
	if _, err := p.Main.ExecContext(ctx, "drop type "+m.quoted()); err != nil {
		return err
	}
	p.retyped[m.Name] = true
	return m.makeType(ctx, p.Main, now)
}

// recode brings the coded columns of a table of the copied version to types that have other values than the base's.
func (p *Partial) recode(ctx context.Context, m *Model) error {
	for _, c := range m.Coded {
		switch {
		case m.View || !p.retyped[c.Type]:
		case m.By == "" && m.Lookup == nil: // Before and After look at it through views
			return Refused("%s has other values, and %s is of one piece", c.Type, m.Name)
		default:
			column, kind := warehouse.Ident(c.Column), warehouse.Qualified(c.Type)
			if _, err := p.Main.ExecContext(ctx, "alter table "+m.quoted()+" alter column "+column+" set data type "+kind+" using cast(cast("+column+" as varchar) as "+kind+")"); err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
		}
	}
	return nil
}
