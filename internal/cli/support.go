package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/ingest"
	"tongbao/internal/config"
	"tongbao/internal/warehouse"
)

func newSupportCommand(app *App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "support",
		Short: "What a remote helper needs, without personal or enterprise data",
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "bundle [FILE]",
		Short: "Write one ZIP with machine, configuration, shapes, counts and logs, names taken out",
		Long: `Writes a ZIP (default: support-<day>.zip here) for whoever helps from afar: machine and program, doctor's and status's findings,
which keys of tongbao.yaml are set, tables with columns and row counts, counts of rejected rows by column, the last runs and commands.
No row, no name of a person, enterprise, file, user or machine goes in; read it before you send it: it is all plain text.`,
		Example: "  tongbao support bundle\n  tongbao support bundle /tmp/for-support.zip",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			path := filepath.Join(app.Dir, "support-"+app.Now().Format("2006-01-02")+".zip")
			if len(args) == 1 {
				path = app.path(args[0])
			}
			parts := app.supportParts(cmd.Context(), p)
			if err := writeSupport(path, parts); err != nil {
				return err
			}
			if app.json {
				return app.printJSON(map[string]any{"file": path, "parts": len(parts)})
			}
			_, err = fmt.Fprintln(app.Stdout, path)
			return err
		},
	})
	return cmd
}

// supportPart is one file of the bundle.
type supportPart struct {
	name    string
	content any
}

// supportParts gathers what can be had; a part that cannot says why in its place.
func (app *App) supportParts(ctx context.Context, p Project) []supportPart {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	scrub := newScrubber(append(p.privateWords(ctx), p.Dir, host, app.userName())...)
	parts := []supportPart{
		{"machine.json", machineFacts(p)},
		{"config.json", configFacts(p.Config)},
		{"doctor.json", app.supportDoctor(ctx, p, scrub)},
	}
	s, err := app.status(ctx, p)
	if err != nil {
		return append(parts, supportPart{"status.json", scrub.clean(err.Error())})
	}
	parts = append(parts, supportPart{"status.json", scrubbedStatus(s, scrub)})
	tables, err := tableFacts(ctx, p)
	if err != nil {
		return append(parts, supportPart{"tables.json", scrub.clean(err.Error())})
	}
	return append(parts, supportPart{"tables.json", tables})
}

// privateWords are the names the project itself knows: of files received, waiting and written by hand, of people who signed, what the
// settings say in words. What cannot be read is left out: the rules of the scrubber are there for it.
func (p Project) privateWords(ctx context.Context) []string {
	var words []string
	add := func(texts ...string) {
		for _, text := range texts {
			base := filepath.Base(filepath.ToSlash(text))
			words = append(words, text, base, strings.TrimSuffix(base, filepath.Ext(base)))
		}
	}
	for _, folder := range []string{p.Inbox(), p.Contracts(), p.Models(), p.Metrics(), p.Queries(), p.Templates()} {
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && path != folder {
				add(entry.Name())
			}
			return nil
		})
	}
	if kept, err := ingest.Originals(p.Originals()); err == nil {
		for _, file := range kept {
			add(file.Name, file.Path)
		}
	}
	entries, _ := p.readAudit()
	for _, entry := range entries {
		words = append(words, entry.Name, entry.Reason, entry.User, entry.Host)
		for _, arg := range entry.Args {
			if !strings.HasPrefix(arg, "-") {
				add(arg)
			}
		}
	}
	for _, schedule := range p.Config.Schedules {
		words = append(words, schedule.Name)
	}
	office := p.Config.Office
	words = append(words, office.Name, office.Symbol, office.Basis, office.Address, office.Contact, office.Phone, p.Config.Notify.Webhook)
	words = append(append(words, office.CopyTo...), p.Config.Notify.Command...)
	// A word of our own vocabulary is no name, even where a file is called so.
	return slices.DeleteFunc(words, func(word string) bool {
		return len(word) < 3 || slices.Contains(recordedCommands(), word) || slices.Contains([]string{"inbox", "inspection", "hazard", "warehouse", "exports"}, word)
	})
}

