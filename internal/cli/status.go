package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tongbao/internal/journal"
	"tongbao/internal/warehouse"
	"tongbao/schedules"
)

// status is all a remote colleague would ask for over the telephone.
type status struct {
	At        time.Time          `json:"at"`
	Project   string             `json:"project"`
	Province  string             `json:"province"`
	Program   string             `json:"program"`
	Published *publishedStatus   `json:"published"`
	Lost      bool               `json:"current_lost,omitempty"` // versions are published, but none of them is current
	Writer    string             `json:"writer,omitempty"`       // a command that is changing the project just now
	Daemon    *daemonHealth      `json:"daemon,omitempty"`       // absent when there are no schedules
	Inbox     inboxStatus        `json:"inbox"`
	Files     int64              `json:"files"` // ever ingested
	Cities    []cityStatus       `json:"cities"`
	Deadlines []deadline         `json:"deadlines"`
	Runs      []schedules.Record `json:"runs"`
	Commands  []auditEntry       `json:"commands"`
	Disk      diskUse            `json:"disk"`
	Warnings  []string           `json:"warnings"`
}

type publishedStatus struct {
	Version       string    `json:"version"`
	CutOff        string    `json:"cut_off"`
	At            time.Time `json:"at"`
	Kept          int       `json:"kept"`
	Periods       []string  `json:"periods"`
	Figures       int64     `json:"figures"`
	BuildWarnings int       `json:"build_warnings"`
}

func newStatusCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "How fresh the data are, what waits, what is due and from whom it is missing",
		Long: `One screen about the project: the published version, how fresh each city's data are, files waiting in the inbox, rows returned for
correction (待改 pending, 已改 corrected, 豁免 waived), the deadlines of the rules with what is missing from whom, the last runs, the disk.
It changes nothing and waits for nobody.`,
		Example: "  tongbao status\n  tongbao status --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			s, err := app.status(cmd.Context(), p)
			if err != nil {
				return err
			}
			if app.json {
				return app.printJSON(s)
			}
			return app.printStatus(p, s)
		},
	}
}

const recentLines = 8

func (app *App) status(ctx context.Context, p Project) (status, error) {
	zone, err := p.Zone()
	if err != nil {
		return status{}, err
	}
	s := status{
		At: app.Now().In(zone), Project: p.Dir, Province: p.Config.Province, Program: Version,
		Cities: []cityStatus{}, Deadlines: []deadline{}, Runs: []schedules.Record{}, Commands: []auditEntry{}, Warnings: []string{},
	}
	if s.Published, err = publishedNow(p, zone); err != nil {
		s.warn("published versions: %v", err)
	} else if err := p.publishedReads(ctx); err != nil {
		s.Lost = errors.Is(err, errNowhere)
		s.warn("%v; %s", err, hintOf(err, "`tongbao doctor` says more"))
	}
	s.Writer, _ = lockedBy(p.writeLock())
	if len(p.Config.Schedules) > 0 {
		health, err := app.daemonHealth(p)
		if err != nil {
			return s, err
		}
		s.Daemon = &health
		switch {
		case !health.Fresh:
			s.warn("the daemon of the schedules is not running, or hangs: `tongbao schedule status`")
		case health.Heartbeat.Problem != "":
			s.warn("the daemon of the schedules: %s", health.Heartbeat.Problem)
		}
	}
	if err := s.readData(ctx, p); err != nil {
		s.warn("%v", err)
	}
	if err := s.readLogs(p); err != nil {
		s.warn("%v", err)
	}
	if behind := p.clockBehind(s.At); behind != "" {
		s.warn("%s", behind)
	}
	if s.Disk, err = p.diskUse(); err != nil {
		s.warn("disk: %v", err)
	}
	if need := 2 * max(s.Disk.Warehouse, 256<<20); s.Disk.Free < need {
		s.warn("only %s free on the disk; a build may need %s", megabytes(s.Disk.Free), megabytes(need))
	}
	return s, nil
}

func (s *status) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

func publishedNow(p Project, zone *time.Location) (*publishedStatus, error) {
	versions, err := warehouse.Store{Dir: p.Published()}.List()
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.IsCurrent {
			return &publishedStatus{v.Version, v.CutOff, v.PublishedAt.In(zone), len(versions), v.Periods, v.Figures, len(v.Warnings)}, nil
		}
	}
	return nil, nil
}

// publishedReads opens the current version as a reader would; nothing published is fine.
func (p Project) publishedReads(ctx context.Context) error {
	db, _, err := p.openPublished(ctx, "")
	if errors.Is(err, warehouse.ErrNothingPublished) {
		return nil
	}
	if err != nil {
		return err
	}
	return db.Close()
}

// readLogs takes the last lines of both logs; where their chain is broken it says so.
func (s *status) readLogs(p Project) error {
	var records []schedules.Record
	ledgerErr := p.schedule().ledger().Tail(2000, func(_ int64, raw json.RawMessage) error {
		var r schedules.Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return err
		}
		records = append(records, r)
		return nil
	})
	s.Runs = lastOf(schedules.Runs(records), recentLines)
	auditErr := p.auditLog().Tail(400, func(_ int64, raw json.RawMessage) error {
		var entry auditEntry
		if err := json.Unmarshal(raw, &entry); err != nil {
			return err
		}
		s.Commands = append(s.Commands, entry)
		return nil
	})
	s.Commands = lastOf(settled(s.Commands), recentLines)
	for _, log := range []struct {
		name string
		err  error
	}{{"the schedule's ledger", ledgerErr}, {"the audit log", auditErr}} {
		var broken *journal.Break
		switch {
		case errors.As(log.err, &broken):
			s.warn("%s was altered (%s); `tongbao doctor` says where", log.name, broken.Why)
		case log.err != nil:
			return fmt.Errorf("%s: %w", log.name, log.err)
		}
	}
	return nil
}

func lastOf[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }
