package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/config"
	"tongbao/schedules"
)

func newScheduleRunCommand(app *App) *cobra.Command {
	var every time.Duration
	cmd := &cobra.Command{
		Use:   "run",
		Short: "The daemon: start jobs when they are due, until stopped",
		Long: `Looks at the clock every --every and starts what is due, each run in a process of its own. Stop it with Ctrl-C or SIGTERM: what
runs then is stopped and run again by the next daemon. A second daemon on the same project is refused. tongbao.yaml is read again
when it changes.`,
		Example: "  tongbao schedule run\n  tongbao --project /srv/notice schedule run --every 30s",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if every < time.Second {
				return usageError{fmt.Errorf("--every %v: at least 1s", every)}
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			jobs, err := p.needJobs()
			if err != nil {
				return err
			}
			d, err := app.daemon(p, jobs)
			if err != nil {
				return err
			}
			d.Every = every
			lock, err := app.lockFile(cmd.Context(), p.schedule().lock(), "schedule run", 0)
			if err != nil {
				return daemonRefused(err)
			}
			fmt.Fprintf(app.Stderr, "watching %d schedules of %s; stop with Ctrl-C\n", len(jobs), p.Dir)
			return errors.Join(d.Serve(cmd.Context()), lock.Release())
		},
	}
	cmd.Flags().DurationVar(&every, "every", 10*time.Second, "time between two looks at the clock")
	return cmd
}

func daemonRefused(err error) error {
	if errors.Is(err, errLocked) {
		return withHint(fmt.Errorf("this project has a daemon already: %w", err), "ask it with `tongbao schedule status`, or stop that process first")
	}
	return err
}

// daemon puts the project's clock, ledger, processes and files around the scheduler.
func (app *App) daemon(p Project, jobs []schedules.Job) (*schedules.Daemon, error) {
	days, err := p.Calendar()
	if err != nil {
		return nil, err
	}
	zone, err := p.Zone()
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	if err := bindChildren(); err != nil {
		return nil, err
	}
	files := p.schedule()
	notify := newNotifier(app, p)
	d := &schedules.Daemon{
		Jobs: jobs, Days: days, Log: files.ledger(), Every: 10 * time.Second,
		Now:      func() time.Time { return app.Now().In(zone) },
		Run:      app.jobProcess(p),
		Logger:   slog.New(slog.NewTextHandler(app.Stderr, nil)),
		Post:     notify,
		Requests: files.takeRequests,
		Reload:   p.reload(app, notify),
	}
	d.Beat = func(b schedules.Beat) error {
		return heartbeat{PID: os.Getpid(), Host: host, Program: Version, EverySeconds: d.Every.Seconds(), Beat: b}.write(files.heartbeat())
	}
	return d, nil
}

// reload reads tongbao.yaml again when its time or size has changed; a file that cannot be used is reported and the schedules stay as
// they were.
func (p Project) reload(app *App, notify *notifier) func() ([]schedules.Job, bool) {
	path := filepath.Join(p.Dir, config.FileName)
	seen := fileStamp(path)
	return func() ([]schedules.Job, bool) {
		stamp := fileStamp(path)
		if stamp == seen {
			return nil, false
		}
		seen = stamp
		fresh, err := openProject(p.Dir)
		var jobs []schedules.Job
		if err == nil {
			jobs, err = fresh.jobs()
		}
		if err != nil {
			fmt.Fprintf(app.Stderr, "tongbao.yaml has changed but cannot be used; the schedules stay as they were: %v\n", err)
			return nil, false
		}
		notify.config.Store(&fresh.Config.Notify)
		return jobs, true
	}
}

func fileStamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "missing"
	}
	return fmt.Sprint(info.ModTime().UnixNano(), info.Size())
}

// takeRequests hands over and removes what `schedule trigger` left for the daemon, oldest first.
func (f scheduleFiles) takeRequests() []schedules.Request {
	entries, err := os.ReadDir(f.requests())
	if err != nil {
		return nil // none was ever made
	}
	var requests []schedules.Request
	for _, entry := range entries {
		path := filepath.Join(f.requests(), entry.Name())
		var request schedules.Request
		text, err := os.ReadFile(path)
		if err != nil || filepath.Ext(path) != ".json" {
			continue
		}
		if err := os.Remove(path); err != nil {
			continue // run it when it can be removed: else it would run for ever
		}
		if json.Unmarshal(text, &request) == nil {
			requests = append(requests, request)
		}
	}
	return requests
}

// leaveRequest asks the running daemon for a run.
func (f scheduleFiles) leaveRequest(request schedules.Request) error {
	if err := os.MkdirAll(f.requests(), 0o755); err != nil {
		return err
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	path := filepath.Join(f.requests(), request.At.UTC().Format("20060102T150405.000000000")+".json")
	return replaceFile(path, text)
}

func newScheduleTriggerCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:     "trigger JOB",
		Short:   "Run a job now",
		Long:    "Asks the running daemon for a run of the job now; where no daemon runs, does it here and waits for the end.",
		Example: "  tongbao schedule trigger quarter",
		Args:    exactArgs(1, "the name of one job; `tongbao schedule list` shows them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			jobs, err := p.needJobs()
			if err != nil {
				return err
			}
			if err := knownJob(jobs, args[0]); err != nil {
				return err
			}
			return app.trigger(cmd.Context(), p, jobs, schedules.Request{Job: args[0], At: app.Now(), By: app.userName()})
		},
	}
}

func knownJob(jobs []schedules.Job, name string) error {
	names := ""
	for _, job := range jobs {
		if job.Name == name {
			return nil
		}
		names += " " + job.Name
	}
	return withHint(usageError{fmt.Errorf("no job is called %q", name)}, "the jobs are:%s", names)
}

func (app *App) trigger(ctx context.Context, p Project, jobs []schedules.Job, request schedules.Request) error {
	files := p.schedule()
	if holder, running := lockedBy(files.lock()); running {
		if err := files.leaveRequest(request); err != nil {
			return err
		}
		fmt.Fprintf(app.Stderr, "asked the daemon, %s; see `tongbao schedule history`\n", holder)
		if app.json {
			return app.printJSON(map[string]any{"job": request.Job, "asked": true})
		}
		return nil
	}
	d, err := app.daemon(p, jobs)
	if err != nil {
		return err
	}
	lock, err := app.lockFile(ctx, files.lock(), "schedule trigger "+request.Job, 0)
	if err != nil {
		return daemonRefused(err)
	}
	end, err := d.Once(ctx, request)
	if err = errors.Join(err, lock.Release()); err != nil {
		return err
	}
	zone, err := p.Zone()
	if err != nil {
		return err
	}
	if err := app.printRecords([]schedules.Record{end}, zone); err != nil {
		return err
	}
	switch {
	case end.Event != schedules.Succeeded:
		return fmt.Errorf("%s: %s", end.Job, end.Why)
	case end.Warned:
		return errWarnings
	}
	return nil
}

// exactArgs wants n arguments and says which.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return withHint(usageError{fmt.Errorf("%s takes %s", cmd.CommandPath(), what)}, "%s --help", cmd.CommandPath())
	}
}
