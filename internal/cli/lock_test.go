package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestWriterWaitsForWriter holds the project from this process while the program wants it: it names the holder, gives up when told to,
// and goes on when the holder ends.
func TestWriterWaitsForWriter(t *testing.T) {
	dir := projectWith(t, "")
	var quiet bytes.Buffer
	holder := &App{Env: Env{Stderr: &quiet, Now: time.Now}}
	lock, err := holder.lockProject(t.Context(), Project{Dir: dir}, "ingest")
	if err != nil {
		t.Fatal(err)
	}
	named := fmt.Sprintf("`tongbao ingest` (process %d on ", os.Getpid())
	out, err := program(dir, "build", "--wait", "300ms").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "waiting for "+named) || !strings.Contains(string(out), "locked by another process") || !strings.Contains(string(out), "Next: ") {
		t.Errorf("a second writer ends with %v and says:\n%s", err, out)
	}
	if status, err := program(dir, "status").CombinedOutput(); err != nil || !strings.Contains(string(status), "running    "+named) {
		t.Errorf("status beside a writer ends with %v and says:\n%s", err, status)
	}

	waiting := program(dir, "build", "--wait", "1h")
	stderr, err := waiting.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := waiting.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		fmt.Fprintln(&said, lines.Text())
		if !strings.Contains(lines.Text(), "waiting for "+named) {
			continue
		}
		if err := lock.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if err := waiting.Wait(); err == nil || strings.Contains(said.String(), "locked by") || !strings.Contains(said.String(), "waiting for "+named) {
		t.Errorf("the waiting writer ends with %v and says:\n%s\nwant it to have begun its work", err, said.String())
	}
	if strings.Contains(said.String(), "did not end by itself") {
		t.Errorf("a lock given back is called stale:\n%s", said.String())
	}
}

// TestLockInsideLock takes the lock twice in one process; only the outer release gives it back.
func TestLockInsideLock(t *testing.T) {
	p := Project{Dir: projectWith(t, "")}
	var said bytes.Buffer
	app := &App{Env: Env{Stderr: &said, Now: time.Now}}
	outer, err := app.lockProject(t.Context(), p, "run")
	if err != nil {
		t.Fatal(err)
	}
	inner, err := app.lockProject(t.Context(), p, "build")
	if err != nil {
		t.Fatal(err)
	}
	if err := inner.Release(); err != nil {
		t.Fatal(err)
	}
	other := &App{Env: Env{Stderr: &said, Now: time.Now}}
	if _, err := other.lockProject(t.Context(), p, "render"); !errors.Is(err, errLocked) {
		t.Errorf("after the inner release: %v, want it locked", err)
	}
	if err := outer.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := other.lockProject(t.Context(), p, "render")
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}

// TestWaitEndsWithContext stops waiting when the program is told to stop.
func TestWaitEndsWithContext(t *testing.T) {
	p := Project{Dir: projectWith(t, "")}
	var said bytes.Buffer
	app := &App{Env: Env{Stderr: &said, Now: time.Now}}
	if _, err := app.lockProject(t.Context(), p, "run"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, stop)
	other := &App{Env: Env{Stderr: &said, Now: time.Now}, wait: time.Hour}
	if _, err := other.lockProject(ctx, p, "build"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want it canceled", err)
	}
}
