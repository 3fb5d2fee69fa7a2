package cli

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
)

// TestDetroit takes a real foreign register through the chain, taught by the configuration, contracts and models of examples/detroit
// alone, and asks for the truths its publisher's data hold.
func TestDetroit(t *testing.T) {
	register := os.Getenv("TONGBAO_DETROIT")
	if register == "" {
		register = "../../../shared/real/detroit"
	}
	if _, err := os.Stat(filepath.Join(register, "violations.csv")); err != nil {
		t.Skipf("no register at %s: set TONGBAO_DETROIT to the folder with establishments.csv, inspections.csv and violations.csv", register)
	}
	dir := filepath.Join(t.TempDir(), "detroit")
	if out, err := exec.Command("cp", "-R", "../../examples/detroit", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	run := func(want int, args ...string) string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		env := Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }, Dir: dir,
			Now: func() time.Time { return time.Date(2019, 6, 2, 9, 0, 0, 0, time.UTC) }}
		if got := Run(t.Context(), args, env); got != want {
			t.Fatalf("tongbao %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, &stdout, &stderr)
		}
		return stdout.String()
	}
	register, err := filepath.Abs(register)
	if err != nil {
		t.Fatal(err)
	}
	ingested := run(0, "ingest", "--received", "2019-06-01T00:00:00", filepath.Join(register, "establishments.csv"),
		filepath.Join(register, "inspections.csv"), filepath.Join(register, "violations.csv"))
	for _, line := range []string{
		"2209 read = 2209 loaded + 0 rejected + 0 duplicate + 0 ignored",
		"8602 read = 8602 loaded + 0 rejected + 0 duplicate + 0 ignored",
		"28612 read = 28612 loaded + 0 rejected + 0 duplicate + 0 ignored",
	} {
		if !strings.Contains(ingested, line) {
			t.Errorf("no line %q in\n%s", line, ingested)
		}
	}
	run(0, "build", "--as-of", "2019-06-01", "--from", "2016")
	for _, truth := range []struct{ what, query, want string }{
		{"corrected rows", "select count(*) from core.hazard where rectified_on is not null or is_rectified_before_found", "14811"},
		{"corrected on the same day", "select count(*) from core.hazard where rectified_on = found_on", "10382"},
		{"corrected past the deadline", "select count(*) from core.hazard where rectified_on > due_on", "2623"},
		{"corrected before they were found", "select count(*) from core.hazard where is_rectified_before_found", "47"},
		{"pairs of establishment and code in more than one inspection",
			"select count(*) from (select uscc, item_code from core.hazard where item_code is not null group by uscc, item_code having count(distinct inspection_id) > 1)", "5331"},
		{"establishment-days with several inspections",
			"select count(*) from (select uscc, started_on from core.inspection group by uscc, started_on having count(*) > 1)", "141"},
		{"open establishments planned for 2018, and their visits", "select count(*) || ' ' || sum(planned_visits) from core.plan_item where plan_year = 2018", "1893 3122"},
	} {
		got := strings.Fields(run(0, "sql", "--format", "csv", "select ("+truth.query+") as n"))
		if len(got) < 2 || strings.Join(got[1:], " ") != truth.want {
			t.Errorf("%s: %v, want %s", truth.what, got, truth.want)
		}
	}
	figures := run(0, "figures", "--period", "2018Q4", "--metric", "A1,B7", "--region", "260000", "--format", "csv")
	for _, metric := range []string{"A1,2018Q4", "B7,2018Q4"} {
		if !strings.Contains(figures, metric) {
			t.Errorf("no figure %s in\n%s", metric, figures)
		}
	}
	run(0, "render", "--only", "site", "--period", "2018Q4")
	pages, scripts := 0, regexp.MustCompile(`(?s)<script.*?</script>`) // which hold the words they put into English
	err = filepath.WalkDir(filepath.Join(dir, "out"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		text, err := os.ReadFile(path)
		text = scripts.ReplaceAll(text, nil)
		pages++
		if at := bytes.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }); at >= 0 {
			t.Errorf("%s is not in English: …%s…", path, text[max(0, at-60):min(len(text), at+60)])
		}
		if bytes.Contains(text, []byte("Heilongjiang")) {
			t.Errorf("%s speaks of Heilongjiang", path)
		}
		return err
	})
	if err != nil || pages < 20 {
		t.Errorf("%d pages, %v", pages, err)
	}
}
