package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// frozen runs the program with its clock standing still, so that two runs can give the same bytes.
func frozen(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "tongbao", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TONGBAO_TEST_NOW=2020-04-08T10:00:00+08:00", "TONGBAO_TEST_FROZEN=1", "TZ=Asia/Shanghai", "NO_COLOR=1")
	return cmd
}

// soaked is how often to try: few times in the tests, many with TONGBAO_SOAK=1, or as often as that says.
func soaked(t *testing.T, few, many int) int {
	t.Helper()
	switch text := os.Getenv("TONGBAO_SOAK"); text {
	case "":
		return few
	case "1":
		return many
	default:
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("TONGBAO_SOAK: %v", err)
		}
		return n
	}
}

// seeded is the seed of a test's dice: always the same, but with TONGBAO_SOAK a new one, or that of TONGBAO_SEED.
func seeded(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(20200406)
	if os.Getenv("TONGBAO_SOAK") != "" {
		seed = uint64(time.Now().UnixNano())
	}
	if text := os.Getenv("TONGBAO_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("TONGBAO_SEED: %v", err)
		}
	}
	t.Logf("TONGBAO_SEED=%d repeats this", seed)
	return seed
}

// must runs a command that may end with warnings but not fail.
func must(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := frozen(t.Context(), dir, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == exitWarnings) {
		t.Fatalf("tongbao %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}
