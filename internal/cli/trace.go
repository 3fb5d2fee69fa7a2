package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/analysis"
	"tongbao/internal/warehouse"
)

// traceOptions say which way to trace, and how much to show.
type traceOptions struct {
	rows   int
	part   string
	row    string
	slices bool
	notice string
	sql    sqlOptions
}

func newTraceCommand(app *App) *cobra.Command {
	var options traceOptions
	cmd := &cobra.Command{
		Use:   "trace [FIGURE|BOOKMARK|SENTENCE]",
		Short: "Show what a figure means and the rows it rests on, or the figures a row enters",
		Long: `Prints a figure's definition, its SQL, numerator and denominator, and the rows behind it with file, sheet and row, and why each stands there:
it is counted, it fills a plan item, it is the earlier visit of a pair. --part num, den or rest shows one part alone (rest: in the denominator,
not in the numerator), --part removed the plan items the waterfall takes out, with the reason and the row that says so.

With --row FILE:SHEET:ROW it goes the other way: from a row of an export to every figure it enters (FILE:ROW for a text file), --slices with
the sliced ones. A bookmark or some words of a notice are looked up in the notices of out/ (or the one named with --notice): the figures
printed in that sentence. --format csv, json, parquet or xlsx gives the rows alone.`,
		Example: `  tongbao trace A1.2020Q1.230100
  tongbao trace A1.2020Q1.230100 --part removed
  tongbao trace B7.2020Q1q.230000:sector=coal_mine --part num --rows 0 --format csv
  tongbao trace --row 检查记录.xlsx:Sheet1:17
  tongbao trace --row hazard.csv:4 --slices
  tongbao trace A1_2020Q1_230000_2
  tongbao trace 计划完成率 --notice out/2020Q1/notice.docx`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if app.json && !cmd.Flags().Changed("format") {
				options.sql.format = "json"
			}
			if err := options.sql.check(true); err != nil {
				return err
			}
			if (len(args) == 1) == (options.row != "") {
				return usageError{errors.New("trace takes a figure, a bookmark or words of a notice, or --row FILE:SHEET:ROW")}
			}
			if options.rows < 0 {
				return usageError{errors.New("--rows is not negative")}
			}
			if !slices.Contains([]string{analysis.PartAll, analysis.PartNum, analysis.PartDen, analysis.PartRest, analysis.PartRemoved}, options.part) {
				return usageError{fmt.Errorf("--part %s: num, den, rest or removed", options.part)}
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			db, _, err := p.openPublished(cmd.Context(), options.sql.version)
			if err != nil {
				return err
			}
			defer db.Close()
			if options.row != "" {
				return app.traceRow(cmd.Context(), p, db, options)
			}
			if !figureShape.MatchString(args[0]) {
				return app.traceWords(cmd.Context(), p, db, args[0], options)
			}
			return app.traceFigure(cmd.Context(), p, db, args[0], options)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&options.rows, "rows", 20, "subjects shown, 0 for all")
	flags.StringVar(&options.part, "part", "", "num, den, rest or removed; without it all that count")
	flags.StringVar(&options.row, "row", "", "a row of an export, FILE:SHEET:ROW or FILE:ROW")
	flags.BoolVar(&options.slices, "slices", false, "with --row: sliced figures too")
	flags.StringVar(&options.notice, "notice", "", "the notice (.docx) a bookmark or sentence is of")
	flags.StringVar(&options.sql.format, "format", "table", "table, csv, json, parquet or xlsx")
	flags.StringVarP(&options.sql.output, "output", "o", "", "write the rows to this file instead of standard output")
	flags.StringVar(&options.sql.version, "version", "", "a published version other than the current one")
	options.sql.timeout = 10 * time.Minute
	return cmd
}

// figureShape is a figure id: METRIC.PERIOD[q|y].REGION[o][:SLICE].
var figureShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*\.[0-9]{4}Q[1-4][qy]?\.[0-9]{6}o?(?::.+)?$`)

func (app *App) traceFigure(ctx context.Context, p Project, db *warehouse.DB, id string, options traceOptions) error {
	t, err := analysis.Trace(ctx, db, id)
	if errors.Is(err, analysis.ErrNoFigure) {
		return withHint(usageError{err}, "`tongbao figures --metric %s` lists those there are; an id is METRIC.PERIOD[q|y].REGION[o][:SLICE]", strings.SplitN(id, ".", 2)[0])
	}
	if err != nil {
		return err
	}
	t.Basis = p.cited(t.Basis)
	if options.part == analysis.PartRemoved && !t.HasRemoved() {
		return usageError{fmt.Errorf("%s does not count plan items: nothing is removed from it", t.Metric)}
	}
	if options.sql.format != "table" || options.sql.output != "" {
		return app.answer(ctx, db, t.RowsSQL(options.part, options.rows), options.sql)
	}
	return db.InTx(ctx, func(tx *warehouse.Tx) error { return app.showTrace(ctx, tx, t, options) })
}

// showTrace prints a figure and the rows behind it; its evidence is computed once.
func (app *App) showTrace(ctx context.Context, tx *warehouse.Tx, t *analysis.Traced, options traceOptions) error {
	derived, err := t.Narrow(ctx, tx, options.part, options.rows)
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Stdout, "%s  %s (%s)\n", t.ID, t.Title, t.TitleEN)
	fmt.Fprintf(app.Stdout, "%s %s, %s, scope %s%s\n\n", t.Region, t.RegionName, spanWords(t.Period, t.Span), t.Scope, sliceWords(t.Slice))
	fmt.Fprintf(app.Stdout, "  %s\n  %s\n", t.Definition, t.DefinitionEN)
	if t.Basis != "" {
		fmt.Fprintf(app.Stdout, "  依据: %s\n", t.Basis)
	}
	parameters, err := analysis.Parameters(ctx, tx)
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Stdout, "  parameters: %s\n", parameters)
	fmt.Fprintf(app.Stdout, "\n  value %s%s%s%s\n  from the rows: num %s, den %s, %d rows of evidence (%s)\n", shortest(&t.Value), ofWords(t), printedWords(t), boundWords(t.Lower, t.Upper),
		textOr(derived.Num, "—"), countOr(derived.Den, "—"), derived.Rows, t.Subject)
	if t.HasRemoved() && t.Slice == "" {
		steps, err := analysis.Waterfall(ctx, tx, t)
		if err != nil {
			return err
		}
		fmt.Fprintf(app.Stdout, "  waterfall: %s\n", steps)
	}
	fmt.Fprintf(app.Stdout, "\n%s\n\n", indent(t.SQL))
	rows, err := tx.QueryContext(ctx, t.RowsSQL(options.part, options.rows))
	if err != nil {
		return err
	}
	defer rows.Close()
	if _, err := writeRows(rows, app.Stdout, "table", 0); err != nil {
		return err
	}
	if options.rows > 0 && derived.Rows > int64(options.rows) {
		fmt.Fprintf(app.Stderr, "note: at most %d of %d rows of evidence; --rows 0 shows all, --part num, den or rest one part, --format csv or xlsx the rows alone\n", options.rows, derived.Rows)
	}
	return errors.Join(rows.Err(), rows.Close())
}

func spanWords(period, span string) string {
	switch span {
	case "quarter":
		return period + " (the quarter)"
	case "ytd":
		return period + " (the year so far)"
	}
	return period + " (state at its end)"
}

func sliceWords(slice string) string {
	if slice == "" {
		return ""
	}
	return ", " + slice
}

func ofWords(t *analysis.Traced) string {
	switch {
	case t.Num != nil && t.Den != nil:
		return fmt.Sprintf(" = %s / %d", strings.TrimSuffix(*t.Num, ".00"), *t.Den)
	case t.Den != nil:
		return fmt.Sprintf(" over %d", *t.Den)
	}
	return ""
}

func boundWords(lower, upper *float64) string {
	if lower == nil || upper == nil {
		return ""
	}
	return fmt.Sprintf(", 95 %% interval %.4f to %.4f", *lower, *upper)
}

func textOr(value *string, otherwise string) string {
	if value == nil {
		return otherwise
	}
	return strings.TrimSuffix(*value, ".00")
}

func countOr(value *int64, otherwise string) string {
	if value == nil {
		return otherwise
	}
	return strconv.FormatInt(*value, 10)
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// traceRow goes from a row of a file to the figures it enters.
func (app *App) traceRow(ctx context.Context, p Project, db *warehouse.DB, options traceOptions) error {
	file, sheet, row, err := splitRow(options.row)
	if err != nil {
		return err
	}
	ids, err := warehouse.Select[int](ctx, db, "select file_id from core.source_file where name = ? or path = ? order by file_id desc", file, file)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return withHint(usageError{fmt.Errorf("no file %s was received by the cut-off", file)}, "`tongbao sql \"select name from mart.file\"` lists them")
	}
	found := false
	for _, id := range ids {
		rows, err := analysis.RowsAt(ctx, db, id, sheet, row)
		if err != nil {
			return err
		}
		for _, at := range rows {
			found = true
			if err := app.traceOneRow(ctx, db, at, options.slices); err != nil {
				return err
			}
		}
		if found {
			return nil
		}
	}
	fate, err := p.fate(ctx, db, ids, sheet, row)
	if err != nil {
		return err
	}
	return withHint(fmt.Errorf("row %d of %s enters no figure: %s", row, file, fate), "`tongbao sql \"select * from mart.rejected where row_number = %d\"` shows rejected rows; the 退回单 lists them by city", row)
}

