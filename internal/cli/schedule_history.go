package cli

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"tongbao/schedules"
)

func newScheduleHistoryCommand(app *App) *cobra.Command {
	var job string
	last, all := 20, false
	cmd := &cobra.Command{
		Use:   "history",
		Short: "What ran, was skipped, missed or failed, and why",
		Example: `  tongbao schedule history
  tongbao schedule history --job quarter --last 100
  tongbao schedule history --all --json    # every line of the ledger, attempts too`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			zone, err := p.Zone()
			if err != nil {
				return err
			}
			records, broken := schedules.History(p.schedule().ledger(), job)
			if !all {
				records = schedules.Runs(records)
			}
			if len(records) > last && last > 0 {
				records = records[len(records)-last:]
			}
			if err := app.printRecords(records, zone); err != nil {
				return err
			}
			if broken != nil {
				return withHint(fmt.Errorf("the ledger was altered: %w", broken), "compare it with a backup; `tongbao doctor` says more")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&job, "job", "", "only this job")
	cmd.Flags().IntVar(&last, "last", last, "how many, counted from the newest; 0: all")
	cmd.Flags().BoolVar(&all, "all", false, "every line: starts, attempts, interruptions, changes of the schedules")
	return cmd
}

// printRecords prints lines of the ledger, oldest first.
func (app *App) printRecords(records []schedules.Record, zone *time.Location) error {
	if app.json {
		for _, r := range records {
			if err := app.printJSON(r); err != nil {
				return err
			}
		}
		return nil
	}
	var rows [][]string
	for _, r := range records {
		rows = append(rows, recordRow(r, zone))
	}
	if len(rows) == 0 {
		fmt.Fprintln(app.Stderr, "nothing has run yet")
		return nil
	}
	return printTable(app.Stdout, []string{"job", "due", "ended", "what", ">took", ">rows", "period", "version", "why"}, rows)
}

func recordRow(r schedules.Record, zone *time.Location) []string {
	due, why := "by hand", r.Why
	switch {
	case !r.Due.IsZero():
		due = clock(r.Due, zone)
	case r.Event == schedules.Adopted:
		due, why = "", r.When
	case r.Event == schedules.Retired, r.Event == schedules.ClockBack:
		due = ""
	}
	what := r.Event
	if r.Warned {
		what += ", with warnings"
	}
	if r.Count > 1 {
		what = fmt.Sprintf("%s ×%d, until %s", r.Event, r.Count, clock(r.Through, zone))
	}
	if r.Way != "" {
		what = fmt.Sprintf("notice %s by %s", r.Event, r.Way)
	}
	took, rows := "", ""
	if r.Millis > 0 {
		took = (time.Duration(r.Millis) * time.Millisecond).String()
	}
	if r.Rows > 0 {
		rows = strconv.FormatInt(r.Rows, 10)
	}
	return []string{r.Job, due, clock(r.At, zone), what, took, rows, r.Period, r.Version, shorten(why, 100)}
}

// shorten cuts a text for a table, with a mark that it was cut.
func shorten(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return string(letters[:most-1]) + "…"
}
