package schedules

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tongbao/internal/config"
	"tongbao/internal/journal"
)

// jobsOf reads schedules written as YAML.
func jobsOf(t *testing.T, text string) []Job {
	t.Helper()
	cfg, err := config.Parse([]byte("schedules:\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := Jobs(cfg, china(t))
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// serve runs a daemon for a while of the bubble's time.
func serve(t *testing.T, d *Daemon, length time.Duration) {
	t.Helper()
	if d.Now == nil {
		d.Now = time.Now
	}
	d.Days, d.Every, d.Logger = china(t), 10*time.Second, slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx) }()
	time.Sleep(length)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// story is the ledger in short: event, due hour, attempt.
func story(t *testing.T, log Log) string {
	t.Helper()
	records, err := History(log, "")
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, r := range records {
		word := r.Event
		if !r.Due.IsZero() {
			word += " " + r.Due.UTC().Format("15:04")
		}
		if !r.Through.IsZero() {
			word += "–" + r.Through.UTC().Format("15:04")
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func journalIn(t *testing.T) journal.Journal {
	return journal.Open(filepath.Join(t.TempDir(), "ledger.jsonl"))
}

func wantStory(t *testing.T, log Log, want string) {
	t.Helper()
	if got := story(t, log); got != want {
		t.Errorf("ledger:\n got %s\nwant %s", got, want)
	}
}

func TestPanickingJobSurvives(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 * * * *", timezone: UTC}`), Run: func(context.Context, Job, time.Time) (Result, error) {
			if calls++; calls == 1 {
				panic("index out of range")
			}
			return Result{Rows: 7}, nil
		}}, 150*time.Minute)
	})
	wantStory(t, log, "adopted, started 01:00, failed 01:00, started 02:00, succeeded 02:00")
	records, err := History(log, "")
	if err != nil {
		t.Fatal(err)
	}
	if why := records[2].Why; why != "the job panicked: index out of range" {
		t.Errorf("why: %q", why)
	}
	if records[4].Rows != 7 {
		t.Errorf("rows: %d, want 7", records[4].Rows)
	}
}

func TestTimeoutStopsTheWork(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		var lengths []time.Duration
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 1 * * *", timezone: UTC, timeout: 10m, retries: 2, backoff: 5m}`),
			Run: func(ctx context.Context, _ Job, _ time.Time) (Result, error) {
				began := time.Now()
				<-ctx.Done()
				lengths = append(lengths, time.Since(began))
				return Result{}, ctx.Err()
			}}, 3*time.Hour)
		for _, length := range lengths {
			if length != 10*time.Minute {
				t.Errorf("an attempt took %v", length)
			}
		}
	})
	wantStory(t, log, "adopted, started 01:00, failed 01:00, started 01:00, failed 01:00, started 01:00, failed 01:00")
	records, err := History(log, "")
	if err != nil {
		t.Fatal(err)
	}
	if why := records[2].Why; why != "stopped after its timeout of 10m0s" {
		t.Errorf("why: %q", why)
	}
	first, second := records[2].Retry.Sub(records[2].At), records[4].Retry.Sub(records[4].At)
	if first != 5*time.Minute || second != 10*time.Minute || !records[6].Retry.IsZero() {
		t.Errorf("pauses %v, %v, then %v: want 5m, 10m, none", first, second, records[6].Retry)
	}
}

func TestHopelessErrorIsNotTriedAgain(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 1 * * *", timezone: UTC, retries: 9}`),
			Run: func(context.Context, Job, time.Time) (Result, error) {
				return Result{}, Final(errors.New("tongbao.yaml: unknown key"))
			}}, 3*time.Hour)
	})
	wantStory(t, log, "adopted, started 01:00, failed 01:00")
}

