package schedules

import (
	"fmt"
	"time"

	"tongbao/internal/calendar"
)

// maxInterruptions is how often one due time may be cut short by the daemon's end before it counts as failed: a run that takes the
// machine down must not do so for ever.
const maxInterruptions = 5

// plan says what to write into the ledger about the due times of a job up to now. A started record among them is a run to start;
// there is at most one, and none while a run is open. grace is how late a due time still counts as on time.
func plan(job Job, h *history, now time.Time, grace time.Duration) []Record {
	old, recent := undecided(job, h, now)
	records := spans(Missed, job, old, tooOld(job), now)
	if end := giveUp(job, h, recent, now, grace); end != nil {
		return append(append(records, *end), catchUp(job, recent, now, grace)...)
	}
	switch {
	case h.open != nil || h.retry != nil && h.retry.Retry.After(now):
		return append(records, overlapping(job, h, recent, now, grace)...)
	case h.retry != nil:
		again := Record{Event: Started, At: now, Job: job.Name, Due: h.retry.Due, Attempt: h.retry.Attempt + 1, Why: "again after: " + h.retry.Why}
		records = append(records, again)
		return append(records, overlapping(job, h, recent, now, grace)...)
	case len(h.queue) > 0:
		records = append(records, Record{Event: Started, At: now, Job: job.Name, Due: h.queue[0], Attempt: 1, Why: "queued behind an earlier run"})
		return append(records, overlapping(job, h, recent, now, grace)...)
	}
	return append(records, catchUp(job, recent, now, grace)...)
}

// giveUp ends the wait for another attempt when it has become pointless: nil when there is none, or when it has not.
func giveUp(job Job, h *history, recent []dueTime, now time.Time, grace time.Duration) *Record {
	if h.retry == nil || h.open != nil {
		return nil
	}
	end := &Record{Event: Failed, At: now, Job: job.Name, Due: h.retry.Due, Attempt: h.retry.Attempt}
	if now.Sub(h.retry.Due) > job.Window {
		end.Why = fmt.Sprintf("%s; longer ago than the window of %v", h.retry.Why, job.Window)
		return end
	}
	if len(recent) == 0 || job.Overlap == "queue" || job.Catchup == "all" {
		return nil
	}
	newest := recent[len(recent)-1].at
	if job.Catchup == "none" && now.Sub(newest) > grace {
		return nil
	}
	end.Why = h.retry.Why + "; not tried again: the run due " + stamp(newest, job) + " takes its place"
	return end
}

// overlapping decides about due times that come while an earlier run is not over: the overlap policy is for those seen on time, the
// catch-up policy for those that nobody saw.
func overlapping(job Job, h *history, recent []dueTime, now time.Time, grace time.Duration) []Record {
	unseen := 0
	for unseen < len(recent) && now.Sub(recent[unseen].at) > grace {
		unseen++
	}
	missed := map[string]int{"none": unseen, "latest": max(unseen-1, 0), "all": 0}[job.Catchup]
	records := spans(Missed, job, recent[:missed], unattended+"; catchup is "+job.Catchup, now)
	for _, due := range recent[missed:unseen] {
		records = append(records, Record{Event: Queued, At: now, Job: job.Name, Due: due.at, Why: unattended + "; an earlier run was not over"})
	}
	recent = recent[unseen:]
	if job.Overlap == "queue" {
		for _, due := range recent {
			records = append(records, Record{Event: Queued, At: now, Job: job.Name, Due: due.at, Why: "an earlier run was not over"})
		}
		return records
	}
	earlier := h.open
	if earlier == nil {
		earlier = h.retry
	}
	why := "an earlier run was not over"
	if earlier != nil && !earlier.Due.IsZero() {
		why = "the run due " + stamp(earlier.Due, job) + " was not over"
	}
	return append(records, spans(Skipped, job, recent, why, now)...)
}

// unattended is why a due time passed without a run.
const unattended = "the machine was off or the daemon did not run"

