package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tongbao/schedules"
)

// TestNoticeSurvivesKill kills the daemon while its notice of a publication is under way, and again while nobody listens: the next daemon
// says it again, under the same id, and then no more.
func TestNoticeSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	var mu sync.Mutex
	var heard []notice
	hold := make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		var n notice
		if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
			t.Error(err)
		}
		mu.Lock()
		heard = append(heard, n)
		first := len(heard) == 1
		mu.Unlock()
		if first {
			<-hold
		}
	}))
	defer hook.Close()
	release := sync.OnceFunc(func() { close(hold) })
	defer release() // before the server waits for it
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(heard)
	}

	o := newOffice(t)
	write(t, filepath.Join(o.dir, "tongbao.yaml"), "outputs: [returns]\nschedules:\n  - {name: notice, job: quarter, when: '@yearly'}\nnotify: {webhook: "+hook.URL+"}\n")
	const now = "2020-07-06T12:00:00+08:00"
	start := func() (kill func()) {
		cmd := program(o.dir, "schedule", "run", "--every", "1s")
		cmd.Env = append(cmd.Env, "TONGBAO_TEST_NOW="+now)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		return func() {
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
		}
	}
	if err := (Project{Dir: o.dir}).schedule().leaveRequest(schedules.Request{Job: "notice", At: o.now, By: "张三"}); err != nil {
		t.Fatal(err)
	}
	kill := start()
	eventually(t, "the notice to be under way", func() bool { return count() == 1 })
	kill()
	release()

	kill = start()
	eventually(t, "the notice to come again", func() bool { return count() == 2 })
	eventually(t, "that to be on record", func() bool {
		return slices.ContainsFunc(ledgerOf(t, o.dir), func(r schedules.Record) bool { return r.Event == schedules.Sent })
	})
	kill()
	first, second := heard[0], heard[1]
	if first.Notice != "published" || first.Version != o.current() || first.ID == "" || first.ID != second.ID {
		t.Errorf("heard %+v, then %+v", first, second)
	}

	kill = start()
	eventually(t, "a daemon that is well", func() bool {
		cmd := program(o.dir, "schedule", "status")
		cmd.Env = append(cmd.Env, "TONGBAO_TEST_NOW="+now)
		return cmd.Run() == nil
	})
	kill()
	if n := count(); n != 2 {
		t.Errorf("heard %d times", n)
	}
	text, err := os.ReadFile(filepath.Join(o.dir, "data", "schedule", "ledger.jsonl"))
	if err != nil || strings.Count(string(text), `"event":"sent"`) != 1 {
		t.Errorf("ledger, %v:\n%s", err, text)
	}
}
