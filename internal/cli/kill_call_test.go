//go:build linux

package cli

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// durable are the calls by which a project changes from one state to another. Between two of them lies every state a kill can leave,
// but for what stands in a file that nobody reads yet.
const durable = "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,ftruncate,truncate"

// calls kills each step between two calls to the file system, chosen at random: unlike kills by the clock these meet the short moments too,
// however busy the machine is.
func (p province) calls(t *testing.T) {
	times := soaked(t, 0, 16)
	if times == 0 {
		return
	}
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("strace is missing: install it, steps are killed between its calls")
		}
		t.Skip("strace is not installed: no step is killed between its calls to the file system")
	}
	dice := rand.New(rand.NewPCG(seeded(t), 4))
	for _, step := range killSteps() {
		whole := filepath.Join(t.TempDir(), "project")
		copyTree(t, p.before[step.name], whole)
		lines, _ := p.traced(t, whole, step, 0)
		t.Logf("%s makes %d calls", step.name, len(lines))
		if err := os.RemoveAll(whole); err != nil {
			t.Fatal(err)
		}
		chosen := dice.Perm(len(lines))
		chosen = chosen[:min(times, len(chosen))]
		slices.Sort(chosen)
		for _, n := range chosen {
			t.Run(fmt.Sprintf("%s after %d of %d", step.name, n+1, len(lines)), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "project")
				copyTree(t, p.before[step.name], dir)
				versionBefore := publishedWhole(t, dir)
				done, err := p.traced(t, dir, step, n+1)
				t.Logf("ended with %v after call %d: %s", err, len(done), done[len(done)-1])
				p.recovers(t, dir, step, versionBefore)
			})
		}
	}
}

// traced runs a step under strace and kills it after its n-th call, 0: not at all. Each call waits a moment before it is made, so that
// the kill is there before the next one.
func (p province) traced(t *testing.T, dir string, step killStep, n int) (calls []string, err error) {
	t.Helper()
	args := []string{"-f", "--seccomp-bpf", "-qqq", "-s", "200", "-e", "signal=none", "-e", "trace=" + durable, "-o", "/dev/fd/3"}
	if n > 0 {
		args = append(args, "-e", "inject="+durable+":delay_enter=20000")
	}
	plain := frozen(t.Context(), dir, step.args...)
	cmd := exec.CommandContext(t.Context(), "strace", append(append(args, plain.Path), step.args...)...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = dir, plain.Env, &syscall.SysProcAttr{Setpgid: true}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd.ExtraFiles = []*os.File{write}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		calls = append(calls, lines.Text())
		if len(calls) == n {
			if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if _, err := io.Copy(io.Discard, read); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if len(calls) == 0 {
		t.Fatalf("strace saw no call: %v", err)
	}
	return calls, err
}
