package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/ingest"
	"tongbao/ingest/sheet"
	"tongbao/internal/warehouse"
)

func newContractCommand(app *App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "contract",
		Short: "Teach an export's layout: try a contract, or draft one",
		Long:  `Contracts say what an export's headers, words and dates mean; docs/contracts.md teaches them. Nothing here touches the warehouse.`,
	}
	rows := 5
	try := &cobra.Command{
		Use:   "try FILE",
		Short: "Show what the contracts make of a file: columns, first rows, rejects",
		Example: `  tongbao contract try inbox/检查记录.csv
  tongbao contract try old.xlsx --contract my_layout --rows 20`,
		Args: cobra.ExactArgs(1),
	}
	var only string
	try.Flags().StringVar(&only, "contract", "", "read the file by this layout or dataset")
	try.Flags().IntVar(&rows, "rows", rows, "rows to show of each dataset, and of the rejects")
	try.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := app.project()
		if err != nil {
			return err
		}
		return app.tryContract(cmd.Context(), p, app.path(args[0]), only, rows)
	}
	draft := &cobra.Command{
		Use:     "draft FILE",
		Short:   "Write a first draft of a contract from a file's headers and values",
		Example: `  tongbao contract draft inbox/register.csv > contracts/register.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			return app.draftContract(cmd.Context(), p, app.path(args[0]))
		},
	}
	cmd.AddCommand(try, draft)
	return cmd
}

// tryContract takes the file into a database in memory and shows what came of it.
func (app *App) tryContract(ctx context.Context, p Project, file, only string, rows int) (err error) {
	runner, done, err := app.openIngestAt(ctx, p, "", "", ingestFlags{contract: only})
	if err != nil {
		return err
	}
	defer func() { err = joinKeepingWarnings(err, done()) }()
	in, closeFile, err := ingest.OpenFile(file, file)
	if err != nil {
		return withHint(usageError{err}, "name a file that exists")
	}
	defer func() { err = joinKeepingWarnings(err, closeFile()) }()
	var results []ingest.Result
	if err := runner.Ingest(ctx, in, func(r ingest.Result) { results = append(results, r) }); err != nil {
		return err
	}
	warned := false
	for _, r := range results {
		if r.Err != nil {
			return withHint(r.Err, "%s", strings.TrimSpace(refusalHint(r.Err)+"\nDraft a contract with `tongbao contract draft "+file+"`"))
		}
		if err := app.showTrial(ctx, runner.DB, r, rows); err != nil {
			return err
		}
		warned = warned || r.Rejected > 0
	}
	if warned {
		return errWarnings
	}
	return nil
}

func (app *App) showTrial(ctx context.Context, db *warehouse.DB, r ingest.Result, limit int) error {
	fmt.Fprintln(app.Stdout, r)
	var lines [][]string
	datasets := []string{}
	for _, m := range r.Matched {
		lines = append(lines, []string{m.Sheet, m.Header, m.Dataset, m.Column})
		if !strings.Contains(" "+strings.Join(datasets, " ")+" ", " "+m.Dataset+" ") {
			datasets = append(datasets, m.Dataset)
		}
	}
	if err := printTable(app.Stdout, []string{"sheet", "header", "dataset", "column"}, lines); err != nil {
		return err
	}
	if len(r.Drift) > 0 {
		fmt.Fprintf(app.Stdout, "Columns no contract knows: %s\n", strings.Join(r.Drift, ", "))
	}
	for _, dataset := range datasets {
		fmt.Fprintf(app.Stdout, "\nraw.%s\n", dataset)
		if err := app.showRows(ctx, db, fmt.Sprintf("select * exclude (file_id, extra) from raw.%s where file_id = %d order by sheet, row_number limit %d", dataset, r.FileID, limit)); err != nil {
			return err
		}
	}
	if r.Rejected > 0 {
		fmt.Fprintf(app.Stdout, "\nrejected, the first %d\n", limit)
		return app.showRows(ctx, db, fmt.Sprintf(`select sheet, row_number, r.reason->>'header' as header, r.reason->>'value' as value, r.reason->>'reason' as reason,
			r.reason->>'suggestion' as suggestion
			from (select sheet, row_number, unnest(from_json(reasons, '["json"]')) as reason from raw.rejected where file_id = %d) as r
			order by sheet, row_number limit %d`, r.FileID, limit))
	}
	return nil
}

// showRows prints a query's rows as a table; columns that are empty throughout are left out.
func (app *App) showRows(ctx context.Context, db *warehouse.DB, query string) (err error) {
	rows, err := db.QueryContext(ctx, "select columns(*)::varchar from ("+query+")")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	var lines [][]string
	used := make([]bool, len(names))
	for rows.Next() {
		texts, cells := make([]*string, len(names)), make([]any, len(names))
		for i := range texts {
			cells[i] = &texts[i]
		}
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		line := make([]string, len(names))
		for i, text := range texts {
			if text != nil {
				line[i], used[i] = shorten(*text, 40), true
			}
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	keep := func(cells []string) []string {
		var kept []string
		for i, cell := range cells {
			if used[i] {
				kept = append(kept, cell)
			}
		}
		return kept
	}
	for i := range lines {
		lines[i] = keep(lines[i])
	}
	return printTable(app.Stdout, keep(names), lines)
}

func (app *App) draftContract(ctx context.Context, p Project, file string) (err error) {
	set, err := p.ContractSet()
	if err != nil {
		return err
	}
	in, closeFile, err := ingest.OpenFile(file, file)
	if err != nil {
		return withHint(usageError{err}, "name a file that exists")
	}
	defer func() { err = errors.Join(err, closeFile()) }()
	text, err := ingest.Draft(ctx, in, set, sheet.Options{Limits: sheet.DefaultLimits()})
	if err != nil {
		return withHint(err, "%s", refusalHint(err))
	}
	_, err = fmt.Fprint(app.Stdout, text)
	return err
}
