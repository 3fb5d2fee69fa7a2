package schedules

import "time"

// Beat is the state of a daemon at one look at the clock.
type Beat struct {
	At      time.Time `json:"at"`
	Started time.Time `json:"started"`
	Problem string    `json:"problem,omitempty"`
	Jobs    []JobBeat `json:"jobs"`
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
	b := Beat{At: now, Started: d.started, Problem: orElse(d.problem, d.altered), Jobs: []JobBeat{}}
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
	return b
}
