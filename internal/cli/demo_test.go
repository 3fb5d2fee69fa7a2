//go:build linux

package cli

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestDemo takes a small province through the whole chain twice: once here and for a person, once for a program and on a machine as
// different as a process can be told to be: one core, another zone and locale, another day, no home. Everything one is sent to is
// there, the figures are printed, and every table and every file of output is the same.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	printed := command(t, dir, "demo", one, "--enterprises", "240", "--seed", "3")
	for _, want := range []string{"2020Q3 of a synthetic province, as of 2020-10-12", "index.html", "notice.docx", "annex.xlsx", "A1.2020Q3.230000", "tongbao --project"} {
		if !strings.Contains(printed, want) {
			t.Errorf("the demo does not print %q:\n%s", want, printed)
		}
	}
	printed = onAnotherMachine(t, dir, "demo", two, "--enterprises", "240", "--seed", "3", "--json")
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	var said struct {
		Period  string     `json:"period"`
		Places  []place    `json:"places"`
		Figures []headline `json:"figures"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &said); err != nil || said.Period != "2020Q3" || len(said.Places) != 3 || len(said.Figures) < 5 {
		t.Errorf("%v: %s", err, printed)
	}
	here, there := fingerprint(t, one), fingerprint(t, two)
	if len(here) < 100 {
		t.Errorf("%d tables and files", len(here))
	}
	wantSame(t, there, here)
	testPacksKeepApart(t, one)
	testSentences(t, dir, one)
}

// testSentences goes from a bookmark of the notice to its figure, from that figure's sentence to all figures in it, and no further.
func testSentences(t *testing.T, dir, project string) {
	t.Helper()
	type printed struct {
		Notice, Bookmark, Text, Sentence string
		FigureID                         string `json:"figure_id"`
	}
	find := func(words string) (all []printed) {
		t.Helper()
		for line := range strings.Lines(command(t, dir, "--project", project, "trace", words, "--json")) {
			var one printed
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			all = append(all, one)
		}
		return all
	}
	found := find("A1_2020Q3_230000")
	if len(found) != 1 || found[0].FigureID != "A1.2020Q3.230000" || found[0].Sentence == "" || !strings.Contains(found[0].Sentence, found[0].Text) {
		t.Fatalf("the bookmark leads to %+v", found)
	}
	same := 0
	for _, one := range find(found[0].Sentence) {
		if one.Sentence != found[0].Sentence && !strings.Contains(one.Sentence, found[0].Sentence) {
			t.Errorf("%s is of another sentence: %s", one.Bookmark, one.Sentence)
		}
		if one == found[0] {
			same++
		}
	}
	if same != 1 {
		t.Errorf("its sentence leads to it %d times", same)
	}
	if text := command(t, dir, "--project", project, "trace", "A1_2020Q3_230000"); !strings.Contains(text, "waterfall: original") || !strings.Contains(text, "(bookmark A1_2020Q3_230000)") {
		t.Errorf("one figure is traced at once:\n%s", text)
	}
}

// onAnotherMachine runs the program with one core, in New York.
func onAnotherMachine(t *testing.T, dir string, args ...string) string {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var mine, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mine); err != nil {
		t.Fatal(err)
	}
	for core := 0; one.Count() == 0; core++ {
		if mine.IsSet(core) {
			one.Set(core)
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		t.Fatal(err)
	}
	cmd := frozen(t.Context(), dir, args...)
	cmd.Env = append(cmd.Env, "TZ=America/New_York", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "HOME=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := cmd.Start()
	if err := unix.SchedSetaffinity(0, &mine); err != nil { // the child has its own by now
		t.Fatal(err)
	}
	if began != nil {
		t.Fatal(began)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("tongbao %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}
