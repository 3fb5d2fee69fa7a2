package schedules

import "time"

// Beat is the state of a daemon at one look at the clock.
type Beat struct {
	At      time.Time `json:"at"`
	Started time.Time `json:"started"`
	Problem string    `json:"problem,omitempty"`
	Jobs    []JobBeat `json:"jobs"`
	// Notices that are owed, oldest first.
	Notices []NoticeBeat `json:"notices,omitempty"`
}

// NoticeBeat is a notice that has not gone out yet.
type NoticeBeat struct {
	ID    string    `json:"id"`
	Kind  string    `json:"notice"`
	Job   string    `json:"job"`
	Due   time.Time `json:"due,omitzero"`
	Way   string    `json:"way"`
	Tries int       `json:"tries,omitempty"`
	Next  time.Time `json:"next"`
	Why   string    `json:"why,omitempty"` // the last try failed
}

// JobBeat is the state of one job.
type JobBeat struct {
	Name    string    `json:"name"`
	Next    time.Time `json:"next,omitzero"`
	Running bool      `json:"running"`
	Since   time.Time `json:"since,omitzero"` // of the running attempt
	Attempt int       `json:"attempt,omitempty"`
	Retry   time.Time `json:"retry,omitzero"`
	Why     string    `json:"why,omitempty"` // of the retry
	Queued  int       `json:"queued,omitempty"`
}

func (d *Daemon) beat(now time.Time) Beat {
	b := Beat{At: now, Started: d.started, Problem: orElse(orElse(d.problem, d.altered), d.state.outbox.problem()), Jobs: []JobBeat{}}
	for _, job := range d.Jobs {
		h := d.state.of(job.Name)
		j := JobBeat{Name: job.Name, Next: h.next(job.Rule), Queued: len(h.queue)}
		if h.open != nil {
			j.Running, j.Since, j.Attempt = true, h.open.At, h.open.Attempt
		}
		if h.retry != nil {
			j.Retry, j.Why, j.Attempt = h.retry.Retry, h.retry.Why, h.retry.Attempt
		}
		b.Jobs = append(b.Jobs, j)
	}
	for _, l := range d.state.outbox.owed {
		b.Notices = append(b.Notices, NoticeBeat{l.about.ID, l.about.Notice(), l.about.Job, l.about.Due, l.way, l.tries, l.next, l.why})
	}
	return b
}
