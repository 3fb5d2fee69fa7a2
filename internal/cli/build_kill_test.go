package cli

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tongbao/transform/transformtest"
)

// TestKilledBuilds kills the program at random moments of a build: the published version stays, nothing half-made is ever seen, and the
// next build makes what an undisturbed one makes.
func TestKilledBuilds(t *testing.T) {
	o := newOffice(t)
	first := o.build("--as-of", "2020-07-05")
	whole := newOffice(t).build("--as-of", "2020-07-06")
	kills := soaked(t, 3, 30)
	dice := rand.New(rand.NewPCG(seeded(t), 2))
	for i := range kills {
		child := exec.Command("tongbao", "--project", o.dir, "build", "--as-of", "2020-07-06")
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(dice.IntN(1500)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		ended := child.Wait()
		// A kill between publishing and the last words finds the build done.
		if current := o.current(); current != whole.Version && (current != first.Version || ended == nil) {
			t.Fatalf("kill %d: the build ended with %v, current is %s", i, ended, current)
		}
		if n, _ := o.run(exitDone, "sql", "select count(*) as n from core.hazard", "--format", "csv"); n != "n\n1\n" {
			t.Fatalf("kill %d: readers see %q", i, n)
		}
	}
	last := o.build("--as-of", "2020-07-06")
	if last.Version != whole.Version || last.Figures != whole.Figures {
		t.Errorf("after the kills %+v, undisturbed %+v", last, whole)
	}
	left, err := filepath.Glob(filepath.Join(o.dir, "data", "published", ".building-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestKilledLateBuilds kills builds that go on from the published version: that version is never touched, and what comes of it in the end
// is what a full build makes.
func TestKilledLateBuilds(t *testing.T) {
	o := newOffice(t)
	first := o.build()
	base := o.contentOf(first.Version)
	o.add(transformtest.File{Dataset: "hazard", Received: o.now.Add(time.Minute), Text: "hazard_id,inspection_id,item_code,category,severity,found_on\nH2,J1,AQ2,用电,major,2020-03-02\n"})
	kills := soaked(t, 2, 30)
	dice := rand.New(rand.NewPCG(seeded(t), 3))
	for i := range kills {
		child := exec.Command("tongbao", "--project", o.dir, "build", "--as-of", "2020-07-06")
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(dice.IntN(1200)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		if ended := child.Wait(); ended != nil && o.current() != first.Version {
			if _, log := o.run(exitDone, "build", "--as-of", "2020-07-06"); log != "" {
				t.Fatalf("kill %d moved current to %s and left it unfinished: %s", i, o.current(), log)
			}
		}
		mustEqual(t, "the base after a kill", o.contentOf(first.Version), base)
	}
	last := o.build("--as-of", "2020-07-06")
	got := o.contentOf(last.Version)
	if full := o.build("--as-of", "2020-07-06", "--force"); full.Version != last.Version || full.Base != "" {
		t.Errorf("%+v after %+v", full, last)
	}
	mustEqual(t, "after the kills", got, o.contentOf(last.Version))
}
