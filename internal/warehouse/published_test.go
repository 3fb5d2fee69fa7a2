package warehouse_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tongbao/internal/warehouse"
)

// publish makes a version of size bytes, published at minute n.
func publish(t *testing.T, store warehouse.Store, version string, size, n int) {
	t.Helper()
	dir, err := store.Begin(version)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, warehouse.DatabaseName), make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Publish(dir, warehouse.Manifest{Version: version}); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 1, 1, 0, n, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(store.Dir, version, warehouse.ManifestName), at, at); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, store warehouse.Store) []string {
	t.Helper()
	all, err := store.List()
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, v := range all {
		name := v.Version
		if v.IsCurrent {
			name += "*"
		}
		versions = append(versions, name)
	}
	return versions
}

func TestPublishAndPoint(t *testing.T) {
	store := warehouse.Store{Dir: filepath.Join(t.TempDir(), "published")}
	if _, err := store.Current(); !errors.Is(err, warehouse.ErrNothingPublished) {
		t.Fatal(err)
	}
	publish(t, store, "a", 1, 1)
	publish(t, store, "b", 1, 2)
	if diff := cmp.Diff([]string{"b*", "a"}, names(t, store)); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(store.Dir, "current", warehouse.DatabaseName)); err != nil {
		t.Error(err)
	}
	if err := store.Point("a"); err != nil {
		t.Fatal(err)
	}
	for _, none := range []string{"c", "", "../a", ".building-x"} {
		if err := store.Point(none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("point at %q: %v", none, err)
		}
	}
	if diff := cmp.Diff([]string{"b", "a*"}, names(t, store)); diff != "" {
		t.Error(diff)
	}
}

// TestKilledBuild: what a killed build leaves is no version, and the next build clears it away.
func TestKilledBuild(t *testing.T) {
	store := warehouse.Store{Dir: t.TempDir()}
	publish(t, store, "a", 1, 1)
	left, err := store.Begin("b")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, warehouse.DatabaseName), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a*"}, names(t, store)); diff != "" {
		t.Error(diff)
	}
	publish(t, store, "b", 1, 2)
	entries, err := os.ReadDir(store.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Errorf("%d entries left: %v", len(entries), entries)
	}
}

func TestPrune(t *testing.T) {
	for name, c := range map[string]struct {
		keep   int
		limit  int64
		pinned []string
		point  string
		want   []string
		over   bool
	}{
		"count":             {2, 0, nil, "", []string{"e*", "d"}, false},
		"pinned stay":       {2, 0, []string{"a"}, "", []string{"e*", "d", "a"}, false},
		"current stays":     {2, 0, nil, "b", []string{"e", "b*"}, false},
		"disk limit":        {9, 250, nil, "", []string{"e*", "d"}, false},
		"limit and pinned":  {9, 250, []string{"a", "b"}, "", []string{"e*", "b", "a"}, true},
		"nothing to remove": {9, 0, nil, "", []string{"e*", "d", "c", "b", "a"}, false},
	} {
		store := warehouse.Store{Dir: t.TempDir()}
		for i, version := range []string{"a", "b", "c", "d", "e"} {
			publish(t, store, version, 100, i)
		}
		if c.point != "" {
			if err := store.Point(c.point); err != nil {
				t.Fatal(err)
			}
		}
		_, over, err := store.Prune(c.keep, c.limit, func(v string) bool { return slices.Contains(c.pinned, v) })
		if err != nil || over != c.over {
			t.Errorf("%s: over %v, %v", name, over, err)
		}
		if diff := cmp.Diff(c.want, names(t, store)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestReplacedComesBack: where a version had to step aside for itself made anew, and that never came, it goes back to its place.
func TestReplacedComesBack(t *testing.T) {
	store := warehouse.Store{Dir: t.TempDir()}
	publish(t, store, "a", 1, 1)
	aside := filepath.Join(store.Dir, ".building-replaced-a")
	if err := os.Rename(filepath.Join(store.Dir, "a"), aside); err != nil {
		t.Fatal(err)
	}
	if err := store.Sweep(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a*"}, names(t, store)); diff != "" {
		t.Error(diff)
	}
	if err := os.CopyFS(aside, os.DirFS(filepath.Join(store.Dir, "a"))); err != nil {
		t.Fatal(err)
	}
	if err := store.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(aside); !os.IsNotExist(err) {
		t.Errorf("one that is there is left aside: %v", err)
	}
}
