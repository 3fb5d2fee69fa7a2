package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/transform"
)

// buildOptions are the choices of one build.
type buildOptions struct {
	AsOf    string // day or moment of the cut-off; empty: now
	From    int    // first year with figures; 0: the first with data
	Force   bool   // build even when this version is there
	Full    bool   // begin with nothing, not with the published version
	Verbose bool   // a line per table
}

// buildResult is what became of a build, and its line under --json.
type buildResult struct {
	Version  string   `json:"version"`
	CutOff   string   `json:"cut_off"`
	Built    bool     `json:"built"`          // false: this version was there already
	Base     string   `json:"base,omitempty"` // version it was made from, by what came since; empty: every table was made anew
	Files    int      `json:"files"`
	Periods  int      `json:"periods"`
	Figures  int64    `json:"figures"`
	Warnings []string `json:"warnings,omitempty"`
	Removed  []string `json:"removed,omitempty"` // old versions pruned
	Seconds  float64  `json:"seconds"`
}

func newBuildCommand(app *App) *cobra.Command {
	var options buildOptions
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Make core and mart from raw, check them, and publish them as a new version",
		Long: `Makes every table from what was received by the cut-off, in a file beside; runs all checks; and only then publishes it under a new
version and points "current" at it. A failed check, a kill or Ctrl-C leaves the published version untouched, and readers never wait.
The version's name comes from its inputs: when none has changed, nothing is built.

After a late file, when nothing but received files has changed since the published version (the cut-off neither), only what its
enterprises touch is computed again; the result is the same as that of a full build. Where that is not certain, every table is made anew
and a line says why.`,
		Example: `  tongbao build
  tongbao build --as-of 2020-07-06 --from 2019
  tongbao build --as-of 2020-07-06T18:00:00 --verbose`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			result, err := app.build(cmd.Context(), p, options)
			if err != nil {
				return err
			}
			if err := app.showBuild(result); err != nil {
				return err
			}
			if len(result.Warnings) > 0 {
				return errWarnings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&options.AsOf, "as-of", "", "cut-off: a day (its end) or a moment of local time (default: now)")
	cmd.Flags().IntVar(&options.From, "from", 0, "first year with figures (default: the first with a plan item or an inspection)")
	cmd.Flags().BoolVar(&options.Force, "force", false, "build even when nothing has changed; every table anew")
	cmd.Flags().BoolVar(&options.Full, "full", false, "make every table anew, also after a late file")
	cmd.Flags().BoolVar(&options.Verbose, "verbose", false, "one line per table")
	return cmd
}

func (app *App) showBuild(result buildResult) error {
	if app.json {
		return app.printJSON(result)
	}
	for _, warning := range result.Warnings {
		fmt.Fprintf(app.Stderr, "warning: %s\n", warning)
	}
	for _, version := range result.Removed {
		fmt.Fprintf(app.Stderr, "removed the old version %s\n", version)
	}
	said := "Nothing has changed: version %s is published (cut-off %s, %d files, %d periods, %d figures).\n"
	if result.Built && result.Base != "" {
		said = "Published version %s (cut-off %s, %d files, %d periods, %d figures) in " + strconv.FormatFloat(result.Seconds, 'f', 1, 64) + " s, from " + result.Base + " and what came since.\n"
	} else if result.Built {
		said = "Published version %s (cut-off %s, %d files, %d periods, %d figures) in " + strconv.FormatFloat(result.Seconds, 'f', 1, 64) + " s.\n"
	}
	_, err := fmt.Fprintf(app.Stdout, said, result.Version, result.CutOff, result.Files, result.Periods, result.Figures)
	return err
}

// build makes and publishes a version. The caller holds the project lock.
func (app *App) build(ctx context.Context, p Project, options buildOptions) (result buildResult, err error) {
	cutOff, err := app.cutOff(p, options.AsOf)
	if err != nil {
		return result, err
	}
	if options.From != 0 && (options.From < 1990 || options.From > cutOff.Year()) {
		return result, usageError{fmt.Errorf("--from %d: a year from 1990 to the cut-off's, %d", options.From, cutOff.Year())}
	}
	return app.buildLocked(ctx, p, cutOff, options)
}

func (app *App) cutOff(p Project, asOf string) (time.Time, error) {
	if asOf == "" {
		return p.wallClock(app.Now())
	}
	cutOff, err := localTime(asOf)
	if err != nil {
		return cutOff, usageError{fmt.Errorf("--as-of: %w", err)}
	}
	return cutOff, nil
}

func (app *App) buildLocked(ctx context.Context, p Project, cutOff time.Time, options buildOptions) (buildResult, error) {
	began := app.Now()
	in, err := p.transformInputs(options.From)
	if err != nil {
		return buildResult{}, err
	}
	if err := app.bringForward(ctx, p, in.Contracts); err != nil {
		return buildResult{}, err
	}
	id, err := p.identifyWarehouse(ctx, cutOff, options.From, in.Contracts.Hash())
	if err != nil {
		return buildResult{}, err
	}
	in.CutOff = id.CutOff
	if id.Files == 0 && !options.Force {
		return buildResult{}, withHint(fmt.Errorf("no file was received by %s", id.CutOff.Format("2006-01-02 15:04:05")),
			"put exports into %s and run `tongbao run`; what is received after the cut-off does not count, `tongbao status` shows what came when", p.Inbox())
	}
	app.note("version", id.Version)
	for name, hash := range id.Inputs {
		app.note("input."+name, hash)
	}
	store := p.Store()
	old, err := store.Get(id.Version)
	known := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return buildResult{}, err
	}
	if known && !options.Force {
		switch db, err := warehouse.OpenReadOnly(ctx, store.Database(id.Version), warehouse.Options{Threads: 1}); {
		case errors.Is(err, warehouse.ErrCorrupt):
			fmt.Fprintf(app.Stderr, "note: %v; it is made again\n", err)
			options.Force = true
		case err == nil:
			if err := db.Close(); err != nil {
				return buildResult{}, err
			}
		}
	}
	result := buildResult{Version: id.Version, CutOff: id.CutOff.Format("2006-01-02 15:04:05"), Files: id.Files}
	manifest := old.Manifest
	if !known || options.Force {
		dir, err := store.Begin(id.Version)
		if err != nil {
			return result, err
		}
		if manifest, result.Base, err = app.makeVersion(ctx, p, dir, id, in, options); err != nil {
			return result, errors.Join(err, os.RemoveAll(dir))
		}
		if result.Base != "" {
			app.note("base", result.Base)
		}
		if known && manifest.FigureHash != old.FigureHash {
			fmt.Fprintf(app.Stderr, "note: version %s had other figures before: the program has changed without a new version number\n", id.Version)
		}
		if err := store.Replace(dir, manifest); err != nil {
			return result, fmt.Errorf("publish %s: %w", id.Version, err)
		}
		result.Built = true
	} else if err := store.Point(id.Version); err != nil {
		return result, err
	}
	result.Periods, result.Figures, result.Warnings = len(manifest.Periods), manifest.Figures, manifest.Warnings
	missing, err := p.missingFiles(id.Hashes)
	if err != nil {
		return result, err
	}
	if missing > 0 {
		result.Warnings = append(slices.Clone(result.Warnings), lacks(missing)+"; "+lacksNext)
	}
	if result.Removed, err = app.prune(p); err != nil {
		return result, err
	}
	result.Seconds = app.Now().Sub(began).Seconds()
	return result, nil
}

// identifyWarehouse looks at the warehouse read-only and says which version a build would make.
func (p Project) identifyWarehouse(ctx context.Context, cutOff time.Time, from int, contracts string) (identity, error) {
	db, err := warehouse.OpenReadOnly(ctx, p.Warehouse(), warehouse.Options{Threads: 1})
	if err != nil {
		return identity{}, hinted(err)
	}
	id, err := p.identify(ctx, db, cutOff, from, contracts)
	return id, errors.Join(err, db.Close())
}

func (p Project) transformInputs(from int) (transform.Inputs, error) {
	in := transform.Inputs{FirstYear: from, Province: p.Config.Province, Parameters: p.Config.Parameters}
	var err error
	if in.Calendar, err = p.Calendar(); err != nil {
		return in, err
	}
	if in.Regions, err = p.Regions(); err != nil {
		return in, err
	}
	in.Contracts, err = p.ContractSet()
	return in, err
}

// attachedWarehouse is the name under which a build sees the warehouse.
const attachedWarehouse = "warehouse"

