package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/peterh/liner"
	"golang.org/x/term"

	"tongbao/internal/warehouse"
)

const promptHelp = `Queries end with ; and may go over several lines.
  \d          tables and views        \d TABLE    its columns
  \metrics    metrics and their ids   \queries    saved queries; @NAME runs one
  \q          leave (or Ctrl-D)       Ctrl-C      drop what is typed, or stop the query
`

func (app *App) stdinIsTerminal() bool {
	file, ok := app.Stdin.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// prompt reads queries from a terminal until the end of input.
func (app *App) prompt(ctx context.Context, p Project, db *warehouse.DB, version warehouse.Published, options sqlOptions) error {
	line := liner.NewLiner()
	defer line.Close()
	line.SetCtrlCAborts(true)
	line.SetMultiLineMode(true)
	words, err := completions(ctx, db)
	if err != nil {
		return err
	}
	line.SetWordCompleter(func(text string, at int) (string, []string, string) { return complete(words, text, at) })
	history := filepath.Join(p.Data(), "sql_history")
	if file, err := os.Open(history); err == nil {
		_, err = line.ReadHistory(file)
		if err = errors.Join(err, file.Close()); err != nil {
			fmt.Fprintf(app.Stderr, "note: the history cannot be read: %v\n", err)
		}
	}
	// From here on Ctrl-C stops one query, not the program, not even when it comes a moment late, between a query and the next line;
	// a request to end is left to the system.
	ctx = context.WithoutCancel(ctx)
	late := make(chan os.Signal, 1)
	signal.Notify(late, os.Interrupt)
	defer signal.Stop(late)
	signal.Reset(syscall.SIGTERM)
	fmt.Fprintf(app.Stderr, "Version %s, cut-off %s. \\? for help.\n", version.Version, version.CutOff)
	var typed strings.Builder
	for {
		mark := "tongbao> "
		if typed.Len() > 0 {
			mark = "    ...> "
		}
		text, err := line.Prompt(mark)
		switch {
		case errors.Is(err, liner.ErrPromptAborted):
			typed.Reset()
			continue
		case errors.Is(err, io.EOF):
			fmt.Fprintln(app.Stderr)
			return app.saveHistory(line, history)
		case err != nil:
			return err
		}
		trimmed := strings.TrimSpace(text)
		if typed.Len() == 0 && trimmed == "" {
			continue
		}
		if typed.Len() == 0 && (strings.HasPrefix(trimmed, `\`) || strings.HasPrefix(trimmed, "@")) {
			line.AppendHistory(trimmed)
			if trimmed == `\q` {
				return app.saveHistory(line, history)
			}
			app.complain(interruptible(ctx, func(ctx context.Context) error { return app.promptCommand(ctx, p, db, trimmed, options) }))
			continue
		}
		typed.WriteString(text + "\n")
		if !strings.HasSuffix(trimmed, ";") {
			continue
		}
		query := typed.String()
		typed.Reset()
		line.AppendHistory(oneLine(query))
		for _, one := range splitStatements(query) {
			if !app.complain(interruptible(ctx, func(ctx context.Context) error { return app.answer(ctx, db, one, options) })) {
				break
			}
		}
	}
}

// oneLine is a query as the history keeps it: without comments on lines of their own, which would swallow what follows.
func oneLine(query string) string {
	var parts []string
	for line := range strings.SplitSeq(withoutComments(query), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, " ")
}

// interruptible does one thing that Ctrl-C can stop.
func interruptible(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	err := do(ctx)
	if err != nil && ctx.Err() != nil {
		return errors.New("stopped")
	}
	return err
}

// complain shows an error with its next step and lets the prompt go on; it says whether there was none.
func (app *App) complain(err error) bool {
	if err == nil {
		return true
	}
	fmt.Fprintln(app.Stderr, err)
	var hint hintError
	if errors.As(err, &hint) {
		fmt.Fprintln(app.Stderr, "Next:", hint.hint)
	}
	return false
}

func (app *App) saveHistory(line *liner.State, path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = line.WriteHistory(file)
	return errors.Join(err, file.Close())
}

// promptCommand runs a line that begins with \ or @.
func (app *App) promptCommand(ctx context.Context, p Project, db *warehouse.DB, text string, options sqlOptions) error {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSuffix(strings.TrimSpace(rest), ";")
	switch {
	case word == `\?` || word == `\h` || word == `\help`:
		_, err := io.WriteString(app.Stdout, promptHelp)
		return err
	case word == `\d` && rest == "":
		return app.answer(ctx, db, tablesQuery, options)
	case word == `\d`:
		schema, table, ok := strings.Cut(rest, ".")
		if !ok {
			schema, table = "%", rest
		}
		return app.answer(ctx, db, `select column_name as "column", `+shownType("data_type")+` as "type", comment as "about" from duckdb_columns() where database_name = current_database() and schema_name like `+
			warehouse.Literal(schema)+` and table_name = `+warehouse.Literal(strings.Trim(table, `"`))+` order by schema_name, column_index`, options)
	case word == `\metrics`:
		return app.answer(ctx, db, "select metric, title_zh, unit, definition_zh from mart.metric order by sort_order, metric", options)
	case word == `\queries`:
		return app.listQueries(p)
	case strings.HasPrefix(word, "@"):
		query, err := p.savedQuery(word[1:])
		if err != nil {
			return err
		}
		return app.answer(ctx, db, query.SQL, options)
	}
	return usageError{fmt.Errorf("%s is no command; \\? lists them", word)}
}

const tablesQuery = `select schema_name || '.' || table_name as "table", estimated_size as "rows", comment as "about" from duckdb_tables()
	where database_name = current_database() and not internal
	union all select case schema_name when 'main' then '"' || view_name || '"' else schema_name || '.' || view_name end, null, comment from duckdb_views() where database_name = current_database() and not internal order by 1`

// completions are the words of the database: tables, views and columns, and those of SQL.
func completions(ctx context.Context, db *warehouse.DB) ([]string, error) {
	words, err := warehouse.Select[string](ctx, db, `select distinct word from (
		select schema_name || '.' || table_name as word from duckdb_tables() where database_name = current_database()
		union all select case schema_name when 'main' then '"' || view_name || '"' else schema_name || '.' || view_name end from duckdb_views() where database_name = current_database() and not internal
		union all select case when regexp_matches(column_name, '^[a-z_0-9]+$') then column_name else '"' || column_name || '"' end from duckdb_columns() where database_name = current_database() and not internal) order by word`)
	if err != nil {
		return nil, err
	}
	return append(words, "select", "from", "where", "group by", "order by", "having", "limit", "join", "left join", "count(*)", "distinct", "describe", "summarize"), nil
}

// complete finds the words that go on from what stands before the cursor, with or without the quote of a Chinese name.
func complete(words []string, text string, at int) (head string, found []string, tail string) {
	before := []rune(text)[:at]
	begin := len(before)
	for begin > 0 && !strings.ContainsRune(" \t,()=<>+-*/", before[begin-1]) {
		begin--
	}
	typed := string(before[begin:])
	if typed == "" {
		return text, nil, ""
	}
	for _, word := range words {
		if strings.HasPrefix(strings.ToLower(word), strings.ToLower(typed)) || strings.HasPrefix(strings.Trim(word, `"`), typed) {
			found = append(found, word)
		}
	}
	slices.Sort(found)
	return string(before[:begin]), found, string([]rune(text)[at:])
}
