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
	"strings"

	"github.com/spf13/cobra"

	"tongbao/analysis"
	"tongbao/ingest"
	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
	"tongbao/schedules"
	"tongbao/transform"
)

// finding is one thing doctor looked at: what it saw, and what to do where it is not well.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"` // ok, warn or fail
	Text  string `json:"text"`
	Next  string `json:"next,omitempty"`
}

// doctor collects findings.
type doctor struct {
	app   *App
	p     Project
	found []finding
}

func newDoctorCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check machine, configuration, contracts, models and warehouse, and say what to do",
		Long: `Looks at everything a run depends on, changes nothing, and says for each thing that is not well what to do. Exit code 1 when something
fails, 3 when something deserves a look.`,
		Example: "  tongbao doctor\n  tongbao doctor --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := app.examine(cmd.Context())
			if err := app.showFindings(found); err != nil {
				return err
			}
			worst := error(nil)
			for _, f := range found {
				switch {
				case f.State == "fail":
					return errors.New("something is broken; the lines marked fail say what to do")
				case f.State == "warn":
					worst = errWarnings
				}
			}
			return worst
		},
	}
}

// examine runs every check; one that cannot run is itself a finding.
func (app *App) examine(ctx context.Context) []finding {
	d := &doctor{app: app}
	d.machine(ctx)
	p, err := app.project()
	if err != nil {
		d.fail("config", err.Error(), hintOf(err, "correct tongbao.yaml"))
		return d.found
	}
	d.p = p
	d.ok("config", fmt.Sprintf("%s: province %s, time zone %s", p.Dir, p.Config.Province, p.Config.Timezone))
	d.folders()
	d.calendar()
	if d.contracts() {
		d.models(ctx)
	}
	d.originals(ctx, d.warehouse(ctx))
	d.published(ctx)
	d.logs()
	return d.found
}

func (d *doctor) ok(check, text string) { d.found = append(d.found, finding{check, "ok", text, ""}) }
func (d *doctor) warn(check, text, next string) {
	d.found = append(d.found, finding{check, "warn", text, next})
}
func (d *doctor) fail(check, text, next string) {
	d.found = append(d.found, finding{check, "fail", text, next})
}

func (d *doctor) machine(ctx context.Context) {
	db, err := warehouse.Open(ctx, "", warehouse.Options{})
	if err != nil {
		d.fail("engine", err.Error(), "the binary is damaged or built for another machine; install it again")
		return
	}
	engine, err := warehouse.One[string](ctx, db, "select version()")
	if err = errors.Join(err, db.Close()); err != nil {
		d.fail("engine", err.Error(), "install the binary again")
		return
	}
	d.ok("machine", fmt.Sprintf("tongbao %s, DuckDB %s, %s/%s, %d cores", Version, engine, runtime.GOOS, runtime.GOARCH, runtime.NumCPU()))
}

// folders checks rights and room on disk.
func (d *doctor) folders() {
	for _, dir := range []string{d.p.Data(), d.p.Out()} {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			continue // made by the first command that needs it
		}
		probe, err := os.CreateTemp(dir, ".doctor-")
		if err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
		if err != nil {
			d.fail("folders", fmt.Sprintf("cannot write into %s: %v", dir, err), "give the account that runs tongbao the right to write there, or free the disk")
			return
		}
	}
	use, err := d.p.diskUse()
	if err != nil {
		d.warn("disk", err.Error(), "check the disk")
		return
	}
	need := max(int64(1<<30), 2*use.Warehouse)
	text := fmt.Sprintf("%.1f GB free; warehouse %.1f MB, originals %.1f MB, published %.1f MB", float64(use.Free)/1e9, float64(use.Warehouse)/1e6, float64(use.Originals)/1e6, float64(use.Published)/1e6)
	if use.Free < need {
		d.warn("disk", text, "free some room, or lower versions.keep or versions.disk_mb in tongbao.yaml: a build needs about twice the warehouse")
		return
	}
	d.ok("disk", text)
}

