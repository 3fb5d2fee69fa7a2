package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/dashboards"
	"tongbao/dashboards/docx"
	"tongbao/internal/calendar"
	"tongbao/internal/warehouse"
)

type renderFlags struct {
	period, only, city, version, date string
	serial                            int
	template                          string
}

func newRenderCommand(app *App) *cobra.Command {
	var flags renderFlags
	cmd := &cobra.Command{
		Use:   "render",
		Short: "Make the site, the notice, the annex workbook, city packs and rows to be corrected",
		Long: `Renders one period of a published version into out/<period>/: site/, notice.docx and notice.html, annex.xlsx, packs/<city>.zip,
returns/<city>.xlsx. Everything is made beside and swapped in at the end: a failure leaves what was there. Notice and
annex are held against themselves first; what does not add up is named, and nothing is published. The same version gives the same bytes. With --only or --city the other outputs stay as they are.

The notice uses templates/notice.docx of the project when there is one; --write-template puts the default there to start from.`,
		Example: `  tongbao render
  tongbao render --period 2020Q2 --only notice,annex
  tongbao render --city 230100
  tongbao render --city 230102 --only packs
  tongbao render --write-template templates/notice.docx`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			if flags.template != "" {
				return app.writeTemplate(flags.template)
			}
			return app.render(cmd.Context(), p, flags)
		},
	}
	cmd.Flags().StringVar(&flags.period, "period", "", "quarter, such as 2020Q2 (default: the last ended one)")
	cmd.Flags().StringVar(&flags.only, "only", "", "outputs to make: "+strings.Join(outputNames(), ",")+" (default: all of tongbao.yaml)")
	cmd.Flags().StringVar(&flags.city, "city", "", "code of the one city or county whose pack (and, of a city, returned rows) is made")
	cmd.Flags().StringVar(&flags.version, "version", "", "published version to render from (default: the current one)")
	cmd.Flags().IntVar(&flags.serial, "serial", 0, "serial number of the notice in its year (default: the quarter's number)")
	cmd.Flags().StringVar(&flags.date, "date", "", "day the notice is signed, such as 2020-07-10 (default: the day of the cut-off)")
	cmd.Flags().StringVar(&flags.template, "write-template", "", "only write the default notice template to this file")
	return cmd
}

func outputNames() []string { return []string{"site", "notice", "annex", "packs", "returns"} }

// outputs are the outputs asked for, in the order they are made.
func (flags renderFlags) outputs(configured []string) ([]string, error) {
	wanted := configured
	switch {
	case flags.only != "":
		wanted = strings.Split(flags.only, ",")
	case flags.city != "":
		wanted = []string{"packs", "returns"}
	}
	for i, name := range wanted {
		wanted[i] = strings.TrimSpace(name)
		if !slices.Contains(outputNames(), wanted[i]) {
			return nil, usageError{fmt.Errorf("--only: %q is not an output; they are %s", name, strings.Join(outputNames(), ", "))}
		}
	}
	return wanted, nil
}

// rendering is one run of render.
type rendering struct {
	app     *App
	p       Project
	flags   renderFlags
	db      *warehouse.DB
	mart    *dashboards.Mart
	period  dashboards.Period
	version string
	outputs []string
	cities  []string // empty: all
	stage   string   // folder the outputs are made in
	signed  time.Time
}

func (app *App) render(ctx context.Context, p Project, flags renderFlags) error {
	// Thousands of small pages leave much garbage and keep little: collect it less often, within a bound.
	defer debug.SetGCPercent(debug.SetGCPercent(300))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	r := &rendering{app: app, p: p, flags: flags}
	var err error
	if r.outputs, err = flags.outputs(slices.Clone(p.Config.Outputs)); err != nil {
		return err
	}
	if p.Config.Office.Language == "en" {
		if err := r.leaveChinese(); err != nil {
			return err
		}
	}
	if flags.period != "" {
		quarter, err := calendar.ParseQuarter(flags.period)
		if err != nil {
			return usageError{fmt.Errorf("--period: %w", err)}
		}
		r.flags.period = quarter.String()
	}
	if flags.date != "" {
		if r.signed, err = time.Parse(time.DateOnly, flags.date); err != nil {
			return usageError{fmt.Errorf("--date %q: write it like 2020-07-10", flags.date)}
		}
	}
	db, found, err := p.openPublished(ctx, flags.version)
	if err != nil {
		return err
	}
	defer db.Close()
	r.db, r.version = db, found.Version
	if err := r.choose(ctx); err != nil {
		return err
	}
	if err := r.sayEmpty(ctx); err != nil {
		return err
	}
	target := filepath.Join(p.Out(), r.period.Name)
	if r.stage, err = prepareStage(p.Out(), r.period.Name); err != nil {
		return err
	}
	defer os.RemoveAll(r.stage)
	if err := r.mart.Rederive(ctx, r.period); err != nil {
		return unpublished(err)
	}
	if err := r.make(ctx); err != nil {
		return unpublished(err)
	}
	if err := keepOthers(target, r.stage, r.isMade); err != nil {
		return err
	}
	if err := swapFolder(r.stage, target); err != nil {
		return err
	}
	app.note("period", r.period.Name)
	app.note("version", r.version)
	return nil
}

// unpublished says what to do about outputs that contradict themselves.
func unpublished(err error) error {
	var fault *dashboards.FaultError
	if !errors.As(err, &fault) {
		return err
	}
	return withHint(err, "nothing was published, the former outputs stay; `tongbao trace FIGURE` shows what a figure is made of, `tongbao explain FIGURE` what moved it, `tongbao rollback` goes back to a version that adds up")
}

