package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPublishedLost takes away or spoils what readers read: every command says which file, and a way out that works.
func TestPublishedLost(t *testing.T) {
	o := newOffice(t)
	first := o.build("--as-of", "2020-07-05").Version
	second := o.build("--as-of", "2020-07-06").Version
	current := filepath.Join(o.dir, "data", "published", "current")
	figures := []string{"figures", "--period", "2020Q1", "--metric", "E1"}
	warned := func(part string) {
		t.Helper()
		var s status
		text, _ := o.run(exitDone, "status", "--json")
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(s.Warnings, "\n"), part) {
			t.Errorf("status does not say %q: %q", part, s.Warnings)
		}
		if out, _ := o.run(exitFailed, "doctor"); !strings.Contains(out, part) {
			t.Errorf("doctor does not say %q:\n%s", part, out)
		}
	}
	fails := func(parts ...string) {
		t.Helper()
		_, log := o.run(exitFailed, figures...)
		for _, part := range parts {
			if !strings.Contains(log, part) {
				t.Errorf("figures does not say %q:\n%s", part, log)
			}
		}
	}

	if err := os.Remove(current); err != nil {
		t.Fatal(err)
	}
	if out, _ := o.run(exitDone, "status"); strings.Contains(out, "nothing yet; ") {
		t.Errorf("status says that nothing is published:\n%s", out)
	}
	warned("2 versions are published, but data/published/current names none of them: it is missing")
	fails("it is missing", "Next: `tongbao build`", "tongbao rollback "+second)
	o.run(exitDone, "rollback", first, "--by", "张三", "--reason", "丢失")
	if o.current() != first {
		t.Errorf("current is %s", o.current())
	}

	if err := os.Remove(current); err != nil {
		t.Fatal(err)
	}
	write(t, current, "2019-01-01-0123456789\n")
	warned("it says 2019-01-01-0123456789")
	fails("it says 2019-01-01-0123456789")
	o.build("--as-of", "2020-07-06")
	o.run(exitDone, figures...)

	path := filepath.Join(o.dir, "data", "published", second, "tongbao.duckdb")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(whole[:len(whole)/2]))
	warned("damaged")
	fails("damaged", "tongbao build --force")
	if again := o.build("--as-of", "2020-07-06"); !again.Built || again.Version != second {
		t.Errorf("a build over the damaged version: %+v", again)
	}
	o.run(exitDone, figures...)

	now := o.now
	o.now = now.Add(-72 * time.Hour)
	if _, log := o.run(exitDone, "backup", filepath.Join(t.TempDir(), "b.tongbao")); !strings.Contains(log, "but a command is on record for 2020-07-06 ") {
		t.Errorf("a clock that stands behind is not remarked:\n%s", log)
	}
	if out, _ := o.run(exitWarnings, "doctor"); !strings.Contains(out, "set the machine's clock") {
		t.Errorf("doctor on a clock that stands behind:\n%s", out)
	}
}