func (d *doctor) calendar() {
	days, err := d.p.Calendar()
	if err != nil {
		d.fail("calendar", err.Error(), hintOf(err, "correct the holidays file"))
		return
	}
	if behind := d.p.clockBehind(d.app.Now()); behind != "" {
		d.warn("clock", behind, "set the machine's clock; `tongbao status` shows what was received when")
	}
	year := d.app.Now().Year()
	if missing := days.MissingYears(year, year); len(missing) > 0 {
		d.warn("calendar", fmt.Sprintf("no days off are known for %d: working days fall back to weekends", year), "add the State Council's notice to a file and name it with `holidays` in tongbao.yaml")
	} else {
		d.ok("calendar", fmt.Sprintf("days off of %d are known", year))
	}
	if _, err := d.p.Regions(); err != nil {
		d.fail("regions", err.Error(), hintOf(err, "correct the regions file"))
	}
}

func (d *doctor) contracts() bool {
	set, err := d.p.ContractSet()
	if err != nil {
		d.fail("contracts", err.Error(), hintOf(err, "correct the contract named"))
		return false
	}
	d.ok("contracts", fmt.Sprintf("%d datasets, %d layouts", len(set.Datasets), len(set.Layouts)))
	return true
}

// models parses every model and metric and orders core; own files that leave the portable subset are pointed out.
func (d *doctor) models(ctx context.Context) {
	count, problems, err := d.p.examineModels(ctx)
	if err != nil {
		d.fail("models", err.Error(), "correct the file named; nothing is built while it stands so")
		return
	}
	if len(problems) > 0 {
		d.warn("models", strings.Join(problems, "\n"), "these run on DuckDB but not, or not alike, on Trino; docs/architecture.md says how to write them")
		return
	}
	d.ok("models", fmt.Sprintf("%d models and metrics parse", count))
}

func (p Project) examineModels(ctx context.Context) (count int, problems []string, err error) {
	set, err := p.ContractSet()
	if err != nil {
		return 0, nil, err
	}
	db, err := warehouse.Open(ctx, "", warehouse.Options{Threads: 1, MemoryMB: 500})
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "create schema if not exists raw"); err != nil {
		return 0, nil, err
	}
	if err := ingest.EnsureTables(ctx, db, set); err != nil {
		return 0, nil, err
	}
	core, err := transform.Load(p.modelLayers()...)
	if err != nil {
		return 0, nil, err
	}
	sources, err := sqlmodel.Sources(ctx, db)
	if err != nil {
		return 0, nil, err
	}
	if _, err := sqlmodel.Order(ctx, db, core, append(sources, transform.RunTables()...)); err != nil {
		return 0, nil, err
	}
	mart, err := analysis.LoadModels(p.modelLayers()...)
	if err != nil {
		return 0, nil, err
	}
	metrics, err := analysis.LoadMetrics(p.metricLayers()...)
	if err != nil {
		return 0, nil, err
	}
	for _, m := range append(core, mart...) {
		if err := m.Analyze(ctx, db); err != nil {
			return 0, nil, err
		}
		if !strings.HasPrefix(m.File, "models/") {
			continue // the shipped ones are held by tests
		}
		for _, problem := range sqlmodel.Lint(m) {
			problems = append(problems, problem.Error())
		}
	}
	return len(core) + len(mart) + len(metrics), problems, nil
}

