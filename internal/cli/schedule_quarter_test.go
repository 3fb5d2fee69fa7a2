package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tongbao/schedules"
)

// hook is a webhook's server and what it heard.
type hook struct {
	*httptest.Server
	mu    sync.Mutex
	heard []notice
}

func newHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		var n notice
		if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
			t.Error(err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.heard = append(h.heard, n)
	}))
	t.Cleanup(h.Close)
	return h
}

// about lists what was heard of a period, by kind.
func (h *hook) about(period string) (kinds []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range h.heard {
		if n.Period == period {
			kinds = append(kinds, n.Notice)
		}
	}
	return kinds
}

// daemonAt starts the daemon of a project with its clock at a moment; stop ends it politely.
func daemonAt(t *testing.T, dir, moment string) (stop func()) {
	t.Helper()
	cmd := exec.Command("tongbao", "schedule", "run", "--every", "1s")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TONGBAO_TEST_NOW="+moment, "TZ=Asia/Shanghai", "NO_COLOR=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("stopped daemon: %v", err)
		}
	}
}

// ended lists how the due times of a job ended.
func ended(t *testing.T, dir, job string) []schedules.Record {
	t.Helper()
	return slices.DeleteFunc(schedules.Runs(ledgerOf(t, dir)), func(r schedules.Record) bool { return r.Job != job })
}

func moveDelivery(t *testing.T, dir, delivery string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, "all", delivery), filepath.Join(dir, "inbox", delivery)); err != nil {
		t.Fatal(err)
	}
}

// TestQuarterByItself is a year of a server nobody watches, on a synthetic province: the first quarter's notice is there on the day,
// after an attempt that failed; then the machine is off past the second quarter's day and comes back after the third's.
func TestQuarterByItself(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	told := newHook(t)
	dir := filepath.Join(t.TempDir(), "project")
	must(t, filepath.Dir(dir), "init", dir)
	yaml := `outputs: [notice, annex]
schedules:
  - name: 季度通报
    job: quarter
    when: "5th of the month after the quarter, rolled to the next working day, at 06:30"
    retries: 12
    backoff: 1s
notify:
  webhook: ` + told.URL + `
  command: [sh, -c, 'cat >> told.jsonl; echo >> told.jsonl']
`
	if err := os.WriteFile(filepath.Join(dir, "tongbao.yaml"), []byte(yaml), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "demo", "exports", "all", "--enterprises", "25", "--seed", "5")
	must(t, dir, "ingest", "--received", "2020-01-08T09:00:00", "all/2020-01-08")

	// The 5th of April 2020 is a Sunday and the 6th a day off. The first attempt cannot keep what was received.
	moveDelivery(t, dir, "2020-04-08")
	originals, aside := Project{Dir: dir}.Originals(), filepath.Join(dir, "data", "aside")
	if err := os.Rename(originals, aside); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(originals, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	// The schedule is known days before, so that however long a start takes the day is not missed.
	stop := daemonAt(t, dir, "2020-04-01T09:00:00+08:00")
	eventually(t, "the schedule to be adopted", func() bool { return len(ledgerOf(t, dir)) > 0 })
	stop()
	stop = daemonAt(t, dir, "2020-04-07T06:29:57+08:00")
	eventually(t, "a failed attempt that will be repeated", func() bool {
		return slices.ContainsFunc(ledgerOf(t, dir), func(r schedules.Record) bool { return r.Event == schedules.Failed && !r.Retry.IsZero() })
	})
	if err := os.Remove(originals); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, originals); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the first quarter's run and its notices", func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "told.jsonl"))
		return len(told.about("2020Q1")) > 0 && err == nil && strings.HasSuffix(string(text), "}\n")
	})
	stop()
	runs := ended(t, dir, "季度通报")
	if len(runs) != 1 {
		t.Fatalf("the first quarter's due time ended in %+v", runs)
	}
	first := runs[0]
	if first.Event != schedules.Succeeded || first.Attempt < 2 || first.Period != "2020Q1" || first.Due.Format("2006-01-02 15:04") != "2020-04-07 06:30" {
		t.Errorf("the first quarter: %+v", first)
	}
	if first.Rows == 0 || first.Files == 0 || first.Millis == 0 || first.Version != (publishedWhole(t, dir)) {
		t.Errorf("on record without rows, files, time or the version published: %+v", first)
	}
	if kinds := told.about("2020Q1"); !slices.Equal(kinds, []string{"published"}) {
		t.Errorf("the webhook heard %v", kinds)
	}
	for _, name := range []string{"notice.docx", "notice.html", "annex.xlsx"} {
		if info, err := os.Stat(filepath.Join(dir, "out", "2020Q1", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}

	// Off from April to October: July's day is longer ago than the window, October's is caught up.
	moveDelivery(t, dir, "2020-07-08")
	moveDelivery(t, dir, "2020-10-10")
	stop = daemonAt(t, dir, "2020-10-20T10:00:00+08:00")
	eventually(t, "the third quarter's run", func() bool { return len(told.about("2020Q3")) > 0 })
	stop()
	runs = ended(t, dir, "季度通报")
	if len(runs) != 3 || runs[1].Event != schedules.Missed || !strings.Contains(runs[1].Why, "window") || runs[2].Event != schedules.Succeeded || runs[2].Period != "2020Q3" ||
		runs[2].Version != publishedWhole(t, dir) || runs[2].Due.Format("2006-01-02 15:04") != "2020-10-09 06:30" {
		t.Errorf("after half a year off: %+v", runs)
	}
	text := program2020(t, dir, "schedule", "history")
	for _, want := range []string{first.Version, "missed", "2020Q3"} {
		if !strings.Contains(text, want) {
			t.Errorf("the history does not say %q:\n%s", want, text)
		}
	}
	var s status
	if err := json.Unmarshal([]byte(program2020(t, dir, "status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Runs) != 3 || s.Runs[2].Version != s.Published.Version || s.Inbox.Waiting != 0 || s.Daemon == nil || s.Daemon.Alive {
		t.Errorf("status: %+v", s)
	}
	due := map[string]deadline{}
	for _, d := range s.Deadlines {
		due[d.On] = d
	}
	if q3, ok := due["2020-10-05"]; !ok || !q3.Passed || q3.Subject != "2020Q3" || q3.Rolled != "2020-10-09" {
		t.Errorf("the third quarter's returns in %+v", s.Deadlines)
	}
	if _, ok := due["2020-12-30"]; !ok {
		t.Errorf("the annual return in %+v", s.Deadlines)
	}
}

// program2020 runs a command on the day the machine came back.
func program2020(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := program(dir, args...)
	cmd.Env = append(cmd.Env, "TONGBAO_TEST_NOW=2020-10-20T12:00:00+08:00")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return string(out)
}
