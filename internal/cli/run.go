package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/calendar"
)

// runFlags are handed on to the commands that have them.
type runFlags struct {
	received, asOf, from, period, only string
}

func newRunCommand(app *App) *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run [PATH…]",
		Short: "Ingest, build and render in one",
		Long: `Ingests the paths (default: the inbox), builds and publishes a new version, and renders a period from it (default: the last ended
quarter). A step that fails ends the run with what was published before still in place. Rejected rows, files that cannot be read and
warnings do not stop it; they make the exit code 3.`,
		Example: `  tongbao run
  tongbao run --period 2020Q2 --as-of 2020-07-06
  tongbao run ~/exports --json`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			if flags.period == "" {
				if flags.period, err = app.lastEnded(p, flags.asOf); err != nil {
					return err
				}
			}
			if _, err := calendar.ParseQuarter(flags.period); err != nil {
				return usageError{fmt.Errorf("--period: %w", err)}
			}
			lock, err := app.lockProject(cmd.Context(), p, "run")
			if err != nil {
				return err
			}
			err = app.runChain(cmd.Context(), p, flags, paths)
			return joinKeepingWarnings(err, lock.Release())
		},
	}
	cmd.Flags().StringVar(&flags.received, "received", "", "when the files were received (default: now)")
	cmd.Flags().StringVar(&flags.asOf, "as-of", "", "cut-off: what was received by then counts (default: now)")
	cmd.Flags().StringVar(&flags.from, "from", "", "first year with figures")
	cmd.Flags().StringVar(&flags.period, "period", "", "quarter to render, such as 2020Q2 (default: the last ended one)")
	cmd.Flags().StringVar(&flags.only, "only", "", "outputs to render: site,notice,annex,packs,returns (default: all of tongbao.yaml)")
	return cmd
}

// lastEnded is the last quarter ended at the cut-off.
func (app *App) lastEnded(p Project, asOf string) (string, error) {
	zone, err := p.Zone()
	if err != nil {
		return "", err
	}
	day := calendar.DayOf(app.Now().In(zone))
	if asOf != "" {
		if day, err = time.Parse(time.DateOnly, asOf[:min(len(asOf), len(time.DateOnly))]); err != nil {
			return "", usageError{fmt.Errorf("--as-of %q: write it like 2020-07-06", asOf)}
		}
	}
	return calendar.LastEnded(day).String(), nil
}

// runChain does the three steps as if they had been typed; the first failure ends it.
func (app *App) runChain(ctx context.Context, p Project, flags runFlags, paths []string) error {
	warned := false
	version := &versionReader{to: app.Stdout}
	for _, step := range []struct {
		name string
		args []string
	}{
		{"ingest", append(given("--received", flags.received), paths...)},
		{"build", append(given("--as-of", flags.asOf), given("--from", flags.from)...)},
		{"render", append(given("--period", flags.period), given("--only", flags.only)...)},
	} {
		err := app.step(ctx, p, version, append([]string{step.name}, step.args...))
		switch {
		case isWarning(err):
			warned = true
		case errors.Is(err, errFilesFailed):
			fmt.Fprintf(app.Stderr, "warning: %v; the notice is made without them\n", err)
			warned = true
		case err != nil:
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	out := filepath.Join(p.Out(), flags.period)
	if app.json {
		if err := app.printJSON(map[string]string{"period": flags.period, "version": version.version, "out": out}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(app.Stderr, "%s is rendered: %s\n", flags.period, out)
	}
	if warned {
		return errWarnings
	}
	return nil
}

func given(flag, value string) []string {
	if value == "" {
		return nil
	}
	return []string{flag, value}
}

// step runs another command of the program in this process, under the lock already held.
func (app *App) step(ctx context.Context, p Project, stdout io.Writer, args []string) error {
	if app.locks == nil {
		app.locks = map[string]*projectLock{}
	}
	inner := &App{Env: app.Env, locks: app.locks}
	inner.Stdout = stdout
	root := newRoot(inner)
	args = append(args, "--project", p.Dir)
	if app.json {
		args = append(args, "--json")
	}
	fmt.Fprintf(app.Stderr, "· %s\n", strings.Join(args, " "))
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// versionReader passes a command's results on and notices the version they name.
type versionReader struct {
	to      io.Writer
	version string
}

func (v *versionReader) Write(text []byte) (int, error) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var said struct {
			Version string `json:"version"`
		}
		if json.Unmarshal(lines.Bytes(), &said) == nil && said.Version != "" {
			v.version = said.Version
		}
	}
	return v.to.Write(text)
}
