//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"tongbao/schedules"
)

// TestTimeoutKillsWholeGroup stops a job that ignores requests to stop and has children of its own.
func TestTimeoutKillsWholeGroup(t *testing.T) {
	t.Parallel() // it lasts as long as a job is given to stop
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &stopAtLine{stop: stop}
	var result schedules.Result
	err := runJob(ctx, "sh", []string{"-c", `trap '' TERM; sleep 300 & echo $! ; wait; echo unreachable`}, log, &result)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that it was stopped", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(log.text.String()))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the grandchild to be gone", func() bool { return isGone(pid) })
}

// stopAtLine is a log that stops the job once it has said a line.
type stopAtLine struct {
	text bytes.Buffer
	stop func()
}

func (s *stopAtLine) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("\n")) {
		s.stop()
	}
	return s.text.Write(text)
}

// isGone also takes for gone what is dead but not yet buried: in a container nobody may be there to do it.
func isGone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(state), ") Z ")
}

func TestRunJobReadsResults(t *testing.T) {
	var log bytes.Buffer
	var result schedules.Result
	lines := `{"path":"a.csv","loaded":7}` + "\n" + `{"path":"again.csv","known":true}` + "\n" + `{"path":"b.csv","loaded":5}` + "\n" + `not json` + "\n" + `{"version":"v1","out":"out/2020Q1"}` + "\n"
	err := runJob(t.Context(), "sh", []string{"-c", "printf '%s' '" + lines + "'; exit 3"}, &log, &result)
	if err != nil {
		t.Fatal(err)
	}
	if want := (schedules.Result{Files: 2, Rows: 12, Version: "v1", Output: "out/2020Q1", Warned: true}); result != want {
		t.Errorf("result %+v, want %+v", result, want)
	}
	if log.String() != lines {
		t.Errorf("log %q, want %q", log.String(), lines)
	}
}

func TestRunJobRepeatsLastWords(t *testing.T) {
	for script, want := range map[string]string{
		`echo progress >&2; echo "tongbao: the disk is full" >&2; echo "Next: make room" >&2; exit 1`: "the disk is full · Next: make room",
		`exit 1`:         "the process ended with exit status 1",
		`kill -9 $$`:     "the process ended with signal: killed",
		`echo x; exit 2`: "the process ended with exit status 2",
	} {
		var log bytes.Buffer
		var result schedules.Result
		err := runJob(t.Context(), "sh", []string{"-c", script}, &log, &result)
		if err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %q", script, err, want)
		}
	}
}
