package cli

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// daemonHealth is the state of the daemon as a monitor asks for it.
type daemonHealth struct {
	Alive      bool       `json:"alive"` // a process holds the daemon's lock
	Fresh      bool       `json:"fresh"` // and has looked at the clock lately
	Holder     string     `json:"holder,omitempty"`
	AgeSeconds float64    `json:"age_seconds,omitempty"` // since the last look
	Heartbeat  *heartbeat `json:"heartbeat,omitempty"`
}

func newScheduleStatusCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Whether the daemon lives, what it does and what comes next",
		Long: `Whether a daemon holds the project, when it last looked at the clock, and the state of each job. Exit code 0: alive and well;
1: not running, hanging, or with a problem. The same is in data/schedule/heartbeat.json.`,
		Example: "  tongbao schedule status\n  tongbao schedule status --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			if _, err := p.needJobs(); err != nil {
				return err
			}
			health, err := app.daemonHealth(p)
			if err != nil {
				return err
			}
			if app.json {
				if err := app.printJSON(health); err != nil {
					return err
				}
			} else if err := app.printHealth(p, health); err != nil {
				return err
			}
			switch {
			case !health.Alive:
				return withHint(errors.New("the daemon is not running"), "start it with `tongbao schedule run`; `tongbao schedule install --print` shows how to keep it running")
			case !health.Fresh:
				return withHint(errors.New("the daemon hangs: it has not looked at the clock lately"), "stop the process and start it again")
			case health.Heartbeat.Problem != "":
				return withHint(errors.New(health.Heartbeat.Problem), "`tongbao doctor` says more")
			}
			return nil
		},
	}
}

func (app *App) daemonHealth(p Project) (daemonHealth, error) {
	files := p.schedule()
	var health daemonHealth
	health.Holder, health.Alive = lockedBy(files.lock())
	beat, err := files.readHeartbeat()
	switch {
	case errors.Is(err, os.ErrNotExist):
		return health, nil
	case err != nil:
		return health, fmt.Errorf("%s: %w", files.heartbeat(), err)
	}
	age := app.Now().Sub(beat.At)
	health.Heartbeat, health.AgeSeconds = &beat, age.Seconds()
	health.Fresh = health.Alive && age.Seconds() < max(60, 5*beat.EverySeconds)
	return health, nil
}

func (app *App) printHealth(p Project, health daemonHealth) error {
	zone, err := p.Zone()
	if err != nil {
		return err
	}
	if health.Alive {
		fmt.Fprintln(app.Stdout, "daemon:", health.Holder)
	}
	if health.Heartbeat == nil {
		return nil
	}
	age := time.Duration(health.AgeSeconds * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(app.Stdout, "last look at the clock: %s, %v ago\n", clock(health.Heartbeat.At, zone), age)
	var rows [][]string
	for _, job := range health.Heartbeat.Jobs {
		doing := "idle"
		switch {
		case job.Running:
			doing = fmt.Sprintf("running since %s, attempt %d", clock(job.Since, zone), job.Attempt)
		case !job.Retry.IsZero():
			doing = fmt.Sprintf("again at %s: %s", clock(job.Retry, zone), shorten(job.Why, 80))
		}
		if job.Queued > 0 {
			doing += fmt.Sprintf(", %d queued", job.Queued)
		}
		rows = append(rows, []string{job.Name, doing, clock(job.Next, zone)})
	}
	if err := printTable(app.Stdout, []string{"job", "state", "next"}, rows); err != nil || len(health.Heartbeat.Notices) == 0 {
		return err
	}
	rows = nil
	for _, n := range health.Heartbeat.Notices {
		due := "by hand"
		if !n.Due.IsZero() {
			due = clock(n.Due, zone)
		}
		rows = append(rows, []string{n.Kind, n.Job, due, n.Way, strconv.Itoa(n.Tries), clock(n.Next, zone), shorten(n.Why, 100)})
	}
	fmt.Fprintln(app.Stdout, "notices not sent yet:")
	return printTable(app.Stdout, []string{"notice", "job", "due", "by", ">tries", "next", "why"}, rows)
}
