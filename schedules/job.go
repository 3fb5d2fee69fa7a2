package schedules

import (
	"fmt"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/config"
)

// Job is one entry of `schedules:` in tongbao.yaml, ready to run.
type Job struct {
	Name    string
	Kind    string // ingest, quarter, backup
	Rule    Rule
	Zone    *time.Location
	Catchup string        // latest, all, none
	Window  time.Duration // due times older than this are never caught up
	Overlap string        // skip, queue
	Retries int
	Backoff time.Duration // before the first retry; doubled for each further one
	Timeout time.Duration // of one attempt
	Keep    int           // backups kept
}

// rule is how the ledger names the rule a due time came from.
func (j Job) rule() string { return j.Rule.String() + " in " + j.Zone.String() }

// Jobs reads the schedules of a project. The error names the key that cannot be used.
func Jobs(cfg config.Config, days *calendar.Calendar) ([]Job, error) {
	var jobs []Job
	seen := map[string]bool{}
	for i, s := range cfg.Schedules {
		key := fmt.Sprintf("schedules[%d]", i)
		job, err := newJob(s, cfg.Timezone, days)
		if err != nil {
			return nil, fmt.Errorf("%s.%w", key, err)
		}
		if seen[job.Name] {
			return nil, fmt.Errorf("%s.name: %q is taken by another schedule; give each its own name", key, job.Name)
		}
		seen[job.Name] = true
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func newJob(s config.Schedule, defaultZone string, days *calendar.Calendar) (Job, error) {
	job := Job{
		Name: orElse(s.Name, s.Job), Kind: s.Job, Catchup: orElse(s.Catchup, "latest"), Overlap: orElse(s.Overlap, "skip"),
		Window: orElse(s.Window, 31*24*time.Hour), Backoff: orElse(s.Backoff, time.Minute), Timeout: orElse(s.Timeout, 6*time.Hour),
		Retries: s.Retries, Keep: orElse(s.Keep, 8),
	}
	for _, choice := range []struct {
		key, value string
		of         []string
	}{
		{"job", job.Kind, []string{"ingest", "quarter", "backup"}},
		{"catchup", job.Catchup, []string{"latest", "all", "none"}},
		{"overlap", job.Overlap, []string{"skip", "queue"}},
	} {
		if err := oneOf(choice.key, choice.value, choice.of); err != nil {
			return Job{}, err
		}
	}
	for _, amount := range []struct {
		key   string
		value int64
	}{{"retries", int64(s.Retries)}, {"keep", int64(s.Keep)}, {"window", int64(s.Window)}, {"backoff", int64(s.Backoff)}, {"timeout", int64(s.Timeout)}} {
		if amount.value < 0 {
			return Job{}, fmt.Errorf("%s: less than nothing", amount.key)
		}
	}
	zone, err := time.LoadLocation(orElse(s.Timezone, defaultZone))
	if err != nil {
		return Job{}, fmt.Errorf("timezone: %q is not an IANA time zone such as Asia/Shanghai", s.Timezone)
	}
	job.Zone = zone
	if job.Rule, err = ParseRule(s.When, zone, days); err != nil {
		return Job{}, fmt.Errorf("when: %w", err)
	}
	return job, nil
}

func oneOf(key, value string, choices []string) error {
	list := ""
	for i, choice := range choices {
		if value == choice {
			return nil
		}
		if i > 0 {
			list += ", "
		}
		list += choice
	}
	return fmt.Errorf("%s: %q is not one of %s", key, value, list)
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Period is the quarter a run is about: the last one ended when it was due.
func (j Job) Period(due time.Time) calendar.Quarter {
	return calendar.LastEnded(calendar.DayOf(due.In(j.Zone)))
}

// Does says in a few words what a run due at a moment will do.
func (j Job) Does(due time.Time) string {
	switch j.Kind {
	case "quarter":
		return fmt.Sprintf("ingest, build and render %s", j.Period(due))
	case "backup":
		return fmt.Sprintf("back up raw and ledger, keeping %d", j.Keep)
	}
	return "ingest what lies in the inbox"
}

// pause is the wait after a failed attempt, counted from 1.
func (j Job) pause(attempt int) time.Duration { return doubled(j.Backoff, attempt) }

// doubled is the wait after a failed try, counted from 1: twice as long after each, at most six hours.
func doubled(first time.Duration, try int) time.Duration {
	const longest = 6 * time.Hour
	wait := first
	for range try - 1 {
		if wait *= 2; wait > longest {
			return longest
		}
	}
	return min(wait, longest)
}
