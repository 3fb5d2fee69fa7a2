package cli

import (
	"os"
	"strings"
	"testing"

	"tongbao/internal/warehouse"
)

// TestClosingCountsAgain: a published figure that is not what its rows say is not signed off; `close` and `doctor` name it.
func TestClosingCountsAgain(t *testing.T) {
	o := newOffice(t)
	o.run(exitDone, "build", "--as-of", "2020-04-05")
	p := Project{Dir: o.dir}
	path := p.Store().Database(o.version(t))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	change := func(statement string) {
		t.Helper()
		db, err := warehouse.Open(t.Context(), path, warehouse.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	change("update mart.figure set num = num + 1 where figure_id = 'B3.2020Q1q.230102'")
	if _, log := o.run(exitFailed, "close", "2020Q1", "--by", "王某", "--reason", "通报已印发"); !strings.Contains(log, "the first is B3.2020Q1q.230102: nothing was closed") || !strings.Contains(log, "tongbao trace B3.2020Q1q.230102") {
		t.Error(log)
	}
	if _, err := os.Stat(p.closedFile("2020Q1")); !os.IsNotExist(err) {
		t.Errorf("closed all the same: %v", err)
	}
	change("update mart.figure set num = num - 1 where figure_id = 'B3.2020Q1q.230102'; update mart.figure set num = num + 1 where figure_id in ('E1.2020Q1q.230102', 'E1.2020Q2y.230102')")
	if _, log := o.run(exitFailed, "close", "2020Q1", "--by", "王某", "--reason", "通报已印发"); !strings.Contains(log, "1 figures of 2020Q1 are not what their rows say, the first is E1.2020Q1q.230102") {
		t.Error(log)
	}
	if out, log := o.run(exitFailed, "doctor"); !strings.Contains(out+log, "1 figures of 2020Q2 are not what their rows say, the first is E1.2020Q2y.230102") {
		t.Errorf("%s\n%s", out, log)
	}
}
