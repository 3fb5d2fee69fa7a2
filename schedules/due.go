package schedules

import (
	"slices"
	"time"
)

// dueTime is an undecided due time. apart says that one between it and the one before is decided already, so that a record over
// several in a row may not cover both.
type dueTime struct {
	at    time.Time
	apart bool
}

// between lists what a rule makes due after what is decided, up to now.
func between(rule Rule, h *history, now time.Time) []dueTime {
	var due []dueTime
	apart := false
	for at := h.next(rule); !at.IsZero() && !at.After(now); at = rule.Next(at) {
		if h.ran[at.Unix()] { // before the clock went back
			apart = true
			continue
		}
		due = append(due, dueTime{at, apart})
		apart = false
	}
	return due
}

// next is the rule's first due time after what is decided; looked up again only when that moves.
func (h *history) next(rule Rule) time.Time {
	if h.cached.rule != rule || !h.cached.after.Equal(h.decided) {
		h.cached.rule, h.cached.after, h.cached.next = rule, h.decided, rule.Next(h.decided)
	}
	return h.cached.next
}

// undecided splits the due times the ledger does not know yet: those too old to be caught up, and the others.
func undecided(job Job, h *history, now time.Time) (old, recent []dueTime) {
	due := between(job.Rule, h, now)
	first := slices.IndexFunc(due, func(d dueTime) bool { return now.Sub(d.at) <= job.Window })
	if first < 0 {
		first = len(due)
	}
	return due[:first], due[first:]
}

// spans makes one record for each run of consecutive due times.
func spans(event string, job Job, due []dueTime, why string, now time.Time) []Record {
	var records []Record
	for _, d := range due {
		if len(records) == 0 || d.apart {
			records = append(records, Record{Event: event, At: now, Job: job.Name, Due: d.at, Count: 1, Why: why})
			continue
		}
		last := &records[len(records)-1]
		last.Through = d.at
		last.Count++
	}
	return records
}