// buildInto makes the database of a version in dir, checked and whole, and returns its manifest. base is the database it begins with;
// empty: with none. An error that is a sqlmodel.Refusal says that it cannot begin with that base.
func (app *App) buildInto(ctx context.Context, p Project, dir, base string, id identity, in transform.Inputs, options buildOptions) (manifest warehouse.Manifest, err error) {
	open := p.engine()
	open.TempDir = filepath.Join(dir, "spill")
	open.AsWritten, open.Unlogged = base == "", true
	open.Attach = []warehouse.Attachment{{Name: attachedWarehouse, Path: p.Warehouse()}}
	threads, atOnce := share(open.Threads)
	open.Threads = threads
	path, stages := filepath.Join(dir, warehouse.DatabaseName), p.buildStages
	if base != "" {
		if err := copyFile(base, path); err != nil {
			return manifest, err
		}
		stages = p.lateStages
	}
	db, err := warehouse.Open(ctx, path, open)
	if err != nil {
		return manifest, hinted(err)
	}
	defer func() {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if err := transform.OfferRaw(ctx, db, attachedWarehouse); err != nil {
		return manifest, withHint(err, "run `tongbao ingest` first")
	}
	progress := app.progress(options.Verbose)
	runner := sqlmodel.Runner{Now: app.Now, Report: progress.report, AtOnce: atOnce}
	models, err := stages(ctx, db, in, runner)
	if err != nil {
		return manifest, progress.ended(err)
	}
	progress.say("checking")
	warnings, err := runner.Verify(ctx, db, models)
	if err != nil {
		return manifest, progress.ended(withHint(fmt.Errorf("nothing was published:\n%w", err), "correct the rows or the model named; the published version is as it was"))
	}
	if err := transform.WithdrawRaw(ctx, db); err != nil {
		return manifest, err
	}
	if err := commentTables(ctx, db); err != nil {
		return manifest, err
	}
	if err := chineseViews(ctx, db, in.Contracts); err != nil {
		return manifest, err
	}
	if manifest, err = manifestOf(ctx, db, id, in); err != nil {
		return manifest, err
	}
	for _, warning := range warnings {
		manifest.Warnings = append(manifest.Warnings, warning.Error())
	}
	progress.say("writing")
	err = errors.Join(db.Checkpoint(ctx), db.Close(), os.RemoveAll(open.TempDir))
	db = nil
	return manifest, progress.ended(err)
}

// share parts the processors (0: all there are) between tables made at the same time and threads for the larger ones of them. A table made
// by one thread costs a fifth less than by two, of which one waits for the other at every end; so those come first.
func share(processors int) (threads, atOnce int) {
	if processors <= 0 {
		processors = runtime.GOMAXPROCS(0)
	}
	atOnce = min(processors, 4)
	return processors - atOnce + 1, atOnce
}

// manifestOf reads from the finished database what the manifest says of it.
func manifestOf(ctx context.Context, db *warehouse.DB, id identity, in transform.Inputs) (warehouse.Manifest, error) {
	m := warehouse.Manifest{Version: id.Version, Program: Version, Schema: publishedSchema, CutOff: id.CutOff.Format("2006-01-02 15:04:05"),
		Province: in.Province, Inputs: id.Inputs, Parameters: id.Parameters, Files: id.Files}
	var err error
	if m.FirstYear, err = warehouse.One[int](ctx, db, "select first_year from run.parameter"); err != nil {
		return m, err
	}
	if m.Periods, err = warehouse.Select[string](ctx, db, "select period from run.period order by period_index"); err != nil {
		return m, err
	}
	tables, err := warehouse.Select[string](ctx, db, `select schema_name || '.' || table_name from duckdb_tables()
		where database_name = current_database() and schema_name in ('run', 'core', 'mart') order by 1`)
	if err != nil {
		return m, err
	}
	for _, table := range tables {
		rows, err := warehouse.One[int64](ctx, db, "select count(*) from "+warehouse.Qualified(table))
		if err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, warehouse.TableRows{Table: table, Rows: rows})
		if table == "mart.figure" {
			m.Figures = rows
			if m.FigureHash, err = warehouse.One[string](ctx, db, `select coalesce(md5(string_agg(concat_ws('|', figure_id, num, den, value, lower, upper), chr(10) order by figure_id)), '') from mart.figure`); err != nil {
				return m, err
			}
		}
	}
	return m, nil
}

// publishedSchema is the shape of a published database; readers refuse a greater one.
const publishedSchema = 2

// prune removes old versions as tongbao.yaml says; signed-off ones stay.
func (app *App) prune(p Project) ([]string, error) {
	pinned, err := p.closedVersions()
	if err != nil {
		return nil, err
	}
	removed, over, err := p.Store().Prune(p.Config.Versions.Keep, p.Config.Versions.DiskMB<<20, func(version string) bool { return pinned[version] })
	if over {
		fmt.Fprintf(app.Stderr, "note: the published versions take more than versions.disk_mb (%d MB), but only closed ones and the current one are left\n", p.Config.Versions.DiskMB)
	}
	return removed, err
}
