package schedules

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/config"
)

// memoryLog keeps the ledger's lines as a disk would, and can be cut off from the daemon as a kill does.
type memoryLog struct {
	mu    sync.Mutex
	lines []json.RawMessage
	dead  *bool // of the daemon that holds it
}

func (m *memoryLog) Append(record any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if *m.dead {
		return errors.New("killed")
	}
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	m.lines = append(m.lines, text)
	return nil
}

func (m *memoryLog) Read(visit func(int64, json.RawMessage) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, line := range m.lines {
		if err := visit(int64(i+1), line); err != nil {
			return err
		}
	}
	return nil
}

// traveller is a machine whose clock, power and work are up to chance.
type traveller struct {
	t      *testing.T
	dice   *rand.Rand
	log    *memoryLog
	base   time.Time // the wall clock at the start
	origin time.Time // the bubble's clock at the start
	offset time.Duration

	mu      sync.Mutex
	running int
	done    map[string]int // job and due time → times the work was really finished
	heard   map[string]int // notice and way → times it arrived
}

// Ways: one loses much, the other, seldom wanted, all.
func (w *traveller) Ways(string) []string {
	if w.chance(40) {
		return []string{"hook", "nobody"}
	}
	return []string{"hook"}
}

// Send is a receiver who is not always there.
func (w *traveller) Send(ctx context.Context, way string, r Record) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(w.roll(30)) * time.Second):
	}
	if way == "nobody" || w.chance(3) {
		return errors.New("nobody there")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard[r.ID+" "+way]++
	return nil
}

func (w *traveller) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.base.Add(time.Since(w.origin) + w.offset)
}

func (w *traveller) jump(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += by
}

func (w *traveller) chance(n int) bool { return w.roll(n) == 0 }

func (w *traveller) roll(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dice.IntN(n)
}

// work takes a random time and sometimes fails, panics or hangs until it is stopped.
func (w *traveller) work(ctx context.Context, job Job, due time.Time) (Result, error) {
	w.mu.Lock()
	w.running++
	together := w.running
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.running--
		w.mu.Unlock()
	}()
	if together > 1 {
		w.t.Errorf("%d runs at once", together)
	}
	if early := due.Sub(w.now()); early > slackOfClock {
		w.t.Errorf("%s due %v ran %v early", job.Name, due, early)
	}
	length := time.Duration(w.roll(40)) * time.Minute
	if w.chance(12) {
		length *= 24 // longer than the way to the next due time
	}
	kind := w.roll(12)
	if kind == 0 {
		length = 1000 * time.Hour // hangs
	}
	select {
	case <-ctx.Done():
		return Result{}, ctx.Err()
	case <-time.After(length):
	}
	switch kind {
	case 1:
		return Result{}, errors.New("bad luck")
	case 2:
		panic("worse luck")
	case 3:
		return Result{}, Final(errors.New("hopeless"))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done[fmt.Sprint(job.Name, due.Unix())]++
	return Result{Rows: 1, Version: "v"}, nil
}

// live is one life of a daemon: started, left alone for a while, then stopped or killed.
func (w *traveller) live(jobs []Job, days *calendar.Calendar, length time.Duration) {
	ctx, stop := context.WithCancel(context.Background())
	dead := false
	w.log.mu.Lock()
	w.log.dead = &dead
	w.log.mu.Unlock()
	d := &Daemon{Jobs: jobs, Days: days, Log: w.log, Run: w.work, Post: w, Now: w.now, Every: 10 * time.Minute, Logger: slog.New(slog.DiscardHandler)}
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx) }()
	time.Sleep(length)
	if w.chance(4) { // the clock is set wrong, and corrected later
		wrong := time.Duration(w.roll(96)-24) * time.Hour
		if w.chance(6) {
			wrong = -time.Duration(w.roll(40*24)) * time.Hour
		}
		w.jump(wrong)
		time.Sleep(time.Duration(w.roll(30)) * time.Hour)
		if w.chance(2) {
			w.jump(-wrong)
			time.Sleep(time.Duration(w.roll(30)) * time.Hour)
		}
	}
	if w.chance(2) {
		w.log.mu.Lock()
		dead = true
		w.log.mu.Unlock()
	}
	stop()
	if err := <-ended; err != nil {
		w.t.Errorf("daemon: %v", err)
	}
}

const travelSchedules = `
schedules:
  - {name: often, job: ingest, when: "0 */6 * * *", retries: 2, backoff: 20m, timeout: 5h}
  - {name: gap, job: ingest, when: "30 2 * * *", timezone: America/New_York, catchup: all, retries: 1, timeout: 5h}
  - {name: twice, job: backup, when: "30 1 * * *", timezone: America/New_York, catchup: none, timeout: 20h}
  - {name: midnight, job: ingest, when: "0 0 * * 0", timezone: America/Sao_Paulo, overlap: queue}
  - {name: london, job: ingest, when: "*/90 1 * * *", timezone: Europe/London, overlap: queue, catchup: all, window: 240h}
  - {name: half, job: ingest, when: "15 2 * * *", timezone: Australia/Lord_Howe, catchup: all, window: 72h, timeout: 3h}
  - {name: fasting, job: backup, when: "*/40 2 * * *", timezone: Africa/Casablanca, overlap: queue, catchup: none}
  - {name: seven, job: ingest, when: "@every 7h", overlap: queue, timeout: 2h}
  - {name: leap, job: backup, when: "29 February at 12:00", window: 2400h}
  - {name: notice, job: quarter, when: "5th of the month after the quarter rolled to the next working day", retries: 5, window: 2400h}
  - {name: plan, job: quarter, when: "10 working days before year's end", catchup: all}
`