// fate says what became of a row that a version does not hold.
func (p Project) fate(ctx context.Context, db *warehouse.DB, ids []int, sheet string, row int) (string, error) {
	fate, err := analysis.Fate(ctx, db, ids, sheet, row)
	if err != nil || fate != "" {
		return fate, err
	}
	// The warehouse knows the rest, where no command holds it.
	if ledger, err := warehouse.OpenReadOnly(ctx, p.Warehouse(), warehouse.Options{Threads: 1}); err == nil {
		defer ledger.Close()
		if fate, err := analysis.FateIn(ctx, db, ledger, ids, sheet, row); err != nil || fate != "" {
			return fate, err
		}
	}
	return "it was ignored or a duplicate, a later export carries it again, or its export was replaced as a whole", nil
}

// traceOneRow prints what one row became and the figures it enters.
func (app *App) traceOneRow(ctx context.Context, db *warehouse.DB, row analysis.Row, sliced bool) error {
	subjects, figures, err := analysis.Entry(ctx, db, row, sliced)
	if err != nil {
		return err
	}
	if app.json {
		for _, f := range figures {
			if err := app.printJSON(map[string]string{"dataset": row.Dataset, "row_key": row.Key, "figure_id": f.FigureID, "metric": f.Metric, "subject_id": f.SubjectID, "part": f.Part, "why": f.Via}); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(app.Stdout, "%s %s, row %d of %s: it is or decides about\n", row.Dataset, row.Key, row.Number, row.File)
	for _, s := range subjects {
		fmt.Fprintf(app.Stdout, "  %s %s (%s)\n", s.Kind, s.ID, s.Via)
	}
	lines := make([][]string, 0, len(figures))
	for _, f := range figures {
		lines = append(lines, []string{f.FigureID, f.Title, f.SubjectID, f.Part, f.Via})
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(app.Stdout, "It enters no figure.")
		return err
	}
	return printTable(app.Stdout, []string{"figure_id", "title", "subject_id", "part", "why"}, lines)
}

// splitRow reads FILE:SHEET:ROW or FILE:ROW; a file name may hold colons.
func splitRow(where string) (file, sheet string, row int, err error) {
	rest, number, ok := cutLast(where, ":")
	if ok {
		row, err = strconv.Atoi(number)
	}
	if !ok || err != nil || row < 1 {
		return "", "", 0, usageError{fmt.Errorf("--row %s: write FILE:SHEET:ROW, or FILE:ROW for a text file", where)}
	}
	if name, sheet, ok := cutLast(rest, ":"); ok {
		return name, sheet, row, nil
	}
	return rest, "", row, nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}
