package cli

import (
	"io"
	"strings"
	"testing"
	"time"
)

// command runs one command line in this process and returns what it printed. Only a build may end with warnings: the exports
// are clean as to format, the dirt is in the logic.
func command(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var out, log strings.Builder
	if code := Run(t.Context(), args, testEnv(dir, &out, &log)); code != exitDone && (args[0] != "build" || code != exitWarnings) {
		t.Fatalf("tongbao %s: exit code %d\n%s%s", strings.Join(args, " "), code, out.String(), log.String())
	}
	return out.String()
}

// testEnv is a world without surroundings: no environment, and a clock shortly after the demo's cut-off.
func testEnv(dir string, out, log io.Writer) Env {
	return Env{
		Stdin: strings.NewReader(""), Stdout: out, Stderr: log, Dir: dir,
		Now:    func() time.Time { return time.Date(2020, 10, 13, 9, 0, 0, 0, time.UTC) },
		Getenv: func(string) string { return "" },
	}
}
