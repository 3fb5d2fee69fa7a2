package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/warehouse"
)

// sqlOptions are the limits and the form of a query's result.
type sqlOptions struct {
	format  string
	output  string // file; empty: stdout
	limit   int    // rows; 0: all
	timeout time.Duration
	memory  int // MB
	version string
	list    bool
}

func newSQLCommand(app *App) *cobra.Command {
	var options sqlOptions
	cmd := &cobra.Command{
		Use:   "sql [QUERY | @NAME | -]",
		Short: "Ask the published version anything, read-only",
		Long: `Runs one query, or a prompt with history and completion, on the published version. @NAME runs queries/NAME.sql of the project, - reads
queries from standard input. Nothing can be changed, attached, loaded, copied or set, and no file can be read: the published file is
opened read-only with every door to the outside shut. In the prompt: \d [TABLE], \metrics, \queries, \q.`,
		Example: `  tongbao sql "select period, value from mart.figure where figure_id = 'A1.2020Q1.230000'"
  tongbao sql 'select "检查类型", count(*) as n from "检查" group by all order by n desc' --format csv
  tongbao sql @open_majors --format xlsx --output majors.xlsx
  tongbao sql`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := options.check(cmd.Flags().Changed("limit")); err != nil {
				return err
			}
			if app.json && !cmd.Flags().Changed("format") {
				options.format, options.limit = "json", 0
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			if options.list {
				return app.listQueries(p)
			}
			return app.sql(cmd.Context(), p, args, options)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&options.format, "format", "table", "table, csv, json, parquet or xlsx")
	flags.StringVarP(&options.output, "output", "o", "", "write to this file instead of standard output")
	flags.IntVar(&options.limit, "limit", 1000, "rows at most, 0 for all; without --limit only --format table is limited")
	flags.DurationVar(&options.timeout, "timeout", 5*time.Minute, "give up after this long")
	flags.IntVar(&options.memory, "memory", 0, "MB at most (default: engine.memory_mb of tongbao.yaml)")
	flags.StringVar(&options.version, "version", "", "a published version other than the current one")
	flags.BoolVar(&options.list, "list", false, "list the saved queries")
	return cmd
}

func (o *sqlOptions) check(limited bool) error {
	switch o.format {
	case "table":
	case "csv", "json", "parquet", "xlsx":
		if !limited {
			o.limit = 0
		}
	default:
		return usageError{fmt.Errorf("--format %s: one of table, csv, json, parquet, xlsx", o.format)}
	}
	if o.limit < 0 || o.timeout <= 0 || o.memory < 0 {
		return usageError{errors.New("--limit and --memory are not negative, --timeout is positive")}
	}
	return nil
}

func (app *App) sql(ctx context.Context, p Project, args []string, options sqlOptions) error {
	var query string
	if len(args) == 1 && args[0] != "-" {
		query = args[0]
		if name, saved := strings.CutPrefix(query, "@"); saved {
			found, err := p.savedQuery(name)
			if err != nil {
				return err
			}
			query = found.SQL
		}
	}
	db, version, err := app.openForSQL(ctx, p, options)
	if err != nil {
		return err
	}
	defer db.Close()
	switch {
	case query != "":
		return app.answer(ctx, db, query, options)
	case len(args) == 0 && app.stdinIsTerminal():
		return app.prompt(ctx, p, db, version, options)
	}
	text, err := io.ReadAll(io.LimitReader(app.Stdin, 16<<20))
	if err != nil {
		return err
	}
	for _, query := range splitStatements(string(text)) {
		if err := app.answer(ctx, db, query, options); err != nil {
			return err
		}
	}
	return nil
}

func (app *App) openForSQL(ctx context.Context, p Project, options sqlOptions) (*warehouse.DB, warehouse.Published, error) {
	if options.memory > 0 {
		p.Config.Engine.MemoryMB = options.memory
	}
	return p.openPublished(ctx, options.version)
}

// answer runs one query within its limits and writes its result.
func (app *App) answer(ctx context.Context, db *warehouse.DB, query string, options sqlOptions) error {
	limited, cancel := context.WithTimeout(ctx, options.timeout)
	defer cancel()
	err := app.answerWithin(limited, db, query, options)
	switch {
	case errors.Is(err, warehouse.ErrNotSelect):
		return usageError{err}
	case err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded):
		return withHint(fmt.Errorf("the query took longer than %v and was stopped", options.timeout), "narrow it, or give it longer with --timeout 30m")
	case err != nil && strings.Contains(err.Error(), "Out of Memory"):
		return withHint(fmt.Errorf("the query needs more than its memory limit: %w", err), "narrow it, or allow more with --memory MB")
	}
	return err
}