// TestTimeTravel drives two years of schedules with the machine off at random, killed at random, its clock set wrong and right again,
// through summer time of other zones and a leap day: the ledger has no gap and no double.
func TestTimeTravel(t *testing.T) {
	journeys := 4
	if os.Getenv("TONGBAO_SOAK") != "" {
		journeys = 60
	}
	cfg, err := config.Parse([]byte(travelSchedules))
	if err != nil {
		t.Fatal(err)
	}
	days := china(t)
	for seed := range journeys {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			jobs, err := Jobs(cfg, days)
			if err != nil {
				t.Fatal(err)
			}
			w := &traveller{t: t, dice: rand.New(rand.NewPCG(uint64(seed), 20)), log: &memoryLog{}, done: map[string]int{}, heard: map[string]int{}}
			synctest.Test(t, func(t *testing.T) {
				w.base, w.origin = time.Date(2019, 11, 20, 15, 0, 0, 0, time.UTC), time.Now()
				for time.Since(w.origin) < 2*365*24*time.Hour {
					w.live(jobs, days, time.Duration(1+w.roll(20*24))*time.Hour)
					off := time.Duration(1+w.roll(60)) * time.Minute
					if w.chance(3) {
						off = time.Duration(1+w.roll(45*24)) * time.Hour
					}
					time.Sleep(off)
				}
			})
			checkLedger(t, w, jobs)
			checkNotices(t, w)
		})
	}
}

// checkNotices holds the ledger against what was heard: each end worth a notice has one of its own, which arrived on every way, was given
// up after the counted tries, or is still owed.
func checkNotices(t *testing.T, w *traveller) {
	t.Helper()
	records, err := History(w.log, "")
	if err != nil {
		t.Fatal(err)
	}
	owed := map[string]int{} // notice and way → tries, -1 when it is over
	sent, givenUp := 0, 0
	for i, r := range records {
		if r.Notice() != "" {
			if r.ID == "" || len(r.Ways) == 0 {
				t.Fatalf("record %d is worth a notice and owes none: %+v", i, r)
			}
			for _, way := range r.Ways {
				if _, taken := owed[r.ID+" "+way]; taken {
					t.Fatalf("record %d has the notice of another: %+v", i, r)
				}
				owed[r.ID+" "+way] = 0
			}
		}
		if r.Way == "" {
			continue
		}
		key := r.ID + " " + r.Way
		if tries, known := owed[key]; !known || tries < 0 || r.Attempt != tries+1 {
			t.Fatalf("record %d, after %d tries: %+v", i, tries, r)
		}
		owed[key] = r.Attempt
		switch {
		case r.Event == Sent:
			sent++
			owed[key] = -1
			if w.heard[key] == 0 {
				t.Errorf("record %d says so, but nobody heard: %+v", i, r)
			}
		case r.Retry.IsZero():
			givenUp++
			owed[key] = -1
			if r.Attempt != maxTries || r.Why == "" {
				t.Errorf("record %d gives up too early: %+v", i, r)
			}
		}
	}
	waiting := 0
	for key, tries := range owed {
		if tries >= 0 {
			waiting++
		} else if delete(w.heard, key); tries > maxTries {
			t.Errorf("%s was tried %d times", key, tries)
		}
	}
	for key := range w.heard {
		if _, known := owed[key]; !known {
			t.Errorf("heard %s, which the ledger does not know", key)
		}
	}
	if sent == 0 || givenUp == 0 || waiting > len(owed)/4 {
		t.Errorf("%d sent, %d given up, %d of %d waiting", sent, givenUp, waiting, len(owed))
	}
	t.Logf("notices: %d sent, %d given up, %d waiting", sent, givenUp, waiting)
}

// fate is what the ledger says about one due time.
type fate struct {
	event       string
	attempts    int
	interrupted int
	open, over  bool
}