// leaveChinese takes notice and annex out for an office that works in English: both follow GB/T 9704-2012 and are written in Chinese
// alone. Asked for by name they are an error.
func (r *rendering) leaveChinese() error {
	isChinese := func(output string) bool { return output == "notice" || output == "annex" }
	if !slices.ContainsFunc(r.outputs, isChinese) {
		return nil
	}
	const why = "office.language is en, and the notice and its annex (GB/T 9704-2012) are written in Chinese only"
	if r.flags.only != "" {
		return withHint(usageError{errors.New("--only " + r.flags.only + ": " + why)}, "set office.language to zh in tongbao.yaml, or ask for site, packs or returns")
	}
	r.outputs = slices.DeleteFunc(r.outputs, isChinese)
	fmt.Fprintln(r.app.Stderr, why+": they are not made; `outputs: [site, packs, returns]` in tongbao.yaml says so")
	return nil
}

// isMade says whether a path below out/<period> is made by this run.
func (r *rendering) isMade(path string) bool {
	for _, output := range r.outputs {
		switch {
		case output == "notice" && (path == "notice.docx" || path == "notice.html"), output == "annex" && path == "annex.xlsx", output == "site" && path == "site":
			return true
		case (output == "packs" || output == "returns") && len(r.cities) == 0 && path == output:
			return true
		}
		for _, city := range r.cities {
			if output == "packs" && path == "packs/"+city+".zip" || output == "returns" && path == "returns/"+city+".xlsx" {
				return true
			}
		}
	}
	return false
}

// choose finds the period and the city in the version.
func (r *rendering) choose(ctx context.Context) error {
	var err error
	if r.mart, err = dashboards.OpenMart(ctx, r.db); err != nil {
		return err
	}
	for i := range r.mart.Metrics {
		r.mart.Metrics[i].Basis = r.p.cited(r.mart.Metrics[i].Basis)
	}
	ok := false
	if r.flags.period == "" {
		r.period, ok = r.mart.LastEnded()
	} else {
		r.period, ok = r.mart.Period(r.flags.period)
	}
	if !ok {
		return withHint(usageError{fmt.Errorf("version %s has no figures of %s; it has %s", r.version, r.flags.period, r.periods())},
			"name one of these with --period, or build with a later --as-of")
	}
	if r.flags.city == "" {
		return nil
	}
	region, ok := r.mart.Region(r.flags.city)
	if !ok || region.Level == dashboards.LevelProvince {
		return withHint(usageError{fmt.Errorf("--city %s: not a city or county of %s", r.flags.city, r.mart.Province().Name)},
			"`tongbao sql \"select region_code, region_name from mart.region\"` lists them")
	}
	r.cities = []string{region.Code}
	if region.Level != dashboards.LevelCounty || !slices.Contains(r.outputs, "returns") {
		return nil
	}
	if r.flags.only != "" { // the rows of a county are in its city's workbook
		return withHint(usageError{fmt.Errorf("--only returns: %s is a county, and rows are returned to its city", region.Name)}, "name the city %s", region.Parent)
	}
	r.outputs = slices.DeleteFunc(r.outputs, func(output string) bool { return output == "returns" })
	return nil
}

func (r *rendering) periods() string {
	if len(r.mart.Periods) == 0 {
		return "none"
	}
	return r.mart.Periods[0].Name + " to " + r.mart.Periods[len(r.mart.Periods)-1].Name
}

// made is one output of render.
type made struct {
	Output string `json:"output"`
	Path   string `json:"path"`
	Text   string `json:"text"`
	Millis int64  `json:"millis"`
}

// make makes the outputs in the stage folder, in a fixed order: packs take the returned rows with them.
func (r *rendering) make(ctx context.Context) error {
	steps := map[string]func(context.Context) (string, string, error){
		"site": r.makeSite, "notice": r.makeNotice, "annex": r.makeAnnex, "returns": r.makeReturns, "packs": r.makePacks,
	}
	for _, name := range []string{"notice", "annex", "site", "returns", "packs"} { // what is checked comes first: a fault is known soon
		if !slices.Contains(r.outputs, name) {
			continue
		}
		began := r.app.Now()
		path, text, err := steps[name](ctx)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", name, r.period.Name, err)
		}
		m := made{name, filepath.Join(r.p.Out(), r.period.Name, path), text, r.app.Now().Sub(began).Milliseconds()}
		if r.app.json {
			if err := r.app.printJSON(m); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(r.app.Stdout, "%-8s %s  %s\n", m.Output, m.Path, m.Text)
	}
	return nil
}

func (r *rendering) makeSite(ctx context.Context) (string, string, error) {
	result, err := dashboards.Site(ctx, r.db, r.period.Name, filepath.Join(r.stage, "site"), r.siteOptions())
	if err != nil {
		return "", "", err
	}
	return filepath.Join("site", "index.html"), fmt.Sprintf("%d pages, %d charts, %.1f MB", result.Pages, result.Charts, float64(result.Bytes)/1e6), nil
}

func (r *rendering) siteOptions() dashboards.SiteOptions {
	return dashboards.SiteOptions{Version: r.version, Office: r.p.Config.Office.Name, Language: r.p.Config.Office.Language, Log: slog.New(slog.DiscardHandler), Mart: r.mart}
}

// writeTemplate writes the default notice template and never over a file that is there.
func (app *App) writeTemplate(name string) error {
	text, err := docx.DefaultTemplate()
	if err != nil {
		return err
	}
	path := app.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return withHint(usageError{fmt.Errorf("%s is there already", path)}, "move it away, or name another file")
	}
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	fmt.Fprintln(app.Stdout, path)
	return nil
}
