package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tongbao/internal/warehouse"
)

// TestLockedWarehouse opens the warehouse in this process, as a stray shell of an analyst does: commands that need it say so and what
// to do, nothing is lost, and when it is closed they work.
func TestLockedWarehouse(t *testing.T) {
	dir := projectWith(t, "")
	export := filepath.Join(dir, "a.csv")
	text := "检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期\nJ1,91230100MA18TE2H9K,230100001,计划检查,2020-03-05\n"
	if err := os.WriteFile(export, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := program(dir, "ingest", export).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	db, err := warehouse.Open(t.Context(), Project{Dir: dir}.Warehouse(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(export, []byte(strings.Replace(text, "J1", "J2", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"ingest", export}, {"build"}} {
		out, err := program(dir, args...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
			t.Errorf("%v: ends with %v, want exit code 1", args, err)
		}
		if !strings.Contains(string(out), "another process has the database open for writing") || !strings.Contains(string(out), "Next: is another tongbao running") {
			t.Errorf("%v says:\n%s", args, out)
		}
	}
	if out, err := program(dir, "status").CombinedOutput(); err != nil || !strings.Contains(string(out), "the warehouse is being written to") {
		t.Errorf("status ends with %v and says:\n%s", err, out)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := program(dir, "ingest", export).CombinedOutput(); err != nil || !strings.Contains(string(out), "1 loaded") {
		t.Errorf("after it was closed, ingest ends with %v and says:\n%s", err, out)
	}
}
