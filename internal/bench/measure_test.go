//go:build bench

package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cost is what one process took.
type cost struct {
	wall, cpu time.Duration
	peakMB    float64
	out, log  string
}

func (c cost) String() string {
	return fmt.Sprintf("%.1f s CPU, %.1f s, %.0f MB", c.cpu.Seconds(), c.wall.Seconds(), c.peakMB)
}

// plus is one process after the other.
func (c cost) plus(d cost) cost {
	return cost{c.wall + d.wall, c.cpu + d.cpu, max(c.peakMB, d.peakMB), d.out, d.log}
}

// measured runs a program to its end. Exit code 3 is done with warnings.
func measured(t *testing.T, env []string, program string, args ...string) cost {
	t.Helper()
	took, err := tried(t, env, program, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, took.out, took.log)
	}
	return took
}

// tried is measured for a run that may fail.
func tried(t *testing.T, env []string, program string, args ...string) (cost, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if cmd.ProcessState.ExitCode() == 3 {
		err = nil
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	peak := float64(usage.Maxrss) / 1024
	if runtime.GOOS == "darwin" {
		peak /= 1024
	}
	return cost{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak, out.String(), log.String()}, err
}

// tongbao runs the program under measurement: TONGBAO_BIN, default bin/tongbao of this repository.
func tongbao(t *testing.T, args ...string) cost {
	t.Helper()
	return measured(t, nil, binary(t), args...)
}

// attempted is tongbao for a run that may refuse what it is given.
func attempted(t *testing.T, args ...string) cost {
	t.Helper()
	took, _ := tried(t, nil, binary(t), args...)
	return took
}

func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("TONGBAO_BIN")
	if path == "" {
		path = "../../bin/tongbao"
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v; run `make bench`, which builds it", err)
	}
	return path
}

func machine() string {
	name := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	memory := ""
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		line, _, _ := strings.Cut(string(text), "\n")
		memory = strings.Join(strings.Fields(line)[1:], " ")
	}
	return fmt.Sprintf("%s, %d cores, %s memory, %s/%s, %s", name, runtime.NumCPU(), memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
}
