package schedules

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Kinds of notices.
const (
	Failure   = "failure"   // a run failed for good, or was missed
	Published = "published" // a run published a version
)

// Post carries notices to the world outside.
type Post interface {
	// Ways names the ways on which a notice of a kind goes, as configured now.
	Ways(kind string) []string
	// Send carries the notice of a record on one way. An error wrapped by Final is not worth another try.
	Send(ctx context.Context, way string, r Record) error
}

// Notice is the kind of notice a record is worth, "" for none.
func (r Record) Notice() string {
	switch {
	case r.Event == Missed, r.Event == Failed && r.Retry.IsZero():
		return Failure
	case r.Event == Succeeded && r.Version != "":
		return Published
	}
	return ""
}

// maxTries is how often a notice is offered on one way, with pauses that double to six hours: about a week.
const maxTries = 36

// addressed writes onto a record which ways its notice has to go, so that one append says both: a kill leaves a run without an end, or
// one whose notice is owed.
func addressed(r Record, post Post) (Record, error) {
	kind := r.Notice()
	if kind == "" || post == nil {
		return r, nil
	}
	r.Ways = post.Ways(kind)
	if len(r.Ways) == 0 {
		return r, nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	sum := sha256.Sum256(text)
	r.ID = hex.EncodeToString(sum[:8])
	return r, nil
}

// letter is a notice that is owed on one way.
type letter struct {
	about Record
	way   string
	tries int
	next  time.Time
	why   string  // the last try failed
	done  *Record // how the last try ended, when the ledger could not take it
}

// outbox is what the ledger says about notices.
type outbox struct {
	owed    []*letter
	givenUp map[string]Record // way → the notice given up after which none has gone that way
}

func (o *outbox) apply(r Record) {
	for _, way := range r.Ways {
		o.owed = append(o.owed, &letter{about: r, way: way, next: r.At})
	}
	if r.Event != Sent && r.Event != Unsent {
		return
	}
	is := func(l *letter) bool { return l.about.ID == r.ID && l.way == r.Way }
	switch {
	case r.Event == Sent:
		delete(o.givenUp, r.Way)
		o.owed = slices.DeleteFunc(o.owed, is)
	case r.Retry.IsZero():
		if o.givenUp == nil {
			o.givenUp = map[string]Record{}
		}
		o.givenUp[r.Way] = r
		o.owed = slices.DeleteFunc(o.owed, is)
	default:
		for _, l := range o.owed {
			if is(l) {
				l.tries, l.next, l.why, l.done = r.Attempt, r.Retry, r.Why, nil
			}
		}
	}
}

func (o *outbox) clockBack(now time.Time) {
	for _, l := range o.owed {
		if l.next.After(now) {
			l.next = now
		}
	}
}

// due is the oldest notice to be offered now.
func (o *outbox) due(now time.Time) *letter {
	for _, l := range o.owed {
		if !l.next.After(now) {
			return l
		}
	}
	return nil
}

// problem says on which way notices do not arrive.
func (o *outbox) problem() string {
	ways := sortedKeys(o.givenUp)
	if len(ways) == 0 {
		return ""
	}
	r := o.givenUp[ways[0]]
	return fmt.Sprintf("notices do not arrive by %s; that of %s was given up: %s", ways[0], r.Job, r.Why)
}

// deliver offers what is owed, one after the other, beside everything else.
func (d *Daemon) deliver(ctx context.Context) {
	if d.Post == nil || d.carrying || d.state.outbox.due(d.Now()) == nil {
		return
	}
	d.carrying = true
	d.running.Add(1)
	go func() {
		defer d.running.Done()
		d.mu.Lock()
		defer d.mu.Unlock()
		defer func() { d.carrying = false }()
		for ctx.Err() == nil {
			l := d.state.outbox.due(d.Now())
			if l == nil || !d.carry(ctx, l) {
				return
			}
		}
	}()
}

// carry offers one notice and records how that ended. It lets go of the lock meanwhile. False: it was cut short, or could not be recorded.
func (d *Daemon) carry(ctx context.Context, l *letter) bool {
	if l.done == nil {
		d.mu.Unlock()
		err := d.Post.Send(ctx, l.way, l.about)
		d.mu.Lock()
		if err != nil && ctx.Err() != nil {
			return false // still owed
		}
		end := l.outcome(err, d.Now())
		l.done = &end
	}
	if err := d.append(*l.done); err != nil {
		d.Logger.Error("what became of a notice cannot be recorded yet", "job", l.about.Job, "error", err)
		return false
	}
	return true
}

// outcome is the record of a try.
func (l *letter) outcome(err error, now time.Time) Record {
	r := Record{Event: Sent, At: now, Job: l.about.Job, Due: l.about.Due, ID: l.about.ID, Way: l.way, Attempt: l.tries + 1}
	if err == nil {
		return r
	}
	r.Event, r.Why = Unsent, err.Error()
	var final finalError
	switch {
	case errors.As(err, &final):
	case r.Attempt >= maxTries:
		r.Why = fmt.Sprintf("%s; given up after %d tries", r.Why, r.Attempt)
	default:
		r.Retry = now.Add(doubled(time.Minute, r.Attempt))
	}
	return r
}
