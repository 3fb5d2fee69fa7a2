package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/warehouse"
)

// App is what every command shares: the world, the global flags and the project they point at.
type App struct {
	Env
	projectDir string
	json       bool
	strict     bool
	wait       time.Duration           // how long to wait for another writer of the project
	locks      map[string]*projectLock // held by this process
	noted      map[string]string       // for the audit log, by the running command
}

// commands lists every command of the program, in the order help shows them.
func commands(app *App) []*cobra.Command {
	return []*cobra.Command{
		newInitCommand(app),
		newDemoCommand(app),
		newIngestCommand(app),
		newRebuildCommand(app),
		newContractCommand(app),
		newRunCommand(app),
		newScheduleCommand(app),
		newStatusCommand(app),
		newSupportCommand(app),
		newAuditCommand(app),
		newRenderCommand(app),
		newCheckCommand(app),
		newBuildCommand(app),
		newFiguresCommand(app),
		newTraceCommand(app),
		newExplainCommand(app),
		newCloseCommand(app),
		newReopenCommand(app),
		newSQLCommand(app),
		newExportCommand(app),
		newBackupCommand(app),
		newRestoreCommand(app),
		newDoctorCommand(app),
		newDocsCommand(app),
		newVersionsCommand(app),
		newDiffCommand(app),
		newRollbackCommand(app),
		newVersionCommand(app),
	}
}

// Run executes one command line and returns the exit code: 0 done, 1 failed, 2 wrong use, 3 done with warnings.
func Run(ctx context.Context, args []string, env Env) int {
	app := &App{Env: env}
	root := newRoot(app)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return app.report(err)
}

func newRoot(app *App) *cobra.Command {
	root := &cobra.Command{
		Use:           "tongbao",
		Short:         "From inspection exports to the quarterly notice",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(app.Stdin)
	root.SetOut(app.Stdout)
	root.SetErr(app.Stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	flags := root.PersistentFlags()
	flags.StringVar(&app.projectDir, "project", "", "project folder (default: found upward from here)")
	flags.BoolVar(&app.json, "json", false, "one JSON object per result line")
	flags.BoolVar(&app.strict, "strict", false, "exit with 1 where the default is 3: rows rejected, checks warned")
	flags.DurationVar(&app.wait, "wait", 10*time.Minute, "how long to wait while another command writes to the project")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nTry: %s --help", err, cmd.CommandPath())}
	})
	root.AddCommand(commands(app)...)
	app.record(root)
	countArguments(root)
	return root
}

// countArguments makes a wrong number of arguments a usage error in every command.
func countArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{fmt.Errorf("%w\nTry: %s --help", err, cmd.CommandPath())}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		countArguments(sub)
	}
}

// report prints an error with its next step and turns it into an exit code.
func (app *App) report(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errWarnings):
		if app.strict {
			return exitFailed
		}
		return exitWarnings
	}
	fmt.Fprintf(app.Stderr, "tongbao: %v\n", err)
	var hint hintError
	if next := diskHint(err); next != "" {
		fmt.Fprintf(app.Stderr, "Next: %s\n", next)
	} else if errors.As(err, &hint) {
		fmt.Fprintf(app.Stderr, "Next: %s\n", hint.hint)
	} else if warehouse.IsDamage(err) {
		fmt.Fprintln(app.Stderr, "Next: a database file is damaged; `tongbao doctor` says which one. `tongbao rebuild`, or `tongbao restore FILE`, makes the warehouse anew, `tongbao build --force` a published version")
	}
	var usage usageError
	if errors.As(err, &usage) || strings.HasPrefix(err.Error(), "unknown command") {
		return exitUsage
	}
	return exitFailed
}
