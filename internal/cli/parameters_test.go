package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tongbao/internal/config"
)

// TestParametersMakeVersions: changing any one parameter makes another version, of the same rows and cut-off; setting it to its default
// makes the same. A changed one shows in the figures it decides, and is printed beside them.
func TestParametersMakeVersions(t *testing.T) {
	o := newOffice(t)
	cutOff := time.Date(2020, 4, 5, 23, 59, 59, 0, time.UTC)
	identified := func(text string) string {
		t.Helper()
		if err := os.WriteFile(filepath.Join(o.dir, config.FileName), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := openProject(o.dir)
		if err != nil {
			t.Fatal(err)
		}
		id, err := p.identifyWarehouse(t.Context(), cutOff, 0, o.contracts.Hash())
		if err != nil {
			t.Fatal(err)
		}
		return id.Version
	}
	seen := map[string]string{identified("{}\n"): "the defaults"}
	for _, parameter := range []string{
		"recurrence_days: 180", "duplicate_days: 60", "theta_num: 4", "theta_den: 9", "review_days: 11", "entry_days: 4", "inspection_disclosure_days: 15", "penalty_disclosure_days: 8",
		"many_hazards: 11", "min_base: 5", "exempt_kinds: [review]", "goals: {A1: 0.9}", "index: {A1: 2}",
	} {
		version := identified("parameters: {" + parameter + "}\n")
		if first, twice := seen[version]; twice {
			t.Errorf("%s makes the same version as %s", parameter, first)
		}
		seen[version] = parameter
	}
	if version := identified("parameters: {recurrence_days: 365, min_base: 10}\n"); seen[version] != "the defaults" {
		t.Error("the defaults written out make another version")
	}
	identified("parameters: {review_days: 30}\n")
	o.run(exitDone, "build", "--as-of", "2020-04-05")
	out, log := o.run(exitDone, "figures", "--metric", "B5")
	if strings.Contains(out, "B5.2020Q1q") || !strings.Contains(log, "review_days 30") {
		t.Errorf("with 30 days the hazard due on 10 March is not to be reviewed by the end of the month, and the parameter is printed:\n%s%s", out, log)
	}
	identified("{}\n")
	o.run(exitDone, "build", "--as-of", "2020-04-05")
	if out, log = o.run(exitDone, "figures", "--metric", "B5"); !strings.Contains(out, "B5.2020Q1q.230102") || !strings.Contains(log, "review_days 10") {
		t.Errorf("with 10 days it is:\n%s%s", out, log)
	}
}
