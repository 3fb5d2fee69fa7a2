//go:build linux

package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tongbao/ingest"
	"tongbao/internal/warehouse"
)

// killStep is one command that changes a project, and what a killed one may not harm.
type killStep struct {
	name string
	args []string
	late bool // its dangerous moments are at the end: half of the kills go there
}

// publishes says that the step moves `current`.
func (s killStep) publishes() bool {
	return slices.Contains([]string{"build", "run", "rollback"}, s.args[0])
}

func killSteps() []killStep {
	render := []string{"render", "--period", "2020Q1"}
	soak := os.Getenv("TONGBAO_SOAK") != ""
	if !soak {
		render = append(render, "--only", "notice,annex,returns") // the site takes a while
	}
	steps := []killStep{
		{"ingest", []string{"ingest", "--received", "2020-04-06T08:00:00", "exports/2020Q1"}, false},
		{"build", []string{"build", "--as-of", "2020-04-06T18:00:00"}, true},
		{"render", render, true},
		{"close", []string{"close", "2020Q1", "--by", "张三", "--reason", "办公会同意"}, true},
		{"backup", []string{"backup", "now.tongbao"}, true},
		{"restore", []string{"restore", "now.tongbao"}, true},
		{"rebuild", []string{"rebuild"}, true},
	}
	if !soak {
		return steps
	}
	return append(steps,
		killStep{"late ingest", []string{"ingest", "--received", "2020-04-06T09:00:00", "exports/late"}, false},
		killStep{"late build", []string{"build", "--as-of", "2020-04-06T18:00:00"}, true},
		killStep{"build again", []string{"build", "--as-of", "2020-04-06T18:00:00", "--force"}, true},
		killStep{"rollback", []string{"rollback", "--by", "张三", "--reason", "漏报"}, false},
		killStep{"run", []string{"run", "--period", "2020Q1"}, true}, // it also removes the oldest version
		killStep{"reopen", []string{"reopen", "2020Q1", "--by", "张三", "--reason", "补报"}, false},
	)
}

// province is a project as it stands before each step of an undisturbed chain, and what each step makes of it.
type province struct {
	before map[string]string            // step → folder
	after  map[string]map[string]string // step → fingerprint
	took   map[string]time.Duration
	grows  map[string]int64 // bytes the project grows by
}