func (app *App) answerWithin(ctx context.Context, db *warehouse.DB, query string, options sqlOptions) error {
	query = strings.TrimRight(strings.TrimSpace(query), "; \n\t\r")
	if err := warehouse.CheckSelect(ctx, db, query); err != nil {
		return err
	}
	if options.format == "parquet" {
		return app.answerParquet(ctx, db, query, options)
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	out, done, err := app.resultFile(options.output)
	if err != nil {
		return err
	}
	more, err := writeRows(rows, out, options.format, options.limit)
	if err = errors.Join(err, rows.Err(), done(err == nil && rows.Err() == nil)); err != nil {
		return err
	}
	if more {
		fmt.Fprintf(app.Stderr, "note: there are more than these %d rows; --limit 0 shows all\n", options.limit)
	}
	return nil
}

// answerParquet writes to a file, through a temporary one when the result goes to standard output.
func (app *App) answerParquet(ctx context.Context, db *warehouse.DB, query string, options sqlOptions) error {
	if options.limit > 0 {
		query = fmt.Sprintf("select * from (%s) limit %d", query, options.limit)
	}
	path := options.output
	if path == "" {
		dir, err := os.MkdirTemp("", "tongbao-sql-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path = filepath.Join(dir, "result.parquet")
	}
	rows, err := db.Parquet(ctx, query, path)
	if err != nil {
		return err
	}
	if options.output != "" {
		fmt.Fprintf(app.Stderr, "%d rows in %s\n", rows, path)
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(app.Stdout, file)
	return errors.Join(err, file.Close())
}

// resultFile opens the output; done closes it and, when the result is not whole, removes it.
func (app *App) resultFile(path string) (out io.Writer, done func(whole bool) error, err error) {
	if path == "" {
		return app.Stdout, func(bool) error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	return file, func(whole bool) error {
		err := file.Close()
		if !whole {
			return errors.Join(err, os.Remove(path))
		}
		return err
	}, nil
}

// splitStatements cuts a text at the semicolons that stand outside quotes and comments.
func splitStatements(text string) []string {
	var all []string
	begin := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\'' || text[i] == '"':
			if end := strings.IndexByte(text[i+1:], text[i]); end >= 0 {
				i += end + 1
			} else {
				i = len(text)
			}
		case strings.HasPrefix(text[i:], "--"):
			if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
				i += end
			} else {
				i = len(text)
			}
		case strings.HasPrefix(text[i:], "/*"):
			if end := strings.Index(text[i:], "*/"); end >= 0 {
				i += end + 1
			} else {
				i = len(text)
			}
		case text[i] == ';':
			all = append(all, text[begin:i])
			begin = i + 1
		}
	}
	all = append(all, text[min(begin, len(text)):])
	kept := all[:0]
	for _, statement := range all {
		if strings.TrimSpace(withoutComments(statement)) != "" {
			kept = append(kept, statement)
		}
	}
	return kept
}

// withoutComments drops whole-line comments.
func withoutComments(statement string) string {
	var lines []string
	for line := range strings.SplitSeq(statement, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