// TestOverlapAndCatchUp runs a job of 95 minutes every hour, then leaves the machine off.
func TestOverlapAndCatchUp(t *testing.T) {
	for _, c := range []struct{ keys, alive, off string }{
		{"overlap: skip, catchup: latest",
			"adopted, started 01:00, skipped 02:00, succeeded 01:00, started 03:00, skipped 04:00, succeeded 03:00",
			", missed 05:00–08:00, started 09:00, skipped 10:00, skipped 11:00, succeeded 09:00"},
		{"overlap: queue, catchup: none",
			"adopted, started 01:00, queued 02:00, succeeded 01:00, started 02:00, queued 03:00, queued 04:00, succeeded 02:00, started 03:00, interrupted 03:00",
			", started 03:00, missed 05:00–09:00, queued 10:00, queued 11:00, succeeded 03:00, started 04:00, interrupted 04:00"},
		{"overlap: skip, catchup: none",
			"adopted, started 01:00, skipped 02:00, succeeded 01:00, started 03:00, skipped 04:00, succeeded 03:00",
			", missed 05:00–09:00, started 10:00, skipped 11:00, interrupted 10:00"},
		{"overlap: skip, catchup: all, window: 3h",
			"adopted, started 01:00, skipped 02:00, succeeded 01:00, started 03:00, skipped 04:00, succeeded 03:00",
			", missed 05:00–06:00, started 07:00, queued 08:00, queued 09:00, skipped 10:00, skipped 11:00, succeeded 07:00, started 08:00, failed 08:00"},
	} {
		t.Run(c.keys, func(t *testing.T) {
			log := journalIn(t)
			synctest.Test(t, func(t *testing.T) {
				d := func() *Daemon {
					return &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 * * * *", timezone: UTC, `+c.keys+`}`),
						Run: func(ctx context.Context, _ Job, _ time.Time) (Result, error) {
							select {
							case <-ctx.Done():
							case <-time.After(95 * time.Minute):
							}
							return Result{}, ctx.Err()
						}}
				}
				serve(t, d(), 4*time.Hour+50*time.Minute)
				time.Sleep(4*time.Hour + 40*time.Minute) // off until 09:30
				serve(t, d(), 100*time.Minute)           // until 11:10
			})
			got := story(t, log)
			if !strings.HasPrefix(got, c.alive) {
				t.Errorf("alive:\n got %s\nwant %s", got, c.alive)
			} else if rest := got[len(c.alive):]; !strings.HasPrefix(rest, c.off) {
				t.Errorf("after the machine was off:\n got %s\nwant %s", rest, c.off)
			}
		})
	}
}

func TestChangedRuleSettlesTheOldOne(t *testing.T) {
	log := journalIn(t)
	done := func(context.Context, Job, time.Time) (Result, error) { return Result{}, nil }
	synctest.Test(t, func(t *testing.T) {
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 * * * *", timezone: UTC}`), Run: done}, 90*time.Minute)
		time.Sleep(2 * time.Hour) // until 03:30
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "45 * * * *", timezone: UTC}`), Run: done}, time.Hour)
		serve(t, &Daemon{Log: log, Jobs: jobsOf(t, `  - {name: other, job: ingest, when: "45 9 * * *", timezone: UTC}`), Run: done}, time.Hour)
	})
	wantStory(t, log, "adopted, started 01:00, succeeded 01:00, missed 02:00–03:00, adopted, started 03:45, succeeded 03:45, adopted, retired")
}

// fullDisk refuses writes while it is full.
type fullDisk struct {
	Log
	mu   sync.Mutex
	full bool
}

func (f *fullDisk) Append(record any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		return errors.New("no space left on device")
	}
	return f.Log.Append(record)
}

func (f *fullDisk) set(full bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.full = full
}

// TestNothingRunsUnrecorded fills the disk: nothing starts, the heartbeat says why, and the run is caught up when there is space.
func TestNothingRunsUnrecorded(t *testing.T) {
	log := &fullDisk{Log: journalIn(t)}
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int64
		var problem atomic.Value
		problem.Store("")
		d := &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 * * * *", timezone: UTC}`),
			Run:  func(context.Context, Job, time.Time) (Result, error) { runs.Add(1); return Result{}, nil },
			Beat: func(b Beat) error { problem.Store(b.Problem); return nil }}
		go func() {
			time.Sleep(30 * time.Minute)
			log.set(true)
			time.Sleep(55 * time.Minute) // 01:25
			if said := problem.Load().(string); runs.Load() != 0 || !strings.Contains(said, "no space left") {
				t.Errorf("on a full disk: %d runs, problem %q", runs.Load(), said)
			}
			log.set(false)
		}()
		serve(t, d, 100*time.Minute)
		if said := problem.Load().(string); runs.Load() != 1 || said != "" {
			t.Errorf("with space again: %d runs, problem %q", runs.Load(), said)
		}
	})
	wantStory(t, log, "adopted, started 01:00, succeeded 01:00")
}

