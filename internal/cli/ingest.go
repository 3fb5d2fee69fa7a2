package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/ingest"
	"tongbao/ingest/sheet"
)

// ingestMemoryMB is what the database may take while files come in; readers and batches come on top.
const ingestMemoryMB = 112

type ingestFlags struct {
	received string
	contract string
	dryRun   bool
	watch    bool
}

func newIngestCommand(app *App) *cobra.Command {
	var flags ingestFlags
	cmd := &cobra.Command{
		Use:   "ingest [PATH…]",
		Short: "Take exports into the warehouse, every row accounted for",
		Long: `Take files or folders (default: the project's inbox) into the warehouse. Each file is taken whole or not at all, and gets one line:
rows read = loaded + rejected + duplicate + ignored. The same bytes again change nothing. What a file is, is found from its content:
CSV in any encoding, XLSX, XLS, HTML tables, ODS, JSON, Parquet, ZIP and gzip of these.`,
		Example: `  tongbao ingest
  tongbao ingest ~/exports/哈尔滨 --received 2020-07-03T09:00:00
  tongbao ingest old.csv --contract inspection --dry-run
  tongbao ingest --watch`,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			if flags.watch {
				return app.watchInbox(cmd, p, args, flags)
			}
			return app.ingest(cmd.Context(), p, args, flags)
		},
	}
	cmd.Flags().StringVar(&flags.received, "received", "", "local time of receipt, such as 2020-07-03T09:00:00 (default: now)")
	cmd.Flags().StringVar(&flags.contract, "contract", "", "read every file by this layout or dataset instead of finding it")
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "do everything but keep it")
	cmd.Flags().BoolVar(&flags.watch, "watch", false, "stay and take files once they have stopped growing")
	return cmd
}

// ingestTotals add up what a command did.
type ingestTotals struct {
	files, known, failed int
	rejected             int64
}

// ingest takes paths in, the inbox when there are none.
func (app *App) ingest(ctx context.Context, p Project, paths []string, flags ingestFlags) (err error) {
	if len(paths) == 0 {
		paths = []string{p.Inbox()}
	}
	for i := range paths {
		paths[i] = app.path(paths[i])
	}
	// Batches are short-lived garbage beside little that stays: collected seldom, unless much stays.
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(384 << 20))
	files, err := ingest.Collect(paths)
	if err != nil {
		return withHint(usageError{err}, "name a file or folder that exists")
	}
	runner, done, err := app.openWhole(ctx, p, flags)
	if err != nil {
		return err
	}
	defer func() { err = joinKeepingWarnings(err, done()) }()
	if len(files) == 0 {
		fmt.Fprintf(app.Stderr, "no files in %s\n", strings.Join(paths, ", "))
		return nil
	}
	totals, err := app.ingestFiles(ctx, p, runner, files)
	app.note("files", totals.files)
	app.note("failed", totals.failed)
	switch {
	case err != nil:
		return err
	case totals.failed > 0:
		return withHint(fmt.Errorf("%d of %d %w; nothing of them was loaded", totals.failed, totals.files, errFilesFailed),
			"correct or remove these files and run `tongbao ingest` again: the others are not read twice")
	case totals.rejected > 0:
		fmt.Fprintf(app.Stderr, "%d rows were rejected; `tongbao render --only returns` makes workbooks to correct them\n", totals.rejected)
		return errWarnings
	}
	return nil
}

// errFilesFailed says that some files could not be taken; the others were.
var errFilesFailed = errors.New("files failed")

// openIngest opens the project's warehouse for writing.
func (app *App) openIngest(ctx context.Context, p Project, flags ingestFlags) (*ingest.Runner, func() error, error) {
	return app.openIngestAt(ctx, p, p.Warehouse(), p.Originals(), flags)
}

