package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"

	"tongbao/internal/warehouse"
)

// TestMain lets this test binary be the program: scripts and kill tests run it as `tongbao`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tongbao": scriptedMain, "reader": readerMain})
}

// scriptedMain is main.go with a clock that a script may set: TONGBAO_TEST_NOW=2020-04-06T08:00:00+08:00.
func scriptedMain() {
	env := Host()
	if text := os.Getenv("TONGBAO_TEST_NOW"); text != "" {
		start, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		began := time.Now()
		env.Now = func() time.Time { return start.Add(time.Since(began)) }
		if os.Getenv("TONGBAO_TEST_FROZEN") != "" { // two runs shall give the same bytes
			env.Now = func() time.Time { return start }
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Run(ctx, os.Args[1:], env)
	stop()
	os.Exit(code)
}

// TestScripts runs testdata/script/*.txtar: each is a session at the terminal in a folder of its own.
// Beyond testscript's own commands: `exits N tongbao …` wants that exit code; `gbk FILE…` re-encodes files to GB18030;
// `cut FILE` drops its second half; `replace FILE OLD NEW` changes the first OLD in it;
// `plant PROJECT SQL` changes the published version behind the program's back. The clock stands at 2020-04-08 10:00 in Shanghai unless the script sets TONGBAO_TEST_NOW.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: false,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TONGBAO_TEST_NOW", "2020-04-08T10:00:00+08:00")
			env.Setenv("TZ", "Asia/Shanghai")
			env.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   scriptExits,
			"gbk":     scriptGBK,
			"cut":     scriptCut,
			"replace": scriptReplace,
			"plant":   scriptPlant,
		},
	})
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command …")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%s: %v", strings.Join(args[1:], " "), err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func scriptGBK(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: gbk file…")
	}
	for _, file := range args {
		text, err := simplifiedchinese.GB18030.NewEncoder().String(ts.ReadFile(file))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
	}
}

func scriptReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace file old new")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
}

func scriptPlant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: plant project sql")
	}
	db, err := warehouse.Open(context.Background(), filepath.Join(ts.MkAbs(args[0]), "data", "published", "current", "tongbao.duckdb"), warehouse.Options{})
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), args[1])
	ts.Check(errors.Join(err, db.Close()))
}

func scriptCut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: cut file")
	}
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, info.Size()/2))
}