// checkLedger holds every line of the ledger against the due times the rules give.
func checkLedger(t *testing.T, w *traveller, jobs []Job) {
	t.Helper()
	records, err := History(w.log, "")
	if err != nil {
		t.Fatal(err)
	}
	events := map[string]int{}
	for _, job := range jobs {
		fates := map[int64]*fate{}
		var adopted, decided time.Time
		for i, r := range records {
			if r.Event == ClockBack {
				for due, f := range fates {
					if due > r.At.Unix() && f.attempts == 0 {
						delete(fates, due)
					}
				}
				if decided.After(r.At) {
					decided = r.At
				}
				continue
			}
			if r.Job != job.Name || r.Way != "" {
				continue
			}
			events[r.Event]++
			if err := errors.Join(allowed(job, r), applyFate(job, r, fates, &adopted, &decided)); err != nil {
				t.Fatalf("%s, record %d %+v: %v", job.Name, i, r, err)
			}
		}
		count := 0
		for due := job.Rule.Next(adopted); !due.After(decided); due = job.Rule.Next(due) {
			count++
			f := fates[due.Unix()]
			if f == nil {
				t.Errorf("%s: nothing in the ledger about %v", job.Name, due)
				continue
			}
			if finished := w.done[fmt.Sprint(job.Name, due.Unix())]; finished > 1+f.interrupted {
				t.Errorf("%s: the work due %v was done %d times, interrupted %d times", job.Name, due, finished, f.interrupted)
			}
			if f.attempts-f.interrupted > 1+job.Retries || f.interrupted > maxInterruptions+1 {
				t.Errorf("%s: due %v was tried %d times, interrupted %d times", job.Name, due, f.attempts, f.interrupted)
			}
			if f.event == Succeeded && w.done[fmt.Sprint(job.Name, due.Unix())] == 0 {
				t.Errorf("%s: due %v is said to have succeeded but was never done", job.Name, due)
			}
		}
		for due := range fates {
			at := time.Unix(due, 0)
			if !job.Rule.Next(at.Add(-time.Second)).Equal(at) {
				t.Errorf("%s: %v is in the ledger but was never due", job.Name, at)
			}
		}
		t.Logf("%s: %d due times", job.Name, count)
	}
	for _, event := range []string{Started, Succeeded, Failed, Interrupted, Queued, Skipped, Missed} {
		if events[event] == 0 {
			t.Errorf("the journey never met %q: it proves nothing about it", event)
		}
	}
	t.Log(events)
}

// allowed holds a decision against the policies of its job.
func allowed(job Job, r Record) error {
	last := r.Due
	if r.Through.After(last) {
		last = r.Through
	}
	behind := r.At.Sub(last)
	const grace = 20 * time.Minute
	switch {
	case r.Event == Missed && job.Catchup == "all" && behind <= job.Window:
		return fmt.Errorf("missed %v ago, within the window, though catchup is all", behind)
	case r.Event == Missed && job.Catchup == "none" && behind <= grace:
		return fmt.Errorf("missed though it was on time")
	case r.Event == Started && r.Attempt == 1 && behind > job.Window && r.Why != "queued behind an earlier run":
		return fmt.Errorf("started %v late, outside the window", behind)
	case r.Event == Started && r.Attempt == 1 && job.Catchup == "none" && job.Overlap == "skip" && behind > grace:
		return fmt.Errorf("started %v late though catchup is none", behind)
	case r.Event == Skipped && (job.Overlap == "queue" || behind > grace):
		return fmt.Errorf("skipped %v late, overlap is %s", behind, job.Overlap)
	case r.Event == Queued && job.Overlap == "skip" && behind <= grace && job.Catchup != "all":
		return fmt.Errorf("queued on time though overlap is skip")
	}
	return nil
}

func applyFate(job Job, r Record, fates map[int64]*fate, adopted, decided *time.Time) error {
	f := fates[r.Due.Unix()]
	switch r.Event {
	case Adopted:
		if !adopted.IsZero() {
			return errors.New("adopted twice")
		}
		*adopted, *decided = r.At, r.At
		return nil
	case Skipped, Missed:
		if f != nil && f.event == Queued {
			delete(fates, r.Due.Unix())
		}
		last, count := r.Due, 0
		if !r.Through.IsZero() {
			last = r.Through
		}
		for due := r.Due; !due.After(last); due = job.Rule.Next(due) {
			if fates[due.Unix()] != nil {
				return fmt.Errorf("%v is decided already: %+v", due, *fates[due.Unix()])
			}
			fates[due.Unix()] = &fate{event: r.Event, over: true}
			count++
		}
		if count != r.Count {
			return fmt.Errorf("it counts %d due times, there are %d", r.Count, count)
		}
		r.Due = last
	case Queued:
		if f != nil {
			return fmt.Errorf("decided already: %+v", *f)
		}
		fates[r.Due.Unix()] = &fate{event: Queued}
	case Started:
		if f == nil {
			f = &fate{}
			fates[r.Due.Unix()] = f
		}
		if f.over || f.open || r.Attempt != f.attempts+1 {
			return fmt.Errorf("cannot start now: %+v", *f)
		}
		f.event, f.open, f.attempts = Started, true, r.Attempt
	case Succeeded, Failed, Interrupted:
		if f == nil || f.over || f.attempts != r.Attempt || !f.open && r.Event != Failed {
			return fmt.Errorf("cannot end: %+v", f)
		}
		f.event, f.open = r.Event, false
		f.over = r.Retry.IsZero()
		if r.Event == Interrupted {
			f.interrupted++
		}
	default:
		return errors.New("unexpected event")
	}
	if again := r.Attempt > 1 || r.Event == Interrupted || r.Event == Failed; r.Due.After(*decided) && !again {
		*decided = r.Due // an attempt at a due time from before the clock went back decides nothing about the others
	}
	return nil
}
