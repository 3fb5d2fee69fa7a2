package schedules

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"tongbao/internal/calendar"
)

// Runner does the work of one attempt. It must stop, and leave nothing running, when its context ends. An error wrapped by Final is
// not worth another attempt.
type Runner func(ctx context.Context, job Job, due time.Time) (Result, error)

// Final marks an error that another attempt would only repeat.
func Final(err error) error { return finalError{err} }

type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// Request asks for a run of a job now, by hand.
type Request struct {
	Job string    `json:"job"`
	At  time.Time `json:"at"`
	By  string    `json:"by"`
}

// Daemon runs jobs when they are due. One daemon per project: its owner holds a lock.
type Daemon struct {
	Jobs []Job
	Days *calendar.Calendar
	Log  Log
	Run  Runner
	Now  func() time.Time
	// Every is the time between two looks at the clock; at least a second.
	Every time.Duration
	// Logger hears what happens.
	Logger *slog.Logger
	// Beat, if set, is told the state at every look.
	Beat func(Beat) error
	// Post, if set, tells people of runs that failed for good, were missed, or published. It may take its time.
	Post Post
	// Reload, if set, returns the jobs when they have changed.
	Reload func() (jobs []Job, changed bool)
	// Requests, if set, hands over what was asked for by hand since the last look.
	Requests func() []Request

	mu      sync.Mutex
	state   *state
	started time.Time
	altered string // what is wrong with the ledger's chain
	problem string // what went wrong at the last look
	waiting []Request
	running sync.WaitGroup
	// carrying says that a notice is under way.
	carrying bool
	slot     chan struct{} // jobs of one project write to one warehouse: one at a time
}

// Serve runs until the context ends; then it stops what runs, records that it will be run again, and returns. The error is about the
// ledger: without one nothing may run.
func (d *Daemon) Serve(ctx context.Context) error {
	if err := d.begin(); err != nil {
		return err
	}
	adapter := cronLogger{d.Logger}
	driver := cron.New(cron.WithLogger(adapter), cron.WithChain(cron.SkipIfStillRunning(adapter), cron.Recover(adapter)))
	driver.Schedule(cron.Every(d.Every), cron.FuncJob(func() { d.look(ctx) }))
	d.look(ctx)
	driver.Start()
	<-ctx.Done()
	<-driver.Stop().Done()
	d.running.Wait()
	return nil
}

// Once runs one job now, by hand, and waits for it; for a project whose daemon is not running.
func (d *Daemon) Once(ctx context.Context, request Request) (Record, error) {
	if err := d.begin(); err != nil {
		return Record{}, err
	}
	d.mu.Lock()
	d.waiting = append(d.waiting, request)
	end := make(chan Record, 1)
	err := d.byHand(ctx, d.Now(), func(r Record) { end <- r })
	d.mu.Unlock()
	if err != nil {
		return Record{}, err
	}
	d.running.Wait()
	select {
	case r := <-end:
		return r, nil
	default:
		return Record{}, fmt.Errorf("no job is called %q", request.Job)
	}
}

// begin reads the ledger and settles what happened while no daemon was there.
func (d *Daemon) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.slot = make(chan struct{}, 1)
	var err error
	d.state, err = replay(d.Log)
	switch {
	case d.state == nil:
		return fmt.Errorf("schedule ledger: %w", err)
	case err != nil:
		d.altered = err.Error()
		d.Logger.Error("the ledger was altered", "error", err)
	}
	now := d.Now()
	d.started = now
	if err := d.checkClock(now); err != nil {
		return err
	}
	for _, name := range sortedKeys(d.state.jobs) {
		job := Job{Name: name, Window: 31 * 24 * time.Hour}
		for _, known := range d.Jobs {
			if known.Name == name {
				job = known
			}
		}
		if err := d.append(recoverOpen(job, d.state.jobs[name], now)...); err != nil {
			return err
		}
	}
	return d.append(adopt(d.state, d.Jobs, d.Days, now)...)
}

// append writes records and moves the state by them. Nothing may happen that could not be written.
func (d *Daemon) append(records ...Record) error {
	for _, r := range records {
		r, err := addressed(r, d.Post)
		if err != nil {
			return err
		}
		if err := d.Log.Append(r); err != nil {
			d.problem = "the ledger cannot be written: " + err.Error()
			return fmt.Errorf("schedule ledger: %w", err)
		}
		d.state.apply(r)
	}
	return nil
}

// slackOfClock is how far the clock may step back without a word: time servers do that.
const slackOfClock = time.Minute

func (d *Daemon) checkClock(now time.Time) error {
	if d.state.last.Sub(now) <= slackOfClock {
		return nil
	}
	d.Logger.Warn("the clock went back", "from", d.state.last, "to", now)
	why := fmt.Sprintf("the clock went back from %s", d.state.last.In(now.Location()).Format(time.RFC3339))
	return d.append(Record{Event: ClockBack, At: now, Why: why})
}

// look decides what is due now. Between two looks nothing is decided.
func (d *Daemon) look(ctx context.Context) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	now := d.Now()
	err := d.decide(ctx, now)
	if err != nil {
		d.Logger.Error("nothing is started until the ledger can be written", "error", err)
	} else if now.After(d.state.last) {
		d.state.last = now
		d.problem = ""
	}
	if d.Beat == nil {
		return
	}
	if err := d.Beat(d.beat(now)); err != nil {
		d.Logger.Error("heartbeat", "error", err)
	}
}