// catchUp decides about due times that come while the job is idle.
func catchUp(job Job, recent []dueTime, now time.Time, grace time.Duration) []Record {
	if len(recent) == 0 {
		return nil
	}
	missed := 0
	why := unattended
	switch job.Catchup {
	case "none":
		for missed < len(recent) && now.Sub(recent[missed].at) > grace {
			missed++
		}
		why += "; catchup is none"
	case "latest":
		missed = len(recent) - 1
		why += "; the one due " + stamp(recent[missed].at, job) + " runs for all"
	}
	records := spans(Missed, job, recent[:missed], why, now)
	for i, due := range recent[missed:] {
		late := ""
		if behind := now.Sub(due.at); behind > grace {
			late = fmt.Sprintf("caught up %v late", behind.Round(time.Second))
		}
		if i == 0 {
			records = append(records, Record{Event: Started, At: now, Job: job.Name, Due: due.at, Attempt: 1, Why: late})
			continue
		}
		records = append(records, Record{Event: Queued, At: now, Job: job.Name, Due: due.at, Why: late})
	}
	return records
}

func tooOld(job Job) string {
	return fmt.Sprintf("%s; longer ago than the window of %v", unattended, job.Window)
}

func stamp(due time.Time, job Job) string { return due.In(job.Zone).Format(time.RFC3339) }

// recoverOpen says what to write about a run that the ledger calls open although nobody is running it any more.
func recoverOpen(job Job, h *history, now time.Time) []Record {
	if h.open == nil {
		return nil
	}
	r := Record{Event: Interrupted, At: now, Job: h.open.Job, Due: h.open.Due, Attempt: h.open.Attempt, Why: "the daemon or the machine stopped while it ran"}
	return []Record{againOrFailed(r, job, h, now)}
}

// againOrFailed schedules an interrupted run again, unless that makes no sense any more.
func againOrFailed(r Record, job Job, h *history, now time.Time) Record {
	switch {
	case r.Due.IsZero():
		r.Event, r.Why = Failed, r.Why+"; it was started by hand and is not run again"
	case h.breaks >= maxInterruptions:
		r.Event, r.Why = Failed, fmt.Sprintf("%s; that happened %d times", r.Why, h.breaks+1)
	case now.Sub(r.Due) > job.Window:
		r.Event, r.Why = Failed, fmt.Sprintf("%s; longer ago than the window of %v", r.Why, job.Window)
	default:
		r.Retry = now
	}
	return r
}

// adopt says what to write when a daemon starts with these jobs: new ones begin now, changed ones settle their old rule first, and
// those that left the configuration are settled and retired.
func adopt(s *state, jobs []Job, days *calendar.Calendar, now time.Time) []Record {
	var records []Record
	wanted := map[string]bool{}
	for _, job := range jobs {
		wanted[job.Name] = true
		h := s.of(job.Name)
		if h.rule == job.rule() {
			continue
		}
		if h.rule != "" {
			records = append(records, settle(job, h, days, "the rule was changed before it was run", now)...)
		}
		records = append(records, Record{Event: Adopted, At: now, Job: job.Name, When: job.rule()})
	}
	for _, name := range sortedKeys(s.jobs) {
		h := s.jobs[name]
		if wanted[name] || h.rule == "" {
			continue
		}
		records = append(records, settle(Job{Name: name}, h, days, "the job left the configuration before it was run", now)...)
		for _, due := range h.queue {
			records = append(records, Record{Event: Missed, At: now, Job: name, Due: due, Count: 1, Why: "the job left the configuration before it was run"})
		}
		if h.retry != nil {
			records = append(records, Record{Event: Failed, At: now, Job: name, Due: h.retry.Due, Attempt: h.retry.Attempt, Why: h.retry.Why + "; the job left the configuration"})
		}
		records = append(records, Record{Event: Retired, At: now, Job: name})
	}
	return records
}

// settle records as missed what an earlier rule of the job made due and nobody ran.
func settle(job Job, h *history, days *calendar.Calendar, why string, now time.Time) []Record {
	old, err := adoptedRule(h.rule, days)
	if err != nil {
		return nil // a rule of an earlier release
	}
	return spans(Missed, job, between(old, h, now), why, now)
}