// warehouse reads every value and returns the hashes of its files; nil when it cannot be read or there is none.
func (d *doctor) warehouse(ctx context.Context) (hashes []string) {
	db, err := warehouse.OpenReadOnly(ctx, d.p.Warehouse(), warehouse.Options{Threads: 1, MemoryMB: 500})
	switch {
	case errors.Is(err, warehouse.ErrMissing):
		if kept, err := ingest.Originals(d.p.Originals()); err == nil && len(kept) > 0 {
			d.fail("warehouse", fmt.Sprintf("%s is gone; %d files were received", d.p.Warehouse(), len(kept)), damagedWarehouse)
			return nil
		}
		d.warn("warehouse", "nothing was ever ingested", "put exports into "+d.p.Inbox()+" and run `tongbao ingest`")
		return nil
	case errors.Is(err, warehouse.ErrLocked):
		d.ok("warehouse", "another command is writing to it")
		return nil
	case err != nil:
		d.fail("warehouse", err.Error(), hintOf(hinted(err), "restore a backup, or rebuild from the originals"))
		return nil
	}
	defer db.Close()
	if err := checkSchema(ctx, db); err != nil {
		d.fail("warehouse", err.Error(), hintOf(err, "use a later release"))
		return nil
	}
	damaged := func(err error) []string {
		d.fail("warehouse", fmt.Sprintf("%s is damaged: %v", d.p.Warehouse(), err), damagedWarehouse)
		return nil
	}
	type ledger struct {
		Files   int `db:"files"`
		Wrong   int `db:"wrong"`
		Pending int `db:"pending"`
	}
	l, err := warehouse.One[ledger](ctx, db, `select (select count(*) from raw.file) as files,
		(select count(*) from raw.file where rows_read <> rows_loaded + rows_rejected + rows_duplicate + rows_ignored) as wrong,
		(select count(*) from raw.rejected where state = 'pending') as pending`)
	if err != nil {
		return damaged(err)
	}
	if l.Wrong > 0 {
		d.fail("warehouse", fmt.Sprintf("%d files do not add up: rows read are not those loaded, rejected, duplicate and ignored", l.Wrong), "run `tongbao rebuild`: it reads the originals again")
		return nil
	}
	if err := db.ReadAll(ctx, "raw"); err != nil {
		return damaged(err)
	}
	hashes, err = warehouse.Select[string](ctx, db, "select distinct content_hash from raw.file where content_hash is not null order by 1")
	if err != nil {
		return damaged(err)
	}
	d.ok("warehouse", fmt.Sprintf("%d files, every row accounted for; %d rows wait for correction", l.Files, l.Pending))
	return hashes
}

// damagedWarehouse is the way out of one.
const damagedWarehouse = "nothing is lost: `tongbao rebuild` makes it anew from the received files, or `tongbao restore FILE` from a backup"

// originals reads every file received from end to end: those of the list of received ones and those of the ledger.
func (d *doctor) originals(ctx context.Context, ledger []string) {
	kept, err := ingest.Originals(d.p.Originals())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.fail("originals", err.Error(), "correct that line, or restore a backup")
		return
	}
	names := map[string]string{}
	for _, hash := range ledger {
		names[hash] = hash
	}
	for _, file := range kept {
		names[file.Hash] = file.Path
	}
	var missing, damaged []string
	for hash, name := range names {
		switch err := ingest.CheckOriginal(d.p.Originals(), hash); {
		case ctx.Err() != nil:
			return
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, name)
		case err != nil:
			damaged = append(damaged, name)
		}
	}
	for _, found := range []struct {
		names []string
		what  string
	}{{missing, "are not kept"}, {damaged, "cannot be read back as they were received"}} {
		if len(found.names) > 0 {
			slices.Sort(found.names)
			d.warn("originals", fmt.Sprintf("%d of %d received files %s in %s, the first is %s", len(found.names), len(names), found.what, d.p.Originals(), found.names[0]),
				"`tongbao restore FILE` puts them back from a backup: without them the warehouse cannot be rebuilt")
		}
	}
	if len(missing)+len(damaged) > 0 {
		return
	}
	lacking, err := d.p.missingFiles(ledger)
	switch {
	case err != nil:
		d.fail("originals", err.Error(), "correct that line, or restore a backup")
	case lacking > 0 && ledger != nil:
		d.warn("originals", lacks(lacking), lacksNext)
	default:
		d.ok("originals", fmt.Sprintf("all %d received files are kept, every byte", len(names)))
	}
}

