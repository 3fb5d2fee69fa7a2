package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// recordedCommands change a project: each runs under the project lock and leaves a line in the audit log, whatever its result.
// The value says what it is called in the lock's note and the log.
func recordedCommands() []string {
	return []string{"ingest", "rebuild", "build", "render", "close", "reopen", "rollback", "backup", "restore"}
}

// record makes every command of the list take the lock and be recorded. Commands run inside it (run, demo, the daemon) are recorded
// by themselves.
func (app *App) record(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if !slices.Contains(recordedCommands(), cmd.Name()) || cmd.RunE == nil {
			continue
		}
		work := cmd.RunE
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if watch, err := cmd.Flags().GetBool("watch"); err == nil && watch {
				return work(cmd, args) // it records each time it finds something to do
			}
			return app.recorded(cmd, args, func() error { return work(cmd, args) })
		}
	}
}

func (app *App) recorded(cmd *cobra.Command, args []string, work func() error) (err error) {
	if verify := cmd.Flags().Lookup("verify"); verify != nil && verify.Changed {
		return work() // it only looks
	}
	p, err := app.project()
	if err != nil {
		return work() // it says what it misses, or makes the project
	}
	lock, err := app.lockProject(cmd.Context(), p, cmd.Name())
	if err != nil {
		return err
	}
	defer func() { err = joinKeepingWarnings(err, lock.Release()) }()
	entry := auditEntry{Command: cmd.Name(), Args: slices.Clone(args)}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		switch flag.Name {
		case "by":
			entry.Name = flag.Value.String()
		case "reason":
			entry.Reason = flag.Value.String()
		case "project", "json", "wait":
		default:
			entry.Args = append(entry.Args, fmt.Sprintf("--%s=%s", flag.Name, flag.Value))
		}
	})
	outer := app.noted
	app.noted = map[string]string{}
	defer func() { app.noted = outer }()
	return app.audited(p, entry, func(entry *auditEntry) error {
		err := work()
		entry.Detail = maps.Clone(app.noted)
		return err
	})
}

// note adds a fact to the audit log's line about the running command: a version, a hash, a period, a count; never a name of an
// enterprise or a person.
func (app *App) note(key string, value any) {
	if app.noted != nil {
		app.noted[key] = fmt.Sprint(value)
	}
}

// joinKeepingWarnings adds the error of a clean-up to that of the work, if there is one.
func joinKeepingWarnings(err, cleanup error) error {
	switch {
	case cleanup == nil:
		return err
	case isWarning(err):
		return cleanup
	}
	return errors.Join(err, cleanup)
}
