package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/calendar"
	"tongbao/internal/synth"
)

// truthFile holds what was planted in a folder of deliveries; it lies beside the folder, so that all in it can be ingested.
func truthFile(dir string) string { return filepath.Clean(dir) + ".truth.json" }

type demoFlags struct {
	enterprises int
	seed        uint64
	clean       bool
	encoding    string
}

func (f *demoFlags) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.enterprises, "enterprises", synth.DefaultEnterprises, "number of enterprises")
	cmd.Flags().Uint64Var(&f.seed, "seed", synth.DefaultSeed, "another seed makes another province; the same seed makes the same bytes")
}

func (f *demoFlags) options() (synth.Options, error) {
	options, err := synth.Default()
	options.Enterprises, options.Seed = f.enterprises, f.seed
	if f.enterprises < 1 || f.enterprises > 1_000_000 {
		return options, usageError{fmt.Errorf("--enterprises %d: between 1 and 1,000,000", f.enterprises)}
	}
	return options, err
}

func newDemoExportsCommand(app *App) *cobra.Command {
	var flags demoFlags
	cmd := &cobra.Command{
		Use:   "exports DIR",
		Short: "Only write the synthetic exports",
		Long: `Write a synthetic province's exports: one folder per delivery, and beside it
DIR.truth.json with what was planted in them. With --clean, one CSV file per dataset without any dirt, two years, streamed: for
measurements of any size.`,
		Example: `  tongbao demo exports /tmp/exports
  tongbao demo exports /tmp/big --clean --enterprises 200000 --encoding gbk`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := app.path(args[0])
			if flags.clean {
				return app.writeClean(cmd.Context(), dir, flags)
			}
			if cmd.Flags().Changed("encoding") {
				return usageError{fmt.Errorf("--encoding is for --clean; the dirty exports come in several")}
			}
			truth, err := app.writeExports(cmd.Context(), dir, flags)
			if err != nil {
				return err
			}
			files := 0
			for _, wave := range truth.Waves {
				files += len(wave.Files)
			}
			if app.json {
				return app.printJSON(map[string]any{"folder": dir, "files": files, "deliveries": len(truth.Waves), "rows": truth.Totals})
			}
			fmt.Fprintf(app.Stdout, "%d files in %d deliveries in %s; what was planted is in %s\n", files, len(truth.Waves), dir, truthFile(dir))
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&flags.clean, "clean", false, "one clean CSV per dataset instead, 2019 and 2020, streamed")
	cmd.Flags().StringVar(&flags.encoding, "encoding", "utf-8", "of --clean: utf-8 or gbk")
	return cmd
}

// path makes an argument absolute against the working directory of the command.
func (app *App) path(argument string) string {
	if filepath.IsAbs(argument) {
		return filepath.Clean(argument)
	}
	return filepath.Join(app.Dir, argument)
}

// writeExports writes the deliveries and the truth into a new or empty folder.
func (app *App) writeExports(ctx context.Context, dir string, flags demoFlags) (synth.Truth, error) {
	options, err := flags.options()
	if err != nil {
		return synth.Truth{}, err
	}
	if err := needEmpty(dir); err != nil {
		return synth.Truth{}, err
	}
	truth, err := synth.WriteExports(ctx, dir, options, func(what string) {
		fmt.Fprintf(app.Stderr, "exports of %s …\n", what)
	})
	if err != nil {
		return synth.Truth{}, fmt.Errorf("write exports: %w", err)
	}
	text, err := json.MarshalIndent(truth, "", "  ")
	if err != nil {
		return synth.Truth{}, err
	}
	return truth, os.WriteFile(truthFile(dir), append(text, '\n'), 0o644)
}

func (app *App) writeClean(ctx context.Context, dir string, flags demoFlags) error {
	options, err := flags.options()
	if err != nil {
		return err
	}
	if flags.encoding != "utf-8" && flags.encoding != "gbk" {
		return usageError{fmt.Errorf("--encoding %q: utf-8 or gbk", flags.encoding)}
	}
	options.FirstYear, options.LastDay = 2019, calendar.Date(2020, 12, 31)
	if err := needEmpty(dir); err != nil {
		return err
	}
	shown := app.Now()
	counts, err := synth.WriteClean(ctx, dir, options, flags.encoding, func(done int) {
		if now := app.Now(); now.Sub(shown) > time.Second {
			shown = now
			fmt.Fprintf(app.Stderr, "%d of %d enterprises\n", done, options.Enterprises)
		}
	})
	if err != nil {
		return err
	}
	if app.json {
		return app.printJSON(map[string]any{"folder": dir, "rows": counts})
	}
	for _, dataset := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(app.Stdout, "%-18s %9d rows\n", dataset+".csv", counts[dataset])
	}
	return nil
}

// needEmpty refuses a folder with anything in it: nobody's files are overwritten.
func needEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return withHint(usageError{fmt.Errorf("%s is not empty", dir)}, "name a new folder, or empty this one first")
	}
	return nil
}