// openIngestAt opens a warehouse for writing; originals is empty when no received bytes are to be kept.
func (app *App) openIngestAt(ctx context.Context, p Project, path, originals string, flags ingestFlags) (runner *ingest.Runner, done func() error, err error) {
	contracts, err := p.ContractSet()
	if err != nil {
		return nil, nil, err
	}
	regions, err := p.Regions()
	if err != nil {
		return nil, nil, err
	}
	zone, err := p.Zone()
	if err != nil {
		return nil, nil, err
	}
	received, err := p.wallClock(app.Now())
	if err == nil && flags.received != "" {
		received, err = localTime(flags.received)
	}
	if err != nil {
		return nil, nil, usageError{fmt.Errorf("--received: %w", err)}
	}
	if err := os.MkdirAll(p.Data(), 0o755); err != nil {
		return nil, nil, withHint(err, "check the owner, the rights and the free space of the disk")
	}
	options := p.engine()
	options.Unordered = true
	options.Threads = 1 // files are read in one goroutine and inserted in another; more threads only hand small work around
	if options.MemoryMB == 0 || options.MemoryMB > ingestMemoryMB {
		options.MemoryMB = ingestMemoryMB
	}
	db, err := app.openWarehouse(ctx, p, path, options)
	if err != nil {
		return nil, nil, err
	}
	runner, err = ingest.NewRunner(ctx, ingest.Config{
		DB: db, Contracts: contracts, Regions: regions, Province: p.Config.Province, Zone: zone, Originals: originals,
		Received: received, Only: flags.contract, DryRun: flags.dryRun, Meter: &ingest.Meter{},
	})
	if err != nil {
		return nil, nil, errors.Join(usageError{err}, db.Close())
	}
	// A checkpoint asked for takes less memory than the one closing would make.
	return runner, func() error {
		return errors.Join(runner.Close(), db.Checkpoint(context.WithoutCancel(ctx)), db.Close())
	}, nil
}

// ingestFiles takes files in one after the other and prints their lines.
func (app *App) ingestFiles(ctx context.Context, p Project, runner *ingest.Runner, files []string) (totals ingestTotals, err error) {
	for _, file := range files {
		if err := app.ingestFile(ctx, p, runner, file, &totals); err != nil {
			return totals, err
		}
	}
	return totals, nil
}

func (app *App) ingestFile(ctx context.Context, p Project, runner *ingest.Runner, file string, totals *ingestTotals) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	progress := app.watchProgress(nil, "", 0)
	use := func(r ingest.Result) {
		if r.Err != nil && isOwnFault(r.Err) {
			// Not the file's fault: the rest waits, so that files are taken in the same order when there is room again.
			stop()
			err = errors.Join(err, fmt.Errorf("%s: %w", r.Path, r.Err))
			return
		}
		totals.files++
		totals.rejected += r.Rejected
		switch {
		case r.Err != nil:
			totals.failed++
		case r.Known:
			totals.known++
		}
		var rejected []rejectedRow
		if r.Rejected > 0 && r.Err == nil && !runner.DryRun {
			var readErr error
			rejected, readErr = firstRejected(ctx, runner.DB, r.FileID)
			err = errors.Join(err, readErr)
		}
		err = errors.Join(err, progress.between(func() error { return app.showIngested(r, rejected) }))
	}
	shown := file
	if inside, relErr := filepath.Rel(p.Dir, file); relErr == nil && !strings.HasPrefix(inside, "..") {
		shown = inside
	}
	in, done, openErr := ingest.OpenFile(file, shown)
	if openErr != nil {
		use(ingest.Result{Path: shown, Err: openErr})
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	progress = app.watchProgress(runner.Meter, shown, in.Size)
	defer progress.end()
	return errors.Join(runner.Ingest(ctx, in, use), err)
}

// showIngested prints one file's line to stdout, its remarks and errors to stderr.
func (app *App) showIngested(r ingest.Result, rejected []rejectedRow) error {
	if app.json {
		line := struct {
			ingest.Result
			First []rejectedRow `json:"first_rejected,omitempty"`
			Error string        `json:"error,omitempty"`
			Hint  string        `json:"hint,omitempty"`
		}{Result: r, First: rejected}
		if r.Err != nil {
			line.Error, line.Hint = r.Err.Error(), refusalHint(r.Err)
		}
		return app.printJSON(line)
	}
	if r.Err != nil {
		fmt.Fprintln(app.Stderr, r)
		if hint := refusalHint(r.Err); hint != "" {
			fmt.Fprintf(app.Stderr, "  Next: %s\n", hint)
		}
		return nil
	}
	if _, err := fmt.Fprintln(app.Stdout, r); err != nil {
		return err
	}
	if len(r.Drift) > 0 {
		fmt.Fprintf(app.Stderr, "  %s: columns no contract knows, kept in extra: %s\n", r.Path, strings.Join(r.Drift, ", "))
	}
	for _, row := range rejected {
		fmt.Fprintf(app.Stderr, "  %s, %s\n", r.Path, row)
	}
	if more := r.Rejected - int64(len(rejected)); more > 0 && len(rejected) > 0 {
		fmt.Fprintf(app.Stderr, "  %s: %d more rows rejected\n", r.Path, more)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(app.Stderr, "  %s: %s\n", r.Path, note)
	}
	return nil
}

func refusalHint(err error) string {
	var refusal *sheet.Refusal
	if errors.As(err, &refusal) {
		return refusal.Next
	}
	return ""
}

// settleTime is how long a file must have stayed the same before a watch takes it.
const settleTime = 2 * time.Second
