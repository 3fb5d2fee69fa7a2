package schedules

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tongbao/internal/journal"
)

// Events of the ledger. A due time is decided by exactly one of started, skipped or missed, a queued one a little later; a started
// run ends in succeeded or failed.
const (
	Adopted     = "adopted"     // from At on, the job's due times follow When
	Retired     = "retired"     // the job left the configuration
	Started     = "started"     // an attempt began
	Succeeded   = "succeeded"   // it ended well; Warned says that rows were rejected or checks warned
	Failed      = "failed"      // it ended badly; Retry is when the next attempt begins, absent when there is none
	Interrupted = "interrupted" // the daemon or the machine stopped while it ran; it will be run again
	Queued      = "queued"      // due while an earlier run was not over; it will start after it
	Skipped     = "skipped"     // due while an earlier run was not over
	Missed      = "missed"      // due while nobody was there to run it, and not caught up
	Sent        = "sent"        // the notice ID of an earlier record went out on Way
	Unsent      = "unsent"      // it could not; Retry is when it is offered again, absent when it was given up
	ClockBack   = "clock_back"  // the clock went back to At: what was skipped or missed in the time after it is open again
)

// Record is one line of the ledger.
type Record struct {
	Event   string    `json:"event"`
	At      time.Time `json:"at"`
	Job     string    `json:"job,omitempty"`
	Due     time.Time `json:"due,omitzero"`     // absent: started by hand
	Through time.Time `json:"through,omitzero"` // skipped, missed: the last due time of several in a row
	Count   int       `json:"count,omitempty"`  // skipped, missed: how many
	Attempt int       `json:"attempt,omitempty"`
	Retry   time.Time `json:"retry,omitzero"`
	Why     string    `json:"why,omitempty"`
	When    string    `json:"when,omitempty"`    // adopted: the rule and its time zone
	Millis  int64     `json:"took_ms,omitempty"` // succeeded, failed: how long it ran
	ID      string    `json:"id,omitempty"`      // of the notice this record is worth, or tells of
	Ways    []string  `json:"ways,omitempty"`    // on which it has to go
	Way     string    `json:"way,omitempty"`     // sent, unsent
	Result
}

// Result is what a run says about itself.
type Result struct {
	Period  string `json:"period,omitempty"`
	Version string `json:"version,omitempty"` // published
	Files   int64  `json:"files,omitempty"`
	Rows    int64  `json:"rows,omitempty"` // loaded
	Warned  bool   `json:"warned,omitempty"`
	Output  string `json:"output,omitempty"` // what was written where
}

// Log keeps records; internal/journal is the durable one.
type Log interface {
	Append(record any) error
	Read(visit func(seq int64, record json.RawMessage) error) error
}

// history is what the ledger says about one job.
type history struct {
	rule    string    // "" when the job is not adopted
	decided time.Time // every due time up to here is in the ledger
	ran     map[int64]bool
	open    *Record // started and not ended
	retry   *Record // failed or interrupted, to be run again
	queue   []time.Time
	breaks  int // interruptions of the due time that is open or to be retried
	cached  struct {
		rule        Rule
		after, next time.Time
	}
}

// state is what the ledger says about every job.
type state struct {
	jobs   map[string]*history
	outbox outbox
	last   time.Time // of any record
	read   int64     // records
}

func (s *state) of(job string) *history {
	h := s.jobs[job]
	if h == nil {
		h = &history{ran: map[int64]bool{}}
		s.jobs[job] = h
	}
	return h
}

// apply moves the state by one record.
func (s *state) apply(r Record) {
	s.read++
	if r.Event == ClockBack {
		s.clockBack(r.At)
		return
	}
	if r.At.After(s.last) {
		s.last = r.At
	}
	s.outbox.apply(r)
	h := s.of(r.Job)
	switch r.Event {
	case Adopted:
		h.rule = r.When
		if r.At.After(h.decided) {
			h.decided = r.At
		}
	case Retired:
		h.rule = ""
	case Started:
		h.open, h.retry = &r, nil
		h.unqueue(r.Due, r.Due)
		if r.Attempt <= 1 {
			h.breaks = 0
		}
		if !r.Due.IsZero() && !h.ran[r.Due.Unix()] { // a further attempt decides nothing: the clock may have gone back since
			h.ran[r.Due.Unix()] = true
			h.decide(r.Due)
		}
	case Succeeded:
		h.open, h.retry = nil, nil
	case Failed, Interrupted:
		h.open, h.retry = nil, nil
		if r.Event == Interrupted {
			h.breaks++
		}
		if !r.Retry.IsZero() {
			h.retry = &r
		}
	case Queued:
		h.queue = append(h.queue, r.Due)
		h.decide(r.Due)
	case Skipped, Missed:
		last := r.Due
		if r.Through.After(last) {
			last = r.Through
		}
		h.unqueue(r.Due, last)
		h.decide(last)
	}
}

func (h *history) decide(due time.Time) {
	if due.After(h.decided) {
		h.decided = due
	}
}

func (h *history) unqueue(first, last time.Time) {
	h.queue = slices.DeleteFunc(h.queue, func(due time.Time) bool { return !due.Before(first) && !due.After(last) })
}

// clockBack reopens what was decided in a time that has not come yet; what ran stays run.
func (s *state) clockBack(now time.Time) {
	s.last = now
	s.outbox.clockBack(now)
	for _, h := range s.jobs {
		if h.decided.After(now) {
			h.decided = now
		}
		h.queue = slices.DeleteFunc(h.queue, func(due time.Time) bool { return due.After(now) })
		if h.retry != nil && h.retry.At.After(now) {
			moved := *h.retry
			moved.At, moved.Retry = now, now.Add(h.retry.Retry.Sub(h.retry.At))
			if moved.Due.After(moved.Retry) {
				moved.Retry = moved.Due
			}
			h.retry = &moved
		}
	}
}

// replay reads the whole ledger. A broken chain is returned beside the state that could be read.
func replay(log Log) (*state, error) {
	s := &state{jobs: map[string]*history{}}
	err := log.Read(func(seq int64, raw json.RawMessage) error {
		var r Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("ledger record %d: %w", seq, err)
		}
		s.apply(r)
		return nil
	})
	var broken *journal.Break
	if err != nil && !errors.As(err, &broken) {
		return nil, err
	}
	return s, err
}

// History returns the records of the ledger, oldest first, of one job or of all (""). A broken chain is returned beside them.
func History(log Log, job string) ([]Record, error) {
	var records []Record
	err := log.Read(func(seq int64, raw json.RawMessage) error {
		var r Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("ledger record %d: %w", seq, err)
		}
		if job == "" || r.Job == job {
			records = append(records, r)
		}
		return nil
	})
	return records, err
}

// Runs keeps of a job's records those that say how a due time ended: succeeded, failed for good, skipped, missed; and notices given up.
func Runs(records []Record) []Record {
	return slices.DeleteFunc(slices.Clone(records), func(r Record) bool {
		switch r.Event {
		case Succeeded, Skipped, Missed:
			return false
		case Failed, Unsent:
			return !r.Retry.IsZero()
		}
		return true
	})
}
