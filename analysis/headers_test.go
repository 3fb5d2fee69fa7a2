package analysis_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"tongbao/analysis"
)

// TestEveryMetricIsDescribed: every shipped metric says in both languages what it is, in which unit, which way is better, what the goal
// is (or that there is none), what it rests on in law or document, and whose rows it counts.
func TestEveryMetricIsDescribed(t *testing.T) {
	files, err := fs.Glob(analysis.Metrics(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := analysis.LoadMetrics()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 70 || len(files) != len(metrics) {
		t.Fatalf("%d files, %d metrics", len(files), len(metrics))
	}
	for _, file := range files {
		text, err := fs.ReadFile(analysis.Metrics(), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"metric", "title_zh", "title_en", "definition_zh", "definition_en", "theme", "unit", "better", "goal", "basis", "aggregate", "span", "subject", "datasets", "sort"} {
			if !regexp.MustCompile(`(?m)^-- @` + word + ` \S`).Match(text) {
				t.Errorf("%s lacks @%s", file, word)
			}
		}
	}
	han := regexp.MustCompile(`\p{Han}`)
	sorts := map[int]string{}
	for _, m := range metrics {
		if !han.MatchString(m.TitleZH) || !han.MatchString(m.DefinitionZH) || !han.MatchString(m.Basis) && !strings.HasPrefix(m.Basis, "GB ") {
			t.Errorf("%s: title, definition and basis are Chinese: %s, %s, %s", m.ID, m.TitleZH, m.DefinitionZH, m.Basis)
		}
		if han.MatchString(m.TitleEN) || han.MatchString(m.DefinitionEN) {
			t.Errorf("%s: English title and definition: %s, %s", m.ID, m.TitleEN, m.DefinitionEN)
		}
		if !strings.HasPrefix(strings.ToLower(m.File), "analysis/metrics/"+strings.ToLower(m.ID)+"_") {
			t.Errorf("%s lies in %s", m.ID, m.File)
		}
		if first, twice := sorts[m.Sort]; twice {
			t.Errorf("%s and %s have the same place in tables, %d", m.ID, first, m.Sort)
		}
		sorts[m.Sort] = m.ID
		if m.Goal != nil && m.Unit == "ratio" && (*m.Goal < 0 || *m.Goal > 1) {
			t.Errorf("%s: goal %v of a ratio", m.ID, *m.Goal)
		}
	}
}
