package sqlmodel

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// The functions that engines spell differently, under one name each: DuckDB macros with typed parameters, so that what
// another engine would refuse is refused here too, and the same as SQL routines of Trino. Both are compared bit for bit.
var (
	//go:embed functions.duckdb.sql
	functionsDuckDB string
	//go:embed functions.trino.sql
	functionsTrino string
)

// InstallFunctions defines the portable functions in the database. They stay in the file: what a figure's SQL needs
// travels with the figures.
func InstallFunctions(ctx context.Context, q warehouse.Queryer) error {
	for statement := range strings.SplitSeq(functionsDuckDB, ";;\n") {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		if _, err := q.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("portable functions: %w", err)
		}
	}
	return nil
}

// TrinoFunctions is the text that defines the same functions on Trino, statements separated by ";;" at the end of a line.
func TrinoFunctions() string { return functionsTrino }
