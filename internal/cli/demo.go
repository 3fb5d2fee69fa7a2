package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/calendar"
	"tongbao/internal/config"
	"tongbao/internal/synth"
)

func newDemoCommand(app *App) *cobra.Command {
	var flags demoFlags
	cmd := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "A synthetic province through the whole chain",
		Long: `Make a synthetic Heilongjiang (13 cities, almost three years of exports, dirty as in life), take it through the whole chain in
a new project folder (default: demo), and say where to look. Nothing in it is real.`,
		Example: `  tongbao demo
  tongbao demo /tmp/demo --enterprises 10000 --seed 7
  tongbao demo exports /tmp/exports`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := app.path("demo")
			if len(args) == 1 {
				dir = app.path(args[0])
			}
			return app.demo(cmd.Context(), dir, flags)
		},
	}
	flags.add(cmd)
	cmd.AddCommand(newDemoExportsCommand(app))
	return cmd
}

// demo is what a person would type, one command after the other; each runs in this process as if it had been typed.
func (app *App) demo(ctx context.Context, dir string, flags demoFlags) error {
	if err := needEmpty(dir); err != nil {
		return err
	}
	began := app.Now()
	if _, err := app.initProject(dir, config.Default().Province); err != nil {
		return err
	}
	p, err := openProject(dir)
	if err != nil {
		return err
	}
	exports := filepath.Join(dir, "exports")
	truth, err := app.writeExports(ctx, exports, flags)
	if err != nil {
		return err
	}
	period := calendar.LastEnded(truth.CutOff).String()
	var steps [][]string
	for _, wave := range truth.Waves {
		inbox := filepath.Join(p.Inbox(), wave.Folder)
		if err := os.Rename(filepath.Join(exports, wave.Folder), inbox); err != nil {
			return fmt.Errorf("put the exports into the inbox: %w", err)
		}
		steps = append(steps, []string{"ingest", "--received", wave.Received.Format("2006-01-02T15:04:05"), inbox})
	}
	if err := os.Remove(exports); err != nil {
		return err
	}
	steps = append(steps,
		[]string{"build", "--as-of", truth.CutOff.Format(time.DateOnly), "--from", strconv.Itoa(truth.FirstYear)},
		[]string{"render", "--period", period})
	for _, step := range steps {
		if err := app.step(ctx, p, app.Stderr, step); err != nil && !isWarning(err) {
			return fmt.Errorf("%s: %w", step[0], err)
		}
	}
	return app.demoDone(ctx, p, period, truth, app.Now().Sub(began))
}

// place is an output a person opens.
type place struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// demoDone says where to look, and what the headline figures are.
func (app *App) demoDone(ctx context.Context, p Project, period string, truth synth.Truth, took time.Duration) error {
	out := filepath.Join(p.Out(), period)
	places := []place{
		{"site", filepath.Join(out, "site", "index.html")},
		{"notice", filepath.Join(out, "notice.docx")},
		{"workbook", filepath.Join(out, "annex.xlsx")},
	}
	for _, place := range places {
		if _, err := os.Stat(place.Path); err != nil {
			return fmt.Errorf("the demo's %s was not made: %w", place.Name, err)
		}
	}
	figures, err := p.headlines(ctx, period)
	if err != nil {
		return err
	}
	if app.json {
		return app.printJSON(map[string]any{"project": p.Dir, "period": period, "cut_off": truth.CutOff.Format(time.DateOnly), "places": places, "figures": figures})
	}
	fmt.Fprintf(app.Stdout, "\n%s of a synthetic province, as of %s, made in %.0f s. Nothing in it is real.\n\n", period, truth.CutOff.Format(time.DateOnly), took.Seconds())
	for _, place := range places {
		fmt.Fprintf(app.Stdout, "  %-9s %s\n", place.Name, place.Path)
	}
	fmt.Fprintln(app.Stdout)
	for _, f := range figures {
		fmt.Fprintf(app.Stdout, "  %-16s %10s   %s\n", f.ID, f.text(), f.Title)
	}
	fmt.Fprintf(app.Stdout, "\nAsk on: tongbao --project %s trace %s\n", p.Dir, figures[0].ID)
	return nil
}
