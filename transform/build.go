package transform

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// Build writes run.*, makes every core model in order and then run.period, whose first year core decides. raw.* must be there, as
// tables or as the views of OfferRaw. It returns the models in the order they were made, for Verify.
func Build(ctx context.Context, q warehouse.Queryer, in Inputs, runner sqlmodel.Runner, layers ...sqlmodel.Layer) ([]*sqlmodel.Model, error) {
	models, err := Load(layers...)
	if err != nil {
		return nil, err
	}
	if err := sqlmodel.InstallFunctions(ctx, q); err != nil {
		return nil, err
	}
	if err := writeRun(ctx, q, in); err != nil {
		return nil, fmt.Errorf("write run.*: %w", err)
	}
	sources, err := sqlmodel.Sources(ctx, q)
	if err != nil {
		return nil, err
	}
	ordered, err := sqlmodel.Order(ctx, q, models, sources)
	if err != nil {
		return nil, err
	}
	if err := runner.Build(ctx, q, ordered); err != nil {
		return nil, err
	}
	if err := sqlmodel.NoteOwners(ctx, q, ordered); err != nil {
		return nil, err
	}
	return ordered, writePeriods(ctx, q, in)
}

// OfferRaw makes raw.* readable from a database attached under the given name: one view per table. WithdrawRaw drops them again.
func OfferRaw(ctx context.Context, q warehouse.Queryer, attached string) error {
	type column struct {
		Table string `db:"table_name"`
		Name  string `db:"column_name"`
	}
	columns, err := warehouse.Select[column](ctx, q, `select table_name, column_name from duckdb_columns()
		where database_name = ? and schema_name = 'raw' order by table_name, column_index`, attached)
	if err != nil {
		return err
	}
	if len(columns) == 0 {
		return fmt.Errorf("the warehouse has no raw tables: nothing was ever ingested")
	}
	var tables []string
	byTable := map[string][]string{}
	for _, c := range columns {
		if byTable[c.Table] == nil {
			tables = append(tables, c.Table)
		}
		byTable[c.Table] = append(byTable[c.Table], warehouse.Ident(c.Name))
	}
	var sql strings.Builder
	sql.WriteString("create schema if not exists raw;")
	for _, table := range tables {
		fmt.Fprintf(&sql, "create view raw.%s as select %s from %s.raw.%[1]s;", warehouse.Ident(table), strings.Join(byTable[table], ", "), warehouse.Ident(attached))
	}
	_, err = q.ExecContext(ctx, sql.String())
	return err
}

// WithdrawRaw drops the views of OfferRaw: a published file needs no other.
func WithdrawRaw(ctx context.Context, q warehouse.Queryer) error {
	_, err := q.ExecContext(ctx, "drop schema raw cascade")
	return err
}
