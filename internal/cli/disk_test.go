//go:build linux

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a disk in memory; resize leaves it so much room beside what it holds, or makes it read-only with
// less than none.
func smallDisk(t *testing.T) (dir string, resize func(room int64)) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=400m"); err != nil {
		t.Skipf("a small disk can only be mounted by root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir, func(room int64) {
		t.Helper()
		free, total, err := freeSpace(dir)
		if err != nil {
			t.Fatal(err)
		}
		flags, data := uintptr(syscall.MS_REMOUNT), fmt.Sprintf("size=%dk", (total-free+room)>>10)
		if room < 0 {
			flags, data = syscall.MS_REMOUNT|syscall.MS_RDONLY, ""
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, data); err != nil {
			t.Fatal(err)
		}
	}
}

// disks takes each step on a disk too small for it, and on one that cannot be written: it fails with the reason and the next step, harms
// nothing, and gives the same bytes when there is space.
func (p province) disks(t *testing.T) {
	dice := rand.New(rand.NewPCG(seeded(t), 1))
	for _, step := range killSteps() {
		for n := range soaked(t, 1, 12) {
			share := dice.Float64() * dice.Float64() // often so little that an ingest meets the end
			t.Run(fmt.Sprintf("%s %d with %.0f of 100 parts of the space", step.name, n, 100*share), func(t *testing.T) { p.onDisk(t, step, share) })
		}
		t.Run(step.name+" read-only", func(t *testing.T) { p.onDisk(t, step, -1) })
	}
}

// onDisk runs a step with a share of the space that the project grows by; a share below 0 is a disk that cannot be written.
func (p province) onDisk(t *testing.T, step killStep, share float64) {
	disk, resize := smallDisk(t)
	dir := filepath.Join(disk, "project")
	copyTree(t, p.before[step.name], dir)
	versionBefore := publishedWhole(t, dir)
	room := int64(-1)
	if share >= 0 {
		room = 8<<10 + int64(share*float64(max(p.grows[step.name], 0)))
	}
	resize(room)
	var said bytes.Buffer
	cmd := frozen(t.Context(), dir, step.args...)
	cmd.Stderr = &said
	err := cmd.Run()
	var exit *exec.ExitError
	failed := err != nil && !(errors.As(err, &exit) && exit.ExitCode() == exitWarnings)
	if share < 0 && !failed {
		t.Errorf("on a read-only disk the step ends with %v", err)
	}
	t.Logf("it ends with %v and says:\n%s", err, said.String())
	if failed {
		if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
			t.Errorf("it ended with %v, want exit code 1", err)
		}
		text := strings.ToLower(said.String())
		if !strings.Contains(text, "space") && !strings.Contains(text, "disk") && !strings.Contains(text, "read-only") || !strings.Contains(text, "next: ") {
			t.Errorf("it does not say that the disk is the cause, or what to do next:\n%s", said.String())
		}
	}
	p.wholeNow(t, dir, step, versionBefore)
	resize(400 << 20)
	p.again(t, dir, step)
	wantSame(t, fingerprint(t, dir), p.after[step.name])
}