func writeSupport(path string, parts []supportPart) error {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for _, part := range parts {
		text, err := json.MarshalIndent(part.content, "", "  ")
		if err != nil {
			return err
		}
		file, err := archive.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := file.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, packed.Bytes(), 0o600)
}

func machineFacts(p Project) map[string]any {
	facts := map[string]any{
		"program": Version, "go": runtime.Version(), "os": runtime.GOOS, "architecture": runtime.GOARCH, "cores": runtime.NumCPU(),
	}
	if use, err := p.diskUse(); err == nil {
		facts["disk"] = use
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		modules := map[string]string{}
		for _, module := range build.Deps {
			modules[module.Path] = module.Version
		}
		facts["modules"] = modules
	}
	return facts
}

// configFacts says which keys differ from the defaults; numbers, switches and words of a closed list with their value, free text
// only as "set".
func configFacts(cfg config.Config) map[string]any {
	facts := map[string]any{}
	compareConfig("", reflect.ValueOf(cfg), reflect.ValueOf(config.Default()), facts)
	return facts
}

func compareConfig(key string, value, standard reflect.Value, facts map[string]any) {
	if value.Kind() == reflect.Struct {
		for i := range value.NumField() {
			name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("yaml"), ",")
			compareConfig(strings.TrimPrefix(key+"."+name, "."), value.Field(i), standard.Field(i), facts)
		}
		return
	}
	if reflect.DeepEqual(value.Interface(), standard.Interface()) {
		return
	}
	switch {
	case value.CanInt(), value.Kind() == reflect.Bool, key == "province", key == "timezone", key == "office.language", key == "outputs", key == "notify.on":
		facts[key] = value.Interface()
	case key == "schedules":
		for i := range value.Len() {
			schedule := value.Index(i).Interface().(config.Schedule)
			facts[key+"."+strconv.Itoa(i)] = map[string]any{"job": schedule.Job, "when": schedule.When, "timezone": schedule.Timezone,
				"catchup": schedule.Catchup, "overlap": schedule.Overlap, "retries": schedule.Retries, "timeout": schedule.Timeout.String()}
		}
	case value.Kind() == reflect.Map, value.Kind() == reflect.Slice:
		facts[key] = fmt.Sprintf("%d entries", value.Len())
	default:
		facts[key] = "set"
	}
}

// supportDoctor is what `doctor --json` prints, its texts scrubbed.
func (app *App) supportDoctor(ctx context.Context, p Project, scrub scrubber) any {
	var stdout, stderr bytes.Buffer
	inner := &App{Env: app.Env, locks: app.locks}
	inner.Stdout, inner.Stderr = &stdout, &stderr
	root := newRoot(inner)
	root.SetArgs([]string{"doctor", "--json", "--project", p.Dir})
	err := root.ExecuteContext(ctx)
	var lines []any
	for line := range strings.Lines(stdout.String()) {
		var found any
		if json.Unmarshal([]byte(line), &found) == nil {
			lines = append(lines, scrubValue(found, scrub))
		}
	}
	if err != nil && !errors.Is(err, errWarnings) {
		lines = append(lines, scrub.clean(err.Error()))
	}
	return lines
}

// scrubValue cleans every text inside decoded JSON; keys are ours.
func scrubValue(value any, scrub scrubber) any {
	switch v := value.(type) {
	case string:
		return scrub.clean(v)
	case []any:
		for i := range v {
			v[i] = scrubValue(v[i], scrub)
		}
	case map[string]any:
		for key := range v {
			v[key] = scrubValue(v[key], scrub)
		}
	}
	return value
}

