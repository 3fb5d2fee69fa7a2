package schedules

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// receiver is a Post whose far end can be missing.
type receiver struct {
	ways  []string
	heard []string // way and id of what arrived, in order
	tried []time.Time
	err   error
	hang  bool
}

func (r *receiver) Ways(kind string) []string { return r.ways }

func (r *receiver) Send(ctx context.Context, way string, about Record) error {
	r.tried = append(r.tried, time.Now())
	if r.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if r.err == nil {
		r.heard = append(r.heard, way+" "+about.ID)
	}
	return r.err
}

func publishes(context.Context, Job, time.Time) (Result, error) { return Result{Version: "v1"}, nil }

const yearly = `  - {job: quarter, when: "0 1 2 1 *", timezone: UTC}` // 01:00 on the bubble's second day

// TestNoticeIsOwedUntilSent stops the daemon while a notice is under way; the next one sends it, and the one after has nothing to say.
func TestNoticeIsOwedUntilSent(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		to := &receiver{ways: []string{"webhook", "command"}, hang: true}
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, yearly), Run: publishes, Post: to}, 26*time.Hour)
		if len(to.heard) != 0 || len(to.tried) == 0 {
			t.Errorf("heard %v in %d tries", to.heard, len(to.tried))
		}
		to.hang = false
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, yearly), Run: publishes, Post: to}, time.Minute)
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, yearly), Run: publishes, Post: to}, time.Hour)
		records, err := History(log, "")
		if err != nil {
			t.Fatal(err)
		}
		if id := records[2].ID; id == "" || !slices.Equal(to.heard, []string{"webhook " + id, "command " + id}) {
			t.Errorf("heard %v of %q", to.heard, id)
		}
	})
	wantStory(t, log, "adopted, started 01:00, succeeded 01:00, sent 01:00, sent 01:00")
}

// TestNoticeIsGivenUp has nobody there for more than a week: the pauses grow, the tries are counted, the heartbeat says what is owed and then what
// was given up, until a later notice arrives.
func TestNoticeIsGivenUp(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		to := &receiver{ways: []string{"webhook"}, err: errors.New("connection refused")}
		var last Beat
		d := func() *Daemon {
			return &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: quarter, when: "0 1 2,16 * *", timezone: UTC}`), Run: publishes, Post: to, Beat: func(b Beat) error { last = b; return nil }}
		}
		serve(t, d(), 26*time.Hour)
		if len(last.Notices) != 1 {
			t.Fatalf("the heartbeat owes %+v", last.Notices)
		}
		if n := last.Notices[0]; n.Kind != Published || n.Job != "quarter" || n.Way != "webhook" || n.Tries == 0 || n.Why != "connection refused" || last.Problem != "" {
			t.Errorf("the heartbeat owes %+v, problem %q", n, last.Problem)
		}
		serve(t, d(), 9*24*time.Hour)
		for i, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 9: 256 * time.Minute, 20: 6 * time.Hour} {
			if pause := to.tried[i].Sub(to.tried[i-1]); pause < want || pause > want+time.Minute {
				t.Errorf("pause %d was %v, want %v", i, pause, want)
			}
		}
		if len(to.tried) != maxTries || len(last.Notices) != 0 || !strings.Contains(last.Problem, "given up: connection refused; given up after 36 tries") {
			t.Errorf("%d tries, owed %+v, problem %q", len(to.tried), last.Notices, last.Problem)
		}
		to.err = nil
		serve(t, d(), 5*24*time.Hour)
		if len(to.heard) != 1 || last.Problem != "" {
			t.Errorf("heard %v, problem %q", to.heard, last.Problem)
		}
	})
	records, err := History(log, "")
	if err != nil {
		t.Fatal(err)
	}
	if runs := Runs(records); len(runs) != 3 || runs[1].Event != Unsent || runs[1].Attempt != maxTries {
		t.Errorf("the history shows %+v", runs)
	}
}

// TestNoticeOnOneWayOnly: what failed on one way is offered there again, not on the other; a hopeless way is given up at once.
func TestNoticeOnOneWayOnly(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		to := &oneWay{}
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, yearly), Run: publishes, Post: to}, 26*time.Hour)
		if got := strings.Join(to.tried, " "); got != "good bad hopeless bad bad" {
			t.Errorf("tried: %s", got)
		}
	})
	wantStory(t, log, "adopted, started 01:00, succeeded 01:00, sent 01:00, unsent 01:00, unsent 01:00, unsent 01:00, sent 01:00")
}

type oneWay struct{ tried []string }

func (*oneWay) Ways(string) []string { return []string{"good", "bad", "hopeless"} }

func (o *oneWay) Send(_ context.Context, way string, _ Record) error {
	o.tried = append(o.tried, way)
	switch {
	case way == "hopeless":
		return Final(errors.New("no such way"))
	case way == "bad" && len(o.tried) < 5:
		return errors.New("not now")
	}
	return nil
}

// TestNoticeOnFullDisk: a notice that arrived is not sent again only because the ledger could not say so at once.
func TestNoticeOnFullDisk(t *testing.T) {
	log := &fullDisk{Log: journalIn(t)}
	synctest.Test(t, func(t *testing.T) {
		to := &receiver{ways: []string{"webhook"}, err: errors.New("not now")}
		go func() {
			time.Sleep(25*time.Hour + 30*time.Second) // the first try has failed
			to.err = nil
			log.set(true)
			time.Sleep(time.Hour)
			log.set(false)
		}()
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, yearly), Run: publishes, Post: to}, 27*time.Hour)
		if len(to.heard) != 1 {
			t.Errorf("heard %v", to.heard)
		}
	})
	wantStory(t, log, "adopted, started 01:00, succeeded 01:00, unsent 01:00, sent 01:00")
}