func TestByHand(t *testing.T) {
	log := journalIn(t)
	synctest.Test(t, func(t *testing.T) {
		asked := []Request{{Job: "ingest", By: "wang"}, {Job: "ingest", By: "li"}}
		d := &Daemon{Log: log, Jobs: jobsOf(t, `  - {job: ingest, when: "0 9 * * *", timezone: UTC}`),
			Run: func(context.Context, Job, time.Time) (Result, error) {
				time.Sleep(time.Minute)
				return Result{}, nil
			},
			Requests: func() []Request {
				now := asked
				asked = nil
				return now
			}}
		serve(t, d, time.Hour)
	})
	wantStory(t, log, "adopted, started, succeeded, started, succeeded")
	records, err := History(log, "ingest")
	if err != nil {
		t.Fatal(err)
	}
	if records[1].Why != "asked for by wang" || records[3].Why != "asked for by li" {
		t.Errorf("asked by: %q, %q", records[1].Why, records[3].Why)
	}
}

// TestAlteredLedgerIsReported changes a line of the ledger: the daemon says so and goes on.
func TestAlteredLedgerIsReported(t *testing.T) {
	log := &memoryLog{dead: new(bool)}
	if err := log.Append(Record{Event: Adopted, Job: "ingest", At: time.Unix(0, 0), When: "0 * * * * in UTC"}); err != nil {
		t.Fatal(err)
	}
	altered := alteredLog{log}
	synctest.Test(t, func(t *testing.T) {
		problem := ""
		serve(t, &Daemon{Log: altered, Jobs: jobsOf(t, `  - {job: ingest, when: "0 * * * *", timezone: UTC}`),
			Run:  func(context.Context, Job, time.Time) (Result, error) { return Result{}, nil },
			Beat: func(b Beat) error { problem = b.Problem; return nil }}, time.Hour)
		if !strings.Contains(problem, "changed after it was written") {
			t.Errorf("problem: %q", problem)
		}
	})
}

type alteredLog struct{ *memoryLog }

func (a alteredLog) Read(visit func(int64, json.RawMessage) error) error {
	if err := a.memoryLog.Read(visit); err != nil {
		return err
	}
	return &journal.Break{Line: 1, Why: "its content was changed after it was written"}
}

func TestWrongJobs(t *testing.T) {
	for text, want := range map[string]string{
		`  - {job: paint, when: "@daily"}`:                                            `schedules[0].job: "paint" is not one of ingest, quarter, backup`,
		`  - {job: ingest, when: "@daily", catchup: some}`:                            `schedules[0].catchup: "some"`,
		`  - {job: ingest, when: "@daily", overlap: some}`:                            `schedules[0].overlap: "some"`,
		`  - {job: ingest, when: "@daily", retries: -1}`:                              `schedules[0].retries`,
		`  - {job: ingest, when: "at noon"}`:                                          `schedules[0].when`,
		`  - {job: ingest, when: "@daily", timezone: Mars/Base}`:                      `schedules[0].timezone: "Mars/Base"`,
		"  - {job: ingest, when: \"@daily\"}\n  - {job: ingest, when: \"@hourly\"}\n": `schedules[1].name: "ingest" is taken`,
	} {
		cfg, err := config.Parse([]byte("schedules:\n" + text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Jobs(cfg, china(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