// scrubbedStatus is status with every name, path and free text taken out or cleaned.
func scrubbedStatus(s status, scrub scrubber) map[string]any {
	var runs, commands []map[string]any
	for _, r := range s.Runs {
		runs = append(runs, map[string]any{"event": r.Event, "at": r.At, "due": r.Due, "attempt": r.Attempt, "count": r.Count, "took_ms": r.Millis,
			"files": r.Files, "rows": r.Rows, "warned": r.Warned, "period": r.Period, "why": scrub.clean(r.Why)})
	}
	for _, c := range s.Commands {
		commands = append(commands, map[string]any{"at": c.At, "program": c.Program, "command": c.Command, "result": c.Result, "took_ms": c.Millis, "error": scrub.clean(c.Error)})
	}
	var cities []map[string]any
	for _, c := range s.Cities {
		cities = append(cities, map[string]any{"region_code": c.RegionCode, "last_received": c.LastReceived, "last_inspected": c.LastInspected,
			"inspections": c.Inspections, "pending": c.Pending, "corrected": c.Corrected, "waived": c.Waived})
	}
	var deadlines []map[string]any
	for _, d := range s.Deadlines {
		deadlines = append(deadlines, map[string]any{"rule": d.Rule, "subject": d.Subject, "on": d.On, "missing": len(d.Missing), "late": len(d.Late)})
	}
	var warnings []string
	for _, warning := range s.Warnings {
		warnings = append(warnings, scrub.clean(warning))
	}
	found := map[string]any{"at": s.At, "program": s.Program, "province": s.Province, "published": s.Published, "files": s.Files, "disk": s.Disk,
		"inbox":  map[string]any{"waiting": s.Inbox.Waiting, "bytes": s.Inbox.Bytes, "oldest": s.Inbox.Oldest},
		"cities": cities, "deadlines": deadlines, "runs": runs, "commands": commands, "warnings": warnings, "writing": s.Writer != ""}
	if s.Daemon != nil {
		found["daemon"] = map[string]any{"alive": s.Daemon.Alive, "fresh": s.Daemon.Fresh, "age_seconds": s.Daemon.AgeSeconds}
	}
	return found
}

// tableFact is the shape of one table; a column a contract does not know is not named.
type tableFact struct {
	Table   string `db:"name" json:"table"`
	Rows    int64  `db:"n" json:"rows"`
	Columns string `db:"columns" json:"columns"`
}

// tableFacts lists the tables of the warehouse and of the current version, and the rejected rows by dataset.
func tableFacts(ctx context.Context, p Project) (map[string]any, error) {
	shapes := `
select t.schema_name || '.' || t.table_name as name, t.estimated_size as n, string_agg(c.column_name || ' ' || ` + shownType("c.data_type") + `, ', ' order by c.column_index) as columns
from duckdb_tables() as t
join duckdb_columns() as c on c.table_oid = t.table_oid and c.database_oid = t.database_oid
where t.schema_name in ('raw', 'run', 'core', 'mart')
group by all order by all`
	facts := map[string]any{}
	read := func(key, path, query string) error {
		db, err := warehouse.OpenReadOnly(ctx, path, warehouse.Options{Threads: 1})
		if errors.Is(err, warehouse.ErrMissing) {
			return nil
		}
		if err != nil {
			return err
		}
		found, err := warehouse.Select[tableFact](ctx, db, query)
		facts[key] = found
		return errors.Join(err, db.Close())
	}
	if err := read("warehouse", p.Warehouse(), shapes); err != nil {
		return nil, err
	}
	const rejected = `
select coalesce(dataset, '') as name, count(*) as n, coalesce(json_extract_string(reason, '$.column'), '') as columns
from raw.rejected cross join unnest(cast(reasons as json[])) as u(reason)
group by all order by all`
	if err := read("rejected_by_column", p.Warehouse(), rejected); err != nil {
		facts["rejected_by_column"] = "not readable"
	}
	store := warehouse.Store{Dir: p.Published()}
	current, err := store.Current()
	if errors.Is(err, warehouse.ErrNothingPublished) {
		return facts, nil
	}
	if err != nil {
		return nil, err
	}
	return facts, read("published", store.Database(current), shapes)
}
