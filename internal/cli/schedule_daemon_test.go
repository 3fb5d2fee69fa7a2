package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	"time"

	"tongbao/schedules"
)

// program makes a command of this test's own `tongbao`, in a folder.
func program(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("tongbao", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TONGBAO_TEST_NOW=", "TZ=Asia/Shanghai", "NO_COLOR=1")
	return cmd
}

// projectWith makes a project folder from its tongbao.yaml.
func projectWith(t *testing.T, yaml string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tongbao.yaml"), []byte(yaml), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// eventually waits for a condition. A machine that is slow or busy has five minutes: only a test that fails takes them.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited five minutes for: %s", what)
}

func ledgerOf(t *testing.T, dir string) []schedules.Record {
	t.Helper()
	records, err := schedules.History(Project{Dir: dir}.schedule().ledger(), "")
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// TestTwoDaemons starts two daemons on one project, kills the first without warning, and starts a third.
func TestTwoDaemons(t *testing.T) {
	dir := projectWith(t, "schedules:\n  - {job: backup, when: '0 0 1 1 *'}\n")
	start := func() *exec.Cmd {
		cmd := program(dir, "schedule", "run", "--every", "1s")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		eventually(t, "a daemon that is well", func() bool { return program(dir, "schedule", "status").Run() == nil })
		return cmd
	}
	first := start()
	out, err := program(dir, "schedule", "run").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Fatalf("second daemon: %v\n%s", err, out)
	}
	if want := fmt.Sprintf("has a daemon already: `tongbao schedule run` (process %d", first.Process.Pid); !strings.Contains(string(out), want) {
		t.Errorf("second daemon says:\n%s\nwant %q", out, want)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	if err := program(dir, "schedule", "status").Run(); err == nil {
		t.Error("status calls a killed daemon well")
	}
	var said bytes.Buffer
	third := program(dir, "schedule", "run", "--every", "1s")
	third.Stderr = &said
	if err := third.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the third daemon", func() bool { return program(dir, "schedule", "status").Run() == nil })
	if err := third.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := third.Wait(); err != nil {
		t.Errorf("stopped daemon: %v", err)
	}
	if want := fmt.Sprintf("(process %d on", first.Process.Pid); !strings.Contains(said.String(), want) || !strings.Contains(said.String(), "did not end by itself; its lock is taken over") {
		t.Errorf("third daemon says:\n%s\nwant it to name the dead one: %s", said.String(), want)
	}
	if history, err := program(dir, "schedule", "history", "--all").Output(); err != nil || strings.Contains(string(history), "by hand") || !strings.Contains(string(history), "0 0 1 1 * in Asia/Shanghai") {
		t.Errorf("the history does not say by which rule the job came, or calls that a run by hand (%v):\n%s", err, history)
	}
}

// TestDaemonRunsJobsInProcesses runs a job that cannot work every second: it is on record with the program's own words, its output is
// kept, and the world outside is told.
func TestDaemonRunsJobsInProcesses(t *testing.T) {
	var mu sync.Mutex
	var heard []notice // of attempts that failed; on a busy machine seconds may also be missed
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		var n notice
		if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if n.Event == schedules.Failed {
			heard = append(heard, n)
		}
	}))
	defer hook.Close()
	dir := projectWith(t, "schedules:\n  - {job: quarter, when: '@every 1s'}\nnotify:\n  webhook: "+hook.URL+"\n  command: [sh, -c, 'cat > told.json']\n")
	daemon := program(dir, "schedule", "run", "--every", "1s")
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = daemon.Process.Kill() })
	eventually(t, "two runs and their notices", func() bool {
		mu.Lock()
		defer mu.Unlock()
		told, err := os.ReadFile(filepath.Join(dir, "told.json"))
		return len(heard) >= 2 && err == nil && json.Valid(told)
	})
	if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := daemon.Wait(); err != nil {
		t.Errorf("stopped daemon: %v", err)
	}
	if n := heard[0]; n.Notice != "failure" || n.Job != "quarter" || n.Why == "" {
		t.Errorf("the webhook heard %+v", n)
	}
	runs := schedules.Runs(ledgerOf(t, dir))
	if failed := slices.DeleteFunc(slices.Clone(runs), func(r schedules.Record) bool { return r.Event != schedules.Failed }); len(failed) < 2 {
		t.Fatalf("ledger: %+v", runs)
	}
	logs, err := filepath.Glob(filepath.Join(dir, "data/schedule/logs/quarter/*.log"))
	if err != nil || len(logs) < 2 {
		t.Fatalf("logs: %v %v", logs, err)
	}
	text, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "tongbao: ") {
		t.Errorf("the log of a run holds %q", text)
	}
}
