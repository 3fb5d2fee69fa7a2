package sqlmodel

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// The functions that engines spell differently, under one name each: DuckDB macros with typed parameters, so that what
// another engine would refuse is refused here too, and the same as SQL routines of Trino.
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

// Functions is the text that defines the portable functions on an engine (duckdb or trino), one statement after the other, each ended
// by ";;" at the end of its line: some hold a ";" themselves.
func Functions(engine string) (string, error) {
	switch engine {
	case "duckdb":
		return functionsDuckDB, nil
	case "trino":
		return functionsTrino, nil
	}
	return "", fmt.Errorf("%q: the functions are there for duckdb and trino", engine)
}
