package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/internal/inuse"
	"tongbao/internal/warehouse"
)

func newExportCommand(app *App) *cobra.Command {
	var version string
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write every table of core, mart and run as Parquet",
		Long: `Writes one Parquet file per table, <schema>/<table>.parquet, with the same columns and types in every version. Files of the same name are
replaced, each in one step.`,
		Example: "  tongbao export /srv/lake/tongbao\n  tongbao export out/parquet --version 2020-07-06-3fa2b1c9d0",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			dir := args[0]
			if !filepath.IsAbs(dir) {
				dir = filepath.Join(app.Dir, dir)
			}
			db, found, err := p.openPublished(cmd.Context(), version)
			if err != nil {
				return err
			}
			defer db.Close()
			for _, table := range found.Tables {
				if err := app.exportTable(cmd.Context(), db, dir, table.Table); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&version, "version", "", "a published version other than the current one")
	return cmd
}

func (app *App) exportTable(ctx context.Context, db *warehouse.DB, dir, table string) error {
	schema, name, _ := strings.Cut(table, ".")
	path := filepath.Join(dir, schema, name+".parquet")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	rows, err := db.Parquet(ctx, "select * from "+warehouse.Qualified(table), path+".partial")
	if err != nil {
		return fmt.Errorf("export %s: %w", table, err)
	}
	if err := inuse.Rename(path+".partial", path); err != nil {
		return err
	}
	if app.json {
		return app.printJSON(map[string]any{"table": table, "rows": rows, "file": path})
	}
	_, err = fmt.Fprintf(app.Stdout, "%-28s %10d rows  %s\n", table, rows, path)
	return err
}
