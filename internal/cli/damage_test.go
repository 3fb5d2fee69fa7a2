package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// harmed is a project whose last files lie in the warehouse's log alone, and what its raw tables hold when all is well.
type harmed struct {
	whole string
	want  map[string]string
}

// newHarmed takes ten exports in by command and two more through a warehouse that is copied before it is closed, as a power cut leaves it.
func newHarmed(t *testing.T) harmed {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "project")
	must(t, root, "init", dir)
	must(t, dir, "demo", "exports", "all", "--enterprises", "20", "--seed", "3")
	found, err := filepath.Glob(filepath.Join(dir, "all", "2020-01-08", "*.csv"))
	if err != nil || len(found) < 12 {
		t.Fatalf("%d files, %v", len(found), err)
	}
	slices.Sort(found)
	files := append([]string{"ingest", "--received", "2020-01-08T09:00:00"}, found[:12]...)
	must(t, dir, files[:len(files)-2]...)
	app := &App{Env: Env{Stdout: io.Discard, Stderr: io.Discard, Now: time.Now, Getenv: func(string) string { return "" }, Dir: dir}, projectDir: dir}
	p, err := app.project()
	if err != nil {
		t.Fatal(err)
	}
	runner, done, err := app.openIngest(t.Context(), p, ingestFlags{received: "2020-01-08T09:00:00"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.ingestFiles(t.Context(), p, runner, files[len(files)-2:]); err != nil {
		t.Fatal(err)
	}
	h := harmed{filepath.Join(root, "whole"), map[string]string{}}
	copyTree(t, dir, h.whole)
	if err := done(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(h.whole, "data", "warehouse.duckdb.wal")); err != nil || info.Size() == 0 {
		t.Fatalf("no log to damage: %v", err)
	}
	tablesOf(t, h.want, "raw", p.Warehouse())
	return h
}

// harm damages one of the two files in one way and says how.
func harm(t *testing.T, dice *rand.Rand, dir string) string {
	t.Helper()
	name := []string{"warehouse.duckdb", "warehouse.duckdb.wal"}[dice.IntN(2)]
	path := filepath.Join(dir, "data", name)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := dice.IntN(len(content))
	if dice.IntN(3) == 0 {
		at = dice.IntN(min(len(content), 12<<10)) // where the headers are
	}
	how := ""
	switch dice.IntN(5) {
	case 0:
		content, how = content[:at], fmt.Sprintf("%s cut at %d of %d", name, at, len(content))
	case 1:
		how = fmt.Sprintf("%s zeroed from %d", name, at)
		clear(content[at:min(at+4096, len(content))])
	case 2:
		if dice.IntN(4) == 0 {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			return name + " gone"
		}
		content, how = append(content, content[:at%5000]...), fmt.Sprintf("%s with %d bytes behind it", name, at%5000)
	default:
		content[at] ^= byte(1 << dice.IntN(8))
		how = fmt.Sprintf("a bit of %s changed at %d of %d", name, at, len(content))
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return how
}

// said runs a command that may fail, but not crash.
func said(t *testing.T, dir string, args ...string) (code int, text string) {
	t.Helper()
	var both bytes.Buffer
	cmd := frozen(t.Context(), dir, args...)
	cmd.Stdout, cmd.Stderr = &both, &both
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text = both.String()
	if strings.Contains(text, "goroutine ") || strings.Contains(text, "SIG") {
		t.Errorf("%v crashed:\n%s", args, text)
	}
	return cmd.ProcessState.ExitCode(), text
}

// TestDamage spoils the warehouse or its log at random places. Whatever is harmed: status and doctor answer; a command that needs what
// is lost says so and what to do; and in the end, by itself or by the command it names, every row of every file is there again.
func TestDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	h := newHarmed(t)
	dice := rand.New(rand.NewPCG(seeded(t), 7))
	ways := map[string]int{}
	for n := range soaked(t, 6, 200) {
		dir := filepath.Join(t.TempDir(), "project")
		copyTree(t, h.whole, dir)
		how := harm(t, dice, dir)
		t.Run(fmt.Sprintf("%d %s", n, how), func(t *testing.T) { ways[h.recover(t, dir)]++ })
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%v", ways)
}

// recover follows the program's own advice until the warehouse is whole, and returns the way it took.
func (h harmed) recover(t *testing.T, dir string) (way string) {
	said(t, dir, "status", "--json")
	code, ingested := said(t, dir, "ingest") // the inbox is empty
	_, examined := said(t, dir, "doctor")
	way = "harmless"
	switch {
	case strings.Contains(ingested, "taken in again"):
		way = "taken in again"
	case code == exitFailed && strings.Contains(ingested, "damaged"), strings.Contains(examined, "damaged"):
		way = "rebuilt"
		if !strings.Contains(ingested+examined, "tongbao rebuild") {
			t.Errorf("it does not say what to do:\n%s%s", ingested, examined)
		}
		if code, text := said(t, dir, "rebuild"); code != exitDone && code != exitWarnings {
			t.Errorf("rebuild ends with %d: %s", code, text)
		}
	case code != exitDone && code != exitWarnings:
		t.Errorf("ingest ends with %d and does not explain it:\n%s", code, ingested)
	}
	got := map[string]string{}
	tablesOf(t, got, "raw", Project{Dir: dir}.Warehouse())
	wantSame(t, got, h.want)
	if _, text := said(t, dir, "doctor"); strings.Contains(text, "damaged") || strings.Contains(text, "lacks") {
		t.Errorf("afterwards: %s", text)
	}
	return way
}

// TestDamagedOriginal spoils kept bytes: doctor names the file, rebuild refuses rather than take in less than was received, a backup puts
// them back, and the warehouse made from them is the one from before.
func TestDamagedOriginal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	must(t, filepath.Dir(dir), "init", dir)
	var rows strings.Builder
	rows.WriteString("隐患编号,检查编号,隐患类别,隐患级别,发现日期\n")
	for n := range 40_000 { // several frames of Snappy, so that a cut can fall between two
		fmt.Fprintf(&rows, "YH%06d,JC%06d,消防安全,一般,2020-03-02\n", n, n)
	}
	write(t, filepath.Join(dir, "inbox", "隐患.csv"), rows.String())
	must(t, dir, "ingest", "--received", "2020-04-06T08:00:00")
	must(t, dir, "backup", "now.tongbao")
	kept, err := filepath.Glob(filepath.Join(dir, "data", "originals", "*", "*.sz"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v, %v", kept, err)
	}
	whole, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	tablesOf(t, want, "raw", Project{Dir: dir}.Warehouse())
	second := 10 + 4 + int(whole[11]) + int(whole[12])<<8 + int(whole[13])<<16 // behind the stream's name and its first frame
	for how, damaged := range map[string][]byte{
		"a byte changed":     append(slices.Clone(whole[:len(whole)/2]), append([]byte{whole[len(whole)/2] ^ 1}, whole[len(whole)/2+1:]...)...),
		"cut between frames": whole[:second],
		"emptied":            {},
	} {
		write(t, kept[0], string(damaged))
		if code, text := said(t, dir, "doctor"); code == exitDone || !strings.Contains(text, "隐患.csv") || !strings.Contains(text, "tongbao restore") {
			t.Errorf("%s: doctor ends with %d:\n%s", how, code, text)
		}
		if code, text := said(t, dir, "rebuild"); code != exitFailed || !strings.Contains(text, "隐患.csv") || !strings.Contains(text, "tongbao restore") {
			t.Errorf("%s: rebuild ends with %d:\n%s", how, code, text)
		}
		must(t, dir, "restore", "now.tongbao")
		if again, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(again, whole) {
			t.Errorf("%s: restore left it as it was (%v)", how, err)
		}
		must(t, dir, "rebuild")
		got := map[string]string{}
		tablesOf(t, got, "raw", Project{Dir: dir}.Warehouse())
		wantSame(t, got, want)
	}
	if _, text := said(t, dir, "doctor"); strings.Contains(text, "damaged") {
		t.Errorf("in the end doctor says:\n%s", text)
	}
}