func (d *Daemon) decide(ctx context.Context, now time.Time) error {
	if err := d.checkClock(now); err != nil {
		return err
	}
	if d.Reload != nil {
		if jobs, changed := d.Reload(); changed {
			if err := d.append(adopt(d.state, jobs, d.Days, now)...); err != nil {
				return err
			}
			d.Jobs = jobs
		}
	}
	if d.Requests != nil {
		d.waiting = append(d.waiting, d.Requests()...)
	}
	if err := d.byHand(ctx, now, nil); err != nil {
		return err
	}
	for _, job := range d.Jobs {
		for _, r := range plan(job, d.state.of(job.Name), now, max(2*d.Every, time.Minute)) {
			if err := d.append(r); err != nil {
				return err
			}
			d.after(ctx, job, r, nil)
		}
	}
	d.deliver(ctx)
	return nil
}

// byHand starts what was asked for, of jobs that are idle; the rest waits for the next look.
func (d *Daemon) byHand(ctx context.Context, now time.Time, end func(Record)) error {
	var later []Request
	for _, request := range d.waiting {
		for _, job := range d.Jobs {
			if job.Name != request.Job {
				continue
			}
			if d.state.of(job.Name).open != nil {
				later = append(later, request)
				continue
			}
			r := Record{Event: Started, At: now, Job: job.Name, Attempt: 1, Why: "asked for by " + request.By}
			if err := d.append(r); err != nil {
				return err
			}
			d.after(ctx, job, r, end)
		}
	}
	d.waiting = later
	return nil
}

// after does what a written record asks for, and logs it.
func (d *Daemon) after(ctx context.Context, job Job, r Record, end func(Record)) {
	if r.Event == Started {
		d.running.Add(1)
		go d.attempt(ctx, job, r, end)
	}
	told := []any{"job", r.Job}
	if !r.Due.IsZero() {
		told = append(told, "due", r.Due)
	}
	if r.Why != "" {
		told = append(told, "why", r.Why)
	}
	d.Logger.Info(r.Event, told...)
}

var (
	errEarly   = errors.New("the clock went back before it began")
	errTimeout = errors.New("stopped after its timeout")
	errPanic   = errors.New("the job panicked")
)

// attempt runs one attempt and records how it ended, whatever happens in it.
func (d *Daemon) attempt(ctx context.Context, job Job, start Record, end func(Record)) {
	defer d.running.Done()
	select {
	case d.slot <- struct{}{}:
		defer func() { <-d.slot }()
	case <-ctx.Done():
	}
	var result Result
	err := errPanic
	began := d.Now()
	limited, cancel := context.WithTimeoutCause(ctx, job.Timeout, errTimeout)
	defer cancel()
	guarded := cron.NewChain(cron.Recover(cronLogger{d.Logger})).Then(cron.FuncJob(func() {
		due := start.Due
		if due.IsZero() {
			due = start.At
		}
		defer func() {
			if problem := recover(); problem != nil {
				err = fmt.Errorf("%w: %v", errPanic, problem)
				panic(problem)
			}
		}()
		if err = limited.Err(); due.Sub(began) > slackOfClock {
			err = errEarly
		}
		if err == nil {
			result, err = d.Run(limited, job, due)
		}
	}))
	guarded.Run()
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(limited), errTimeout) {
		err = fmt.Errorf("%w of %v", errTimeout, job.Timeout)
	}
	d.finish(ctx, job, start, began, result, err, end)
}

func (d *Daemon) finish(ctx context.Context, job Job, start Record, began time.Time, result Result, err error, end func(Record)) {
	for {
		d.mu.Lock()
		now := d.Now()
		r := d.outcome(ctx, job, start, now, err)
		r.Result, r.Millis = result, now.Sub(began).Milliseconds()
		failed := d.append(r)
		if failed == nil {
			d.after(ctx, job, r, nil)
			d.deliver(ctx)
			if end != nil {
				end(r)
			}
		}
		d.mu.Unlock()
		if failed == nil {
			return
		}
		d.Logger.Error("the end of a run cannot be recorded yet", "job", job.Name, "error", failed)
		select {
		case <-ctx.Done():
			return // the next daemon finds it open
		case <-time.After(d.Every):
		}
	}
}

func (d *Daemon) outcome(ctx context.Context, job Job, start Record, now time.Time, err error) Record {
	r := Record{Event: Succeeded, At: now, Job: job.Name, Due: start.Due, Attempt: start.Attempt}
	if err == nil {
		return r
	}
	r.Event, r.Why = Failed, err.Error()
	var final finalError
	h := d.state.of(job.Name)
	switch {
	case ctx.Err() != nil:
		r.Event, r.Why = Interrupted, "the daemon was stopped while it ran"
		return againOrFailed(r, job, h, now)
	case errors.Is(err, errEarly):
		r.Event, r.Retry = Interrupted, start.Due
	case errors.As(err, &final), start.Due.IsZero():
	case start.Attempt-h.breaks <= job.Retries:
		r.Retry = now.Add(job.pause(start.Attempt - h.breaks))
	}
	return r
}

// cronLogger lets the cron library speak through slog; its routine remarks are not worth a line.
type cronLogger struct{ to *slog.Logger }

func (l cronLogger) Info(msg string, pairs ...any) { l.to.Debug("cron: "+msg, pairs...) }
func (l cronLogger) Error(err error, msg string, pairs ...any) {
	l.to.Error("cron: "+msg, append(pairs, "error", err)...)
}
