package cli

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// answer is one figure of a conformance case or of `tongbao figures`.
type answer struct{ num, den, value, lower, upper string }

// TestConformance takes each case through the command line and compares every figure with the independent answers.
func TestConformance(t *testing.T) {
	for _, name := range []string{"leap", "plain", "nasty", "tangled"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpack(t, filepath.Join("testdata", "conformance", name+".zip"), filepath.Join(dir, "case"))
			var given struct {
				CutOff string `json:"cutoff"`
				Years  []int  `json:"years"`
			}
			text, err := os.ReadFile(filepath.Join(dir, "case", "case.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &given); err != nil {
				t.Fatal(err)
			}
			want := readAnswers(t, filepath.Join(dir, "case", "figures.csv"))
			for _, file := range []string{"case.json", "truth.json", "figures.csv"} {
				if err := os.Remove(filepath.Join(dir, "case", file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
			}
			project := filepath.Join(dir, "project")
			command(t, dir, "init", project)
			command(t, dir, "ingest", "--project", project, "--received", given.CutOff+"T00:00:00", filepath.Join(dir, "case"))
			command(t, dir, "build", "--project", project, "--as-of", given.CutOff, "--from", fmt.Sprint(given.Years[0]))
			printed := command(t, dir, "figures", "--project", project, "--format", "csv")
			got := parseAnswers(t, strings.NewReader(printed))
			compareAnswers(t, want, got)
		})
	}
}

// TestConformanceReceipts: exports that came in several receipts, with later versions and contradictions of their rows, are taken in
// from the last to the first, one of them came too late, the cut-off is a moment; and every sliced figure is compared as well.
func TestConformanceReceipts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpack(t, filepath.Join("testdata", "conformance", "receipts.zip"), dir)
	var given struct {
		CutOff   string   `json:"cutoff"`
		Years    []int    `json:"years"`
		Received []string `json:"received"`
	}
	text, err := os.ReadFile(filepath.Join(dir, "case.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &given); err != nil {
		t.Fatal(err)
	}
	project := filepath.Join(dir, "project")
	command(t, dir, "init", project)
	for i, received := range slices.Backward(given.Received) {
		var out, log strings.Builder
		args := []string{"ingest", "--project", project, "--received", received, filepath.Join(dir, fmt.Sprint(i))}
		if code := Run(t.Context(), args, testEnv(dir, &out, &log)); code != exitDone && code != exitWarnings {
			t.Fatalf("receipt %d: exit code %d\n%s%s", i, code, out.String(), log.String())
		}
	}
	command(t, dir, "build", "--project", project, "--as-of", given.CutOff, "--from", fmt.Sprint(given.Years[0]))
	printed := command(t, dir, "figures", "--project", project, "--format", "csv", "--slices")
	compareAnswers(t, readAnswers(t, filepath.Join(dir, "figures.csv")), parseAnswers(t, strings.NewReader(printed)))
}

func unpack(t *testing.T, archive, dir string) {
	t.Helper()
	reader, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, part := range reader.File {
		source, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(source)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(part.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		source.Close()
	}
}

func readAnswers(t *testing.T, path string) map[string]answer {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return parseAnswers(t, file)
}

// parseAnswers reads figures by the names of their columns: the answers lack figure_id and mostly slice.
func parseAnswers(t *testing.T, source io.Reader) map[string]answer {
	t.Helper()
	rows, err := csv.NewReader(source).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatal("no header")
	}
	cell := func(row []string, name string) string {
		i := slices.Index(rows[0], name)
		if i < 0 {
			t.Fatalf("no column %s in %v", name, rows[0])
		}
		return row[i]
	}
	found := make(map[string]answer, len(rows))
	for _, row := range rows[1:] {
		key := strings.Join([]string{cell(row, "metric"), cell(row, "period"), cell(row, "span"), cell(row, "region_code"), cell(row, "scope")}, " ")
		if slices.Contains(rows[0], "slice") && cell(row, "slice") != "" {
			key += " " + cell(row, "slice")
		}
		if _, twice := found[key]; twice {
			t.Errorf("%s comes twice", key)
		}
		found[key] = answer{cell(row, "num"), cell(row, "den"), cell(row, "value"), cell(row, "lower"), cell(row, "upper")}
	}
	return found
}

func compareAnswers(t *testing.T, want, got map[string]answer) {
	t.Helper()
	wrong := map[string][]string{}
	note := func(key, format string, args ...any) {
		metric, _, _ := strings.Cut(key, " ")
		wrong[metric] = append(wrong[metric], key+": "+fmt.Sprintf(format, args...))
	}
	for key, w := range want {
		g, ok := got[key]
		switch {
		case !ok:
			note(key, "missing, want %v", w)
		case !sameNumber(w.num, g.num, 0), !sameNumber(w.den, g.den, 0):
			note(key, "num, den are %s, %s; want %s, %s", g.num, g.den, w.num, w.den)
		case !sameNumber(w.value, g.value, 1e-9):
			note(key, "value %s, want %s", g.value, w.value)
		case w.lower != "" && !sameNumber(w.lower, g.lower, 1e-9), w.upper != "" && !sameNumber(w.upper, g.upper, 1e-9):
			note(key, "bounds %s, %s; want %s, %s", g.lower, g.upper, w.lower, w.upper)
		case strings.HasPrefix(key, "B9 ") && (w.lower == "") != (g.lower == ""):
			note(key, "bounds %q, %q; want %q, %q", g.lower, g.upper, w.lower, w.upper)
		}
	}
	for key, g := range got {
		if _, ok := want[key]; !ok {
			note(key, "extra: %v", g)
		}
	}
	for metric, lines := range wrong {
		slices.Sort(lines)
		t.Errorf("%s: %d figures differ, for example\n  %s", metric, len(lines), strings.Join(lines[:min(4, len(lines))], "\n  "))
	}
	t.Logf("%d figures compared", len(want))
}

// sameNumber compares as decimals: 12.50 is 12.5. Empty equals only empty. The answers are printed with twelve significant
// digits, so that a value above a thousand cannot be nearer than half of its last one.
func sameNumber(want, got string, within float64) bool {
	if want == "" || got == "" {
		return want == got
	}
	w, err := strconv.ParseFloat(want, 64)
	if err != nil {
		return false
	}
	g, err := strconv.ParseFloat(got, 64)
	if err != nil {
		return false
	}
	if within > 0 {
		within = max(within, math.Abs(w)*5e-12)
	}
	return math.Abs(w-g) <= within
}