func (d *doctor) published(ctx context.Context) {
	db, version, err := d.p.openPublished(ctx, "")
	if errors.Is(err, warehouse.ErrNothingPublished) {
		d.warn("published", "nothing is published yet", "run `tongbao build`")
		return
	}
	if err != nil {
		d.fail("published", err.Error(), hintOf(err, damagedPublished))
		return
	}
	defer db.Close()
	if version.Schema > publishedSchema {
		d.fail("published", fmt.Sprintf("version %s has schema %d, this program reads up to %d", version.Version, version.Schema, publishedSchema), "use the release that made it ("+version.Program+") or a later one")
		return
	}
	for _, table := range version.Tables {
		rows, err := warehouse.One[int64](ctx, db, "select count(*) from "+warehouse.Qualified(table.Table))
		if err != nil || rows != table.Rows {
			d.fail("published", fmt.Sprintf("version %s: %s has %d rows, the manifest says %d (%v)", version.Version, table.Table, rows, table.Rows, err), "run `tongbao build --force`")
			return
		}
	}
	if err := db.ReadAll(ctx, "run", "core", "mart"); err != nil {
		d.fail("published", fmt.Sprintf("version %s is damaged: %v", version.Version, err), "run `tongbao build --force`, which makes it again, or `tongbao rollback` to a whole version")
		return
	}
	if !d.figures(ctx, db, version) {
		return
	}
	left, err := filepath.Glob(filepath.Join(d.p.Published(), ".building-*"))
	if err == nil && len(left) > 0 {
		if _, busy := lockedBy(d.p.writeLock()); !busy {
			d.warn("published", fmt.Sprintf("%d unfinished builds lie in %s", len(left), d.p.Published()), "the next build removes them; nothing to do")
			return
		}
	}
	d.ok("published", fmt.Sprintf("current is %s: cut-off %s, %d figures", version.Version, version.CutOff, version.Figures))
}

// figures counts the last period again from its rows.
func (d *doctor) figures(ctx context.Context, db *warehouse.DB, version warehouse.Published) bool {
	periods, err := warehouse.Select[string](ctx, db, "select period from mart.period order by period_index desc limit 1")
	if err != nil || len(periods) == 0 {
		return err == nil
	}
	again, err := analysis.Rederive(ctx, db, periods[0])
	if err != nil {
		d.fail("figures", fmt.Sprintf("version %s: its figures cannot be counted again: %v", version.Version, err), "run `tongbao build --force`")
		return false
	}
	if len(again.Broken) > 0 {
		d.fail("figures", fmt.Sprintf("version %s: %d figures of %s are not what their rows say, the first is %s", version.Version, len(again.Broken), periods[0], again.Broken[0]),
			"run `tongbao trace "+again.Broken[0]+"`, which shows both, and `tongbao build --force`, which makes every figure anew")
		return false
	}
	d.ok("figures", fmt.Sprintf("%d figures of %s, counted again from their rows, are the same", again.Figures, periods[0]))
	return true
}

// logs checks the whole chain of both logs.
func (d *doctor) logs() {
	const next = "compare it with the one in a backup: somebody changed it; what is before that line still stands"
	if _, err := d.p.readAudit(); err != nil {
		d.fail("audit log", err.Error(), next)
	} else {
		d.ok("audit log", "the chain holds")
	}
	switch records, err := schedules.History(d.p.schedule().ledger(), ""); {
	case err != nil:
		d.fail("schedule", err.Error(), next)
	case len(records) > 0:
		d.ok("schedule", "the chain of its ledger holds")
	}
}

// hintOf is the next step an error carries, or another.
func hintOf(err error, otherwise string) string {
	var hint hintError
	if errors.As(err, &hint) {
		return hint.hint
	}
	return otherwise
}

func (app *App) showFindings(found []finding) error {
	for _, f := range found {
		if app.json {
			if err := app.printJSON(f); err != nil {
				return err
			}
			continue
		}
		text := strings.ReplaceAll(f.Text, "\n", "\n                  ")
		if _, err := fmt.Fprintf(app.Stdout, "%-5s %-11s %s\n", f.State, f.Check, text); err != nil {
			return err
		}
		if f.Next != "" {
			fmt.Fprintf(app.Stdout, "                  next: %s\n", f.Next)
		}
	}
	return nil
}
