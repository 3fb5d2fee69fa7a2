//go:build linux

package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// screen is what a terminal shows, growing.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

// String is all that was ever shown.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestPrompt types at a real terminal: completion of Chinese columns, a query over several lines, Ctrl-C in the middle of one that would
// take for ever, a mistake, a saved query, the way out; and what was typed is there the next time.
func TestPrompt(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no terminal to type at: ", err)
	}
	o := newOffice(t)
	o.build()
	write(t, filepath.Join(o.dir, "queries", "closed.sql"), "-- Hazards closed.\nselect count(closed_on) + 4100 as closed from core.hazard\n")
	shown, keys, process, end := terminal(t, o.dir)
	type typing struct{ keys, wait string }
	for _, step := range []typing{
		{"", "tongbao> "},                // what is typed before the prompt is there may be lost
		{"\r", "tongbao> \r\ntongbao> "}, // an empty line begins no query
		{"select 40 + 2 as \"a\";\r", "42"},
		{"select \"隐患编\t", "\"隐患编号\""},
		{"\x03", "^C"},
		{"select count(*) + 4300\r", "...>"},
		{"from core.visit;\r", "4301"},
		{"select 4400 as running, (select count(*) from range(100000000000) as a, range(1000) as b where a.range % 7 = b.range);\r", "b.range);"},
	} {
		press(t, keys, step.keys)
		eventually(t, step.wait+" in\n"+shown.String(), func() bool { return strings.Contains(shown.String(), step.wait) })
	}
	eventually(t, "the query to be stopped", func() bool {
		press(t, keys, "\x03") // before the query runs, Ctrl-C only clears the line
		return strings.Contains(shown.String(), "stopped")
	})
	if err := process().Signal(os.Interrupt); err != nil { // a Ctrl-C that comes when the query is over
		t.Fatal(err)
	}
	prompts := strings.Count(shown.String(), "tongbao> ")
	eventually(t, "a prompt after it", func() bool { // keys beside a Ctrl-C may be lost on their way
		press(t, keys, "\r")
		return strings.Count(shown.String(), "tongbao> ") > prompts
	})
	for _, step := range []typing{
		{"select nope from core.visit;\r", "Binder Error"},
		{"@closed\r", "4101"},
		{`\d core.visit` + "\r", "lead_agency"},
		{`\metrics` + "\r", "计划完成率"},
		{"copy (select 1) to 'x';\r", "nothing can be changed"},
	} {
		press(t, keys, step.keys)
		eventually(t, step.wait+" in\n"+shown.String(), func() bool { return strings.Contains(shown.String(), step.wait) })
	}
	press(t, keys, "\\q\r")
	end()
	history, err := os.ReadFile(filepath.Join(o.dir, "data", "sql_history"))
	if err != nil || !strings.Contains(string(history), "select count(*) + 4300 from core.visit;\n") {
		t.Errorf("history: %q, %v", history, err)
	}
}

func press(t *testing.T, keys io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(keys, text); err != nil {
		t.Fatal(err)
	}
}

// terminal starts `tongbao sql` at one; process is the program's, once it shows anything, and end waits for it.
func terminal(t *testing.T, dir string) (shown *screen, keys io.Writer, process func() *os.Process, end func()) {
	t.Helper()
	// The program takes the shell's place: a shell that stays would be hit by Ctrl-C too, and some end with its status instead.
	cmd := exec.Command("script", "-qec", "stty cols 200 rows 60; echo process $$ end; exec tongbao --project "+dir+" sql", "/dev/null")
	cmd.Env = append(os.Environ(), "SHELL=/bin/sh", "TERM=xterm", "LC_ALL=C.UTF-8")
	shown = &screen{}
	cmd.Stdout, cmd.Stderr = shown, shown
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	process = func() *os.Process {
		t.Helper()
		var id int
		if _, err := fmt.Sscanf(shown.String(), "process %d end", &id); err != nil {
			t.Fatal(err)
		}
		running, err := os.FindProcess(id)
		if err != nil {
			t.Fatal(err)
		}
		return running
	}
	return shown, keys, process, func() {
		t.Helper()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the prompt ended with %v\n%s", err, shown)
		}
	}
}
