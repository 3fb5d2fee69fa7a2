package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// dueLine is one coming run, as `schedule list --json` prints it.
type dueLine struct {
	Job      string    `json:"job"`
	Due      time.Time `json:"due"`
	Does     string    `json:"does"`
	When     string    `json:"when"`
	Meaning  string    `json:"meaning"`
	Timezone string    `json:"timezone"`
	Note     string    `json:"note,omitempty"`
}

func newScheduleListCommand(app *App) *cobra.Command {
	next := 3
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "The next times of every job and what they will do",
		Example: "  tongbao schedule list\n  tongbao schedule list --next 12 --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if next < 1 {
				return usageError{fmt.Errorf("--next %d: at least 1", next)}
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			jobs, err := p.needJobs()
			if err != nil {
				return err
			}
			days, err := p.Calendar()
			if err != nil {
				return err
			}
			var lines []dueLine
			for _, job := range jobs {
				at := app.Now()
				for range next {
					if at = job.Rule.Next(at); at.IsZero() {
						break
					}
					line := dueLine{job.Name, at.In(job.Zone), job.Does(at), job.Rule.String(), job.Rule.Describe(), job.Zone.String(), ""}
					if year := line.Due.Year(); strings.Contains(line.Meaning, "working day") && !days.HasYear(year) {
						line.Note = fmt.Sprintf("days off of %d are not known yet: counted by weekends", year)
					}
					lines = append(lines, line)
				}
			}
			return app.printDue(lines)
		},
	}
	cmd.Flags().IntVar(&next, "next", next, "times per job")
	return cmd
}

func (app *App) printDue(lines []dueLine) error {
	if app.json {
		for _, line := range lines {
			if err := app.printJSON(line); err != nil {
				return err
			}
		}
		return nil
	}
	var rows [][]string
	notes := map[string]bool{}
	for i, line := range lines {
		name, meaning := line.Job, line.Meaning
		if i > 0 && lines[i-1].Job == line.Job {
			name, meaning = "", ""
		}
		rows = append(rows, []string{name, line.Due.Format("Mon ") + clock(line.Due, line.Due.Location()), line.Does, meaning})
		if line.Note != "" && !notes[line.Note] {
			notes[line.Note] = true
			fmt.Fprintln(app.Stderr, "note:", line.Note)
		}
	}
	return printTable(app.Stdout, []string{"job", "due", "does", "rule"}, rows)
}
