package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/journal"
)

func newAuditCommand(app *App) *cobra.Command {
	last := 20
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Who ran what, when, on which inputs, with which result",
		Long: `Prints data/audit.jsonl: every command that changed the project or tried to. Each line is chained to the one before by hash; the whole
chain is checked here, and a line changed, removed, inserted or moved makes the exit code 1.`,
		Example: "  tongbao audit\n  tongbao audit --last 0 --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			entries, err := p.readAudit()
			var broken *journal.Break
			if err != nil && !errors.As(err, &broken) {
				return err
			}
			if last > 0 {
				entries = lastOf(entries, last)
			}
			if err := app.printAudit(p, entries); err != nil {
				return err
			}
			if broken != nil {
				return withHint(fmt.Errorf("the audit log was altered: %w", err), "compare data/audit.jsonl with a backup; what is before that line still stands")
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&last, "last", last, "how many, counted from the newest; 0: all")
	return cmd
}

func (app *App) printAudit(p Project, entries []auditEntry) error {
	if app.json {
		for _, entry := range entries {
			if err := app.printJSON(entry); err != nil {
				return err
			}
		}
		return nil
	}
	zone, err := p.Zone()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, entry := range entries {
		who := entry.User
		if entry.Name != "" {
			who += " (" + entry.Name + ")"
		}
		said := entry.Error
		if said == "" {
			said = entry.Reason
		}
		took := (time.Duration(entry.Millis) * time.Millisecond).Round(10 * time.Millisecond)
		rows = append(rows, []string{clock(entry.At.Truncate(time.Second), zone), who, shorten(entry.Command+" "+strings.Join(entry.Args, " "), 60), entry.Result, took.String(),
			entry.Detail["version"], shorten(said, 80)})
	}
	if len(rows) == 0 {
		fmt.Fprintln(app.Stderr, "nothing is recorded yet")
		return nil
	}
	return printTable(app.Stdout, []string{"at", "who", "command", "result", ">took", "version", "reason or error"}, rows)
}
