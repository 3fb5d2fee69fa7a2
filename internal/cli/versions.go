package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/warehouse"
)

// versionLine is one published version and how it differs from the one published before it.
type versionLine struct {
	Version     string       `json:"version"`
	IsCurrent   bool         `json:"is_current"`
	IsClosed    bool         `json:"is_closed"`
	PublishedAt time.Time    `json:"published_at"`
	CutOff      string       `json:"cut_off"`
	Program     string       `json:"program"`
	Files       int          `json:"files"`
	Figures     int64        `json:"figures"`
	Bytes       int64        `json:"bytes"`
	Differs     []string     `json:"differs"` // inputs and parameters, against the version before
	Changed     *figureDelta `json:"changed,omitempty"`
}

// figureDelta counts figures that differ between two versions.
type figureDelta struct {
	Added   int64 `json:"added" db:"added"`
	Removed int64 `json:"removed" db:"removed"`
	Changed int64 `json:"changed" db:"changed"`
}

func (d figureDelta) String() string {
	return fmt.Sprintf("%d changed, %d new, %d gone", d.Changed, d.Added, d.Removed)
}

func newVersionsCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "versions",
		Short: "List the published versions and what differs between them",
		Long: `Lists the published versions, the last published first, each with what differs from the one published before it: inputs (raw rows,
cut-off, contracts, models, program), parameters with both values, and how many figures changed. The current one bears a star.`,
		Example: "  tongbao versions\n  tongbao versions --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			zone, err := p.Zone()
			if err != nil {
				return err
			}
			lines, err := p.versionLines(cmd.Context(), zone)
			if err != nil {
				return err
			}
			return app.showVersions(lines, zone)
		},
	}
}

// versionLines are the versions with moments in the zone of the project, as every other command shows them.
func (p Project) versionLines(ctx context.Context, zone *time.Location) ([]versionLine, error) {
	all, err := p.Store().List()
	if err != nil {
		return nil, err
	}
	closed, err := p.closedVersions()
	if err != nil {
		return nil, err
	}
	var lines []versionLine
	for i, v := range all {
		line := versionLine{Version: v.Version, IsCurrent: v.IsCurrent, IsClosed: closed[v.Version], PublishedAt: v.PublishedAt.In(zone), CutOff: v.CutOff, Program: v.Program,
			Files: v.Files, Figures: v.Figures, Bytes: v.Bytes, Differs: []string{}}
		if i+1 < len(all) {
			before := all[i+1]
			line.Differs = differences(before.Manifest, v.Manifest)
			if line.Changed = (*figureDelta)(nil); before.FigureHash == v.FigureHash {
				line.Changed = &figureDelta{}
			}
			if before.FigureHash != v.FigureHash && before.Figures > 0 && v.Figures > 0 {
				delta, err := p.figureDelta(ctx, before.Version, v.Version)
				if err != nil {
					return nil, err
				}
				line.Changed = &delta
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// differences names the inputs and parameters in which two versions differ.
func differences(a, b warehouse.Manifest) []string {
	found := []string{}
	for _, name := range slices.Sorted(maps.Keys(b.Inputs)) {
		if a.Inputs[name] == b.Inputs[name] {
			continue
		}
		switch name {
		case "parameters":
			for _, key := range slices.Sorted(maps.Keys(b.Parameters)) {
				if a.Parameters[key] != b.Parameters[key] {
					found = append(found, fmt.Sprintf("%s %s → %s", key, a.Parameters[key], b.Parameters[key]))
				}
			}
		case "cut_off":
			found = append(found, fmt.Sprintf("cut-off %s → %s", a.CutOff, b.CutOff))
		case "raw":
			found = append(found, fmt.Sprintf("raw (%d → %d files)", a.Files, b.Files))
		case "program", "first_year", "province":
			found = append(found, fmt.Sprintf("%s %s → %s", name, a.Inputs[name], b.Inputs[name]))
		default:
			found = append(found, name)
		}
	}
	return found
}

func (app *App) showVersions(lines []versionLine, zone *time.Location) error {
	if app.json {
		for _, line := range lines {
			if err := app.printJSON(line); err != nil {
				return err
			}
		}
		return nil
	}
	if len(lines) == 0 {
		fmt.Fprintln(app.Stderr, "Nothing is published yet; `tongbao build` makes the first version.")
		return nil
	}
	var rows [][]string
	for _, line := range lines {
		mark := ""
		if line.IsCurrent {
			mark = "*"
		}
		if line.IsClosed {
			mark += "closed"
		}
		changed := ""
		if line.Changed != nil {
			changed = line.Changed.String()
		}
		rows = append(rows, []string{line.Version, mark, clock(line.PublishedAt.Truncate(time.Minute), zone), line.CutOff, strconv.FormatInt(line.Figures, 10),
			fmt.Sprintf("%.1f MB", float64(line.Bytes)/1e6), strings.Join(line.Differs, "; "), changed})
	}
	return printTable(app.Stdout, []string{"version", "", "published", "cut-off", ">figures", ">size", "differs from the one before", "figures"}, rows)
}

// figureDelta compares the figures of two versions.
func (p Project) figureDelta(ctx context.Context, a, b string) (delta figureDelta, err error) {
	db, err := p.openPair(ctx, a, b)
	if err != nil {
		return delta, err
	}
	defer db.Close()
	return warehouse.One[figureDelta](ctx, db, `select
		count(*) filter (where o.figure_id is null) as added,
		count(*) filter (where n.figure_id is null) as removed,
		count(*) filter (where o.figure_id is not null and n.figure_id is not null and `+figureChanged+`) as changed
		from old.mart.figure as o full join fresh.mart.figure as n on n.figure_id = o.figure_id`)
}

// figureChanged compares two rows of mart.figure, o and n.
const figureChanged = `(o.num is distinct from n.num or o.den is distinct from n.den or o.value is distinct from n.value
	or o.lower is distinct from n.lower or o.upper is distinct from n.upper)`

// openPair opens two versions side by side, read-only, as old and fresh.
func (p Project) openPair(ctx context.Context, a, b string) (*warehouse.DB, error) {
	options := p.engine()
	options.Closed = true
	options.Attach = []warehouse.Attachment{{Name: "old", Path: p.Store().Database(a)}, {Name: "fresh", Path: p.Store().Database(b)}}
	db, err := warehouse.Open(ctx, "", options)
	if err != nil {
		return nil, hinted(err)
	}
	for _, name := range []string{"old", "fresh"} {
		found, err := warehouse.One[int](ctx, db, "select count(*) from duckdb_tables() where database_name = ? and schema_name = 'mart' and table_name = 'figure'", name)
		if err == nil && found == 0 {
			err = fmt.Errorf("version %s has no figures", map[string]string{"old": a, "fresh": b}[name])
		}
		if err != nil {
			db.Close()
			return nil, err
		}
	}
	return db, nil
}