// newProvince makes the project of the kill tests and takes it through the chain once, undisturbed.
func newProvince(t *testing.T, enterprises int) province {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "project")
	must(t, root, "init", dir)
	must(t, dir, "demo", "exports", "all", "--enterprises", fmt.Sprint(enterprises), "--seed", "11")
	deliveries, err := os.ReadDir(filepath.Join(dir, "all"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "exports"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"earlier", "2020Q1"} {
		if err := os.Rename(filepath.Join(dir, "all", deliveries[i].Name()), filepath.Join(dir, "exports", name)); err != nil {
			t.Fatal(err)
		}
	}
	withhold(t, filepath.Join(dir, "exports"))
	if err := os.WriteFile(filepath.Join(dir, "tongbao.yaml"), []byte("versions: {keep: 2}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "all")); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "ingest", "--received", "2020-01-08T09:00:00", "exports/earlier")
	must(t, dir, "build", "--as-of", "2020-01-08T18:00:00")
	p := province{map[string]string{}, map[string]map[string]string{}, map[string]time.Duration{}, map[string]int64{}}
	for _, step := range killSteps() {
		p.before[step.name] = filepath.Join(root, "before-"+step.name)
		copyTree(t, dir, p.before[step.name])
		began := time.Now()
		must(t, dir, step.args...)
		p.took[step.name] = time.Since(began)
		p.after[step.name] = fingerprint(t, dir)
		p.grows[step.name] = size(t, dir) - size(t, p.before[step.name])
	}
	return p
}

// withhold keeps one file of hazards back for a late delivery.
func withhold(t *testing.T, exports string) {
	t.Helper()
	var hazards string
	err := filepath.WalkDir(filepath.Join(exports, "2020Q1"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && hazards == "" && strings.Contains(entry.Name(), "隐患") {
			hazards = path
		}
		return err
	})
	if err != nil || hazards == "" {
		t.Fatalf("no file of hazards to withhold: %v", err)
	}
	if err := os.Mkdir(filepath.Join(exports, "late"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(hazards, filepath.Join(exports, "late", filepath.Base(hazards))); err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, dir string) int64 {
	t.Helper()
	bytes, err := sizeBelow(dir)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	// Versions are ordered by when they were published.
	manifests, err := filepath.Glob(filepath.Join(from, "data", "published", "*", warehouse.ManifestName))
	for _, manifest := range manifests {
		var info os.FileInfo
		if info, err = os.Lstat(manifest); err == nil {
			err = os.Chtimes(to+strings.TrimPrefix(manifest, from), info.ModTime(), info.ModTime())
		}
		if err != nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fingerprint is the content of a project: every raw and published table, every output file. The audit log is left out: it tells of
// the kills.
func fingerprint(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	p := Project{Dir: dir}
	tablesOf(t, found, "raw", p.Warehouse())
	store := warehouse.Store{Dir: p.Published()}
	current, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	found["current"] = current
	versions, err := store.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions {
		tablesOf(t, found, v.Version, store.Database(v.Version))
		found["manifest "+v.Version] = digestOf(t, filepath.Join(p.Published(), v.Version, warehouse.ManifestName))
	}
	filesOf(t, found, p.Out())
	filesOf(t, found, p.Originals())
	delete(found, "originals/received.jsonl") // a file noted by the attempt that was cut short is noted again: the last line counts
	kept, err := ingest.Originals(p.Originals())
	if err != nil {
		t.Fatal(err)
	}
	found["originals received"] = fmt.Sprint(kept)
	filesOf(t, found, p.Closed())
	return found
}

func tablesOf(t *testing.T, found map[string]string, label, path string) {
	t.Helper()
	db, err := warehouse.OpenReadOnly(t.Context(), path, warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer db.Close()
	tables, err := warehouse.Select[string](t.Context(), db, "select schema_name || '.' || table_name from duckdb_tables() order by 1")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		content, err := warehouse.One[string](t.Context(), db, "select count(*) || ' rows ' || coalesce(cast(sum(cast(hash(r) as hugeint)) as varchar), '') from "+table+" as r")
		if err != nil {
			t.Fatal(err)
		}
		found[label+" "+table] = content
	}
}

func filesOf(t *testing.T, found map[string]string, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(filepath.Dir(root), path)
		if err != nil {
			return err
		}
		found[name] = digestOf(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func digestOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// wantSame reports what differs between two contents of a project.
func wantSame(t *testing.T, got, want map[string]string) {
	t.Helper()
	keys := map[string]bool{}
	for key := range got {
		keys[key] = true
	}
	for key := range want {
		keys[key] = true
	}
	shown := 0
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if got[key] != want[key] && shown < 12 {
			t.Errorf("%s: %q, undisturbed %q", key, got[key], want[key])
			shown++
		}
	}
}

// TestKill cuts each step short, by a kill at a random moment, by a full disk, by one that turned read-only: what was published before
// can be read at once, the next command works, and the end is as if nothing had happened.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	p := newProvince(t, 60)
	t.Run("kill", p.kills)
	t.Run("call", p.calls)
	t.Run("disk", p.disks)
}

// kills sends SIGKILL to each step at random moments.
func (p province) kills(t *testing.T) {
	times := soaked(t, 1, 50)
	dice := rand.New(rand.NewPCG(seeded(t), 0))
	for _, step := range killSteps() {
		for n := range times {
			share := dice.Float64() * 1.05
			if step.late && (n%2 == 1 || times == 1) {
				share = 0.75 + dice.Float64()*0.3
			}
			moment := time.Duration(share * float64(p.took[step.name]))
			t.Run(fmt.Sprintf("%s %d at %v", step.name, n, moment.Round(time.Millisecond)), func(t *testing.T) {
				p.killAt(t, step, moment)
			})
		}
	}
}

func (p province) killAt(t *testing.T, step killStep, moment time.Duration) {
	dir := filepath.Join(t.TempDir(), "project")
	copyTree(t, p.before[step.name], dir)
	versionBefore := publishedWhole(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), moment)
	defer cancel()
	cmd := frozen(ctx, dir, step.args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	t.Logf("ended with %v after %q", err, lastLine(said.String()))
	p.recovers(t, dir, step, versionBefore)
}

// recovers holds a project in which a step was just killed to what every user may expect of it.
func (p province) recovers(t *testing.T, dir string, step killStep, versionBefore string) {
	t.Helper()
	p.wholeNow(t, dir, step, versionBefore)
	p.again(t, dir, step)
	wantSame(t, fingerprint(t, dir), p.after[step.name])
	last := step.args[0]
	if last == "run" {
		last = "render" // its steps are recorded by themselves
	}
	if entries, err := (Project{Dir: dir}).readAudit(); err != nil || len(entries) == 0 || entries[len(entries)-1].Command != last {
		t.Errorf("audit log after the kill: %d entries, %v", len(entries), err)
	}
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// again runs a step that was cut short; a quarter that was closed, or a backup that got its name, before the kill came stays as it is.
func (p province) again(t *testing.T, dir string, step killStep) {
	t.Helper()
	done := map[string]string{"close": "data/closed/2020Q1.json", "backup": "now.tongbao"}[step.name]
	if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(done))); err == nil && done != "" {
		return
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "closed", "2020Q1.json")); step.name == "reopen" && errors.Is(err, fs.ErrNotExist) {
		return
	}
	if current, err := (Project{Dir: dir}).Store().Current(); err == nil && step.name == "rollback" && current == p.after[step.name]["current"] {
		return
	}
	must(t, dir, step.args...)
}

// wholeNow asks a project in which a command was just killed what every reader would ask it.
func (p province) wholeNow(t *testing.T, dir string, step killStep, versionBefore string) {
	t.Helper()
	if version := publishedWhole(t, dir); !step.publishes() && version != versionBefore {
		t.Errorf("after %s was cut short another version is published: %s, before %s", step.name, version, versionBefore)
	}
	must(t, dir, "status", "--json")
	if _, err := os.Stat(filepath.Join(dir, "now.tongbao")); err == nil {
		must(t, dir, "backup", "--verify", "now.tongbao")
	}
}

// publishedWhole opens the current version as a reader does and counts every table against its manifest.
func publishedWhole(t *testing.T, dir string) string {
	t.Helper()
	store := warehouse.Store{Dir: Project{Dir: dir}.Published()}
	current, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := warehouse.LoadManifest(filepath.Join(store.Dir, current))
	if err != nil {
		t.Fatal(err)
	}
	if manifest.Version != current {
		t.Errorf("`current` is %s, its manifest says %s", current, manifest.Version)
	}
	db, err := warehouse.OpenReadOnly(t.Context(), store.Database(current), warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range manifest.Tables {
		rows, err := warehouse.One[int64](t.Context(), db, "select count(*) from "+table.Table)
		if err != nil || rows != table.Rows {
			t.Errorf("%s of %s has %d rows, its manifest says %d (%v)", table.Table, current, rows, table.Rows, err)
		}
	}
	return current
}
