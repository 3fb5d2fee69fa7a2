package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/journal"
	"tongbao/schedules"
)

func newScheduleCommand(app *App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Run jobs when they are due: ingest, quarter, backup",
		Long: `Runs the jobs under ` + "`schedules:`" + ` in tongbao.yaml when they are due. Every due time runs exactly once, or the ledger
(data/schedule/ledger.jsonl) says that it was skipped, missed or failed, and why. docs/schedules.md has the grammar of ` + "`when`" + `.`,
		Example: `  tongbao schedule list
  tongbao schedule run
  tongbao schedule trigger quarter
  tongbao schedule install --print`,
	}
	cmd.AddCommand(
		newScheduleRunCommand(app),
		newScheduleListCommand(app),
		newScheduleHistoryCommand(app),
		newScheduleTriggerCommand(app),
		newScheduleStatusCommand(app),
		newScheduleInstallCommand(app),
	)
	return cmd
}

// scheduleFiles are what the daemon keeps below data/schedule.
type scheduleFiles struct{ dir string }

func (p Project) schedule() scheduleFiles { return scheduleFiles{filepath.Join(p.Data(), "schedule")} }

func (f scheduleFiles) ledger() journal.Journal {
	return journal.Open(filepath.Join(f.dir, "ledger.jsonl"))
}
func (f scheduleFiles) lock() string      { return filepath.Join(f.dir, "daemon.lock") }
func (f scheduleFiles) heartbeat() string { return filepath.Join(f.dir, "heartbeat.json") }
func (f scheduleFiles) requests() string  { return filepath.Join(f.dir, "requests") }
func (f scheduleFiles) logs() string      { return filepath.Join(f.dir, "logs") }

// jobs reads the project's schedules; a rule that cannot be read is a mistake in tongbao.yaml.
func (p Project) jobs() ([]schedules.Job, error) {
	days, err := p.Calendar()
	if err != nil {
		return nil, err
	}
	jobs, err := schedules.Jobs(p.Config, days)
	if err != nil {
		return nil, withHint(usageError{fmt.Errorf("tongbao.yaml: %w", err)}, "correct that key; docs/schedules.md shows every form")
	}
	return jobs, nil
}

// needJobs is jobs for a command that is pointless without any.
func (p Project) needJobs() ([]schedules.Job, error) {
	jobs, err := p.jobs()
	if err == nil && len(jobs) == 0 {
		err = withHint(usageError{fmt.Errorf("%s has no schedules", p.Dir)},
			"add some to tongbao.yaml, for example:\nschedules:\n  - {name: quarter, job: quarter, when: \"@quarter+5d roll next at 06:30\"}")
	}
	return jobs, err
}

// heartbeat is the file a monitor watches: the daemon's state at its last look, and who it is.
type heartbeat struct {
	PID          int     `json:"pid"`
	Host         string  `json:"host"`
	Program      string  `json:"program"`
	EverySeconds float64 `json:"every_seconds"`
	schedules.Beat
}

// write replaces the file at once, so that a reader never sees half of it.
func (h heartbeat) write(path string) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return replaceFile(path, append(text, '\n'))
}

func (f scheduleFiles) readHeartbeat() (heartbeat, error) {
	var h heartbeat
	text, err := os.ReadFile(f.heartbeat())
	if err != nil {
		return h, err
	}
	return h, json.Unmarshal(text, &h)
}

// clock prints a moment for people, in a time zone.
func clock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	if t.Second() != 0 {
		return t.In(zone).Format("2006-01-02 15:04:05 MST")
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}
