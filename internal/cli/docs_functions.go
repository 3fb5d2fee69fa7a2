package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"tongbao/internal/sqlmodel"
)

// newDocsFunctionsCommand is `docs functions`.
func newDocsFunctionsCommand(app *App) *cobra.Command {
	var engine string
	cmd := &cobra.Command{
		Use:   "functions",
		Short: "Print the SQL functions that models and metrics share, for DuckDB or Trino",
		Long: `Prints the definitions of ratio, add_days, quantile_of and the other functions that models and metrics call. A published file holds them already; they
are for whoever runs the models' text elsewhere: as macros of DuckDB, or as routines of Trino in the schema hive.fn. Each statement ends
with ";;" at the end of its line.`,
		Example: `  tongbao docs functions --engine trino > functions.sql`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := sqlmodel.Functions(engine)
			if err != nil {
				return usageError{fmt.Errorf("--engine %w", err)}
			}
			_, err = fmt.Fprint(app.Stdout, text)
			return err
		},
	}
	cmd.Flags().StringVar(&engine, "engine", "duckdb", "duckdb or trino")
	return cmd
}
