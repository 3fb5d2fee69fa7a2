package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/calendar"
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
	if err := app.typed(ctx, "init", dir); err != nil {
		return err
	}
	exports := filepath.Join(dir, "exports")
	truth, err := app.writeExports(ctx, exports, flags)
	if err != nil {
		return err
	}
	for _, wave := range truth.Waves {
		inbox := filepath.Join(dir, "inbox", wave.Folder)
		if err := os.Rename(filepath.Join(exports, wave.Folder), inbox); err != nil {
			return fmt.Errorf("put the exports into the inbox: %w", err)
		}
		received := wave.Received.Format("2006-01-02T15:04:05")
		if err := app.typed(ctx, "ingest", "--project", dir, "--received", received, inbox); err != nil && !errors.Is(err, errWarnings) {
			return err
		}
	}
	period := calendar.LastEnded(truth.CutOff).String()
	for _, line := range [][]string{
		{"build", "--project", dir, "--as-of", truth.CutOff.Format(time.DateOnly), "--from", fmt.Sprint(truth.FirstYear)},
		{"render", "--project", dir, "--period", period},
	} {
		if err := app.typed(ctx, line...); err != nil && !errors.Is(err, errWarnings) {
			return err
		}
	}
	return app.demoDone(ctx, dir, period, truth, app.Now().Sub(began))
}

// typed runs a command line in this process. What it prints to stdout is progress here.
func (app *App) typed(ctx context.Context, args ...string) error {
	fmt.Fprintf(app.Stderr, "$ tongbao %s\n", strings.Join(args, " "))
	inner := &App{Env: app.Env, locks: app.locks}
	inner.Stdout = app.Stderr
	root := newRoot(inner)
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// demoDone says where to look, and what the headline figures are.
func (app *App) demoDone(ctx context.Context, dir, period string, truth synth.Truth, took time.Duration) error {
	out := filepath.Join(dir, "out", period)
	places := []struct{ name, path string }{
		{"site", filepath.Join(out, "site", "index.html")},
		{"notice", filepath.Join(out, "notice.docx")},
		{"workbook", filepath.Join(out, "annex.xlsx")},
	}
	for _, place := range places {
		if _, err := os.Stat(place.path); err != nil {
			return fmt.Errorf("the demo's %s was not made: %w", place.name, err)
		}
	}
	fmt.Fprintf(app.Stdout, "\n%s of a synthetic province, as of %s, in %.0f s:\n", period, truth.CutOff.Format(time.DateOnly), took.Seconds())
	for _, place := range places {
		fmt.Fprintf(app.Stdout, "  %-9s %s\n", place.name, place.path)
	}
	return nil
}
