package analysis

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tongbao/internal/sqlmodel"
	"tongbao/internal/warehouse"
)

// Metric is one file of metrics/, parsed. See docs/architecture.md, "Metrics".
type Metric struct {
	ID, TitleZH, TitleEN        string
	DefinitionZH, DefinitionEN  string
	Theme, Unit, Better, Basis  string
	Aggregate, Subject, Formula string
	Rank, Interval              string
	Goal                        *float64
	Sort                        int
	Spans, Scopes, Slices       []string // Slices are known after describe
	Datasets                    []Reach
	File, SQL                   string
	By                          bool // the evidence of one enterprise depends on that enterprise alone
	refs                        []string
	groups                      bool           // the evidence groups: see sqlmodel.Model.Groups
	scan                        *sqlmodel.Scan // the evidence, where it is no more than that
	columns                     map[string]bool
}

// grammar is the closed list of words a metric's header may use.
var grammar = sqlmodel.Grammar{
	Words: []string{"metric", "title_zh", "title_en", "definition_zh", "definition_en", "theme", "unit", "better", "goal", "basis", "aggregate",
		"span", "scope", "subject", "datasets", "formula", "rank", "interval", "sort"},
	Required: []string{"metric", "title_zh", "title_en", "definition_zh", "definition_en", "theme", "unit", "better", "aggregate", "span", "subject"},
}

// reserved are the columns of evidence that are no slices.
var reserved = []string{"subject_id", "code", "span", "quarter", "den_from", "den_until", "num_from", "num_until", "num", "den", "value", "days", "event", "subject_kind"}

var metricShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// shippedMetrics is the folder of the shipped metrics, as their files are named in messages.
const shippedMetrics = "analysis/metrics"

// LoadMetrics parses the shipped metrics and a project's over them (same id: the project's wins), in the order of tables.
func LoadMetrics(project ...sqlmodel.Layer) ([]*Metric, error) {
	byID := map[string]*Metric{}
	layers := []sqlmodel.Layer{{Title: shippedMetrics, FS: Metrics()}}
	layers = append(layers, project...)
	for _, layer := range layers {
		files, err := fs.Glob(layer.FS, "*.sql")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", layer.Title, err)
		}
		here := map[string]string{}
		for _, file := range files {
			text, err := fs.ReadFile(layer.FS, file)
			if err != nil {
				return nil, err
			}
			metric, err := parseMetric(path.Join(layer.Title, file), string(text))
			if err != nil {
				return nil, err
			}
			if first, twice := here[metric.ID]; twice {
				return nil, &sqlmodel.FileError{File: metric.File, Text: fmt.Sprintf("metric %s is also defined by %s", metric.ID, first)}
			}
			here[metric.ID], byID[metric.ID] = metric.File, metric
		}
	}
	metrics := make([]*Metric, 0, len(byID))
	for _, metric := range byID {
		metrics = append(metrics, metric)
	}
	slices.SortFunc(metrics, func(a, b *Metric) int { return cmp.Or(cmp.Compare(a.Sort, b.Sort), strings.Compare(a.ID, b.ID)) })
	return metrics, nil
}

func parseMetric(file, text string) (*Metric, error) {
	model, err := sqlmodel.Parse(file, "", "", text, grammar)
	if err != nil {
		return nil, err
	}
	w := model.Words
	m := &Metric{
		ID: w["metric"], TitleZH: w["title_zh"], TitleEN: w["title_en"], DefinitionZH: w["definition_zh"], DefinitionEN: w["definition_en"],
		Theme: w["theme"], Unit: w["unit"], Better: w["better"], Basis: w["basis"], Aggregate: w["aggregate"], Subject: w["subject"],
		Formula: w["formula"], Rank: w["rank"], Interval: w["interval"], Sort: 1 << 20,
		By: model.By == "enterprise", Spans: strings.Fields(w["span"]), Scopes: strings.Fields(cmp.Or(w["scope"], "all own")), File: file, SQL: model.SQL,
	}
	if m.Datasets, err = parseReach(w["datasets"]); err != nil {
		return nil, &sqlmodel.FileError{File: file, Line: 1, Text: err.Error()}
	}
	wrong := func(format string, args ...any) (*Metric, error) {
		return nil, &sqlmodel.FileError{File: file, Line: 1, Text: fmt.Sprintf(format, args...)}
	}
	if model.By != "" && !m.By || model.Lookup != nil {
		return wrong("a metric is @by enterprise, or of one piece")
	}
	if !metricShape.MatchString(m.ID) {
		return wrong("@metric %s: an id is letters and digits, beginning with a letter", m.ID)
	}
	for _, choice := range []struct {
		word, value string
		allowed     []string
	}{
		{"better", m.Better, []string{"higher", "lower", "none"}},
		{"aggregate", m.Aggregate, []string{"ratio", "count", "median", "p90", "max", "km", "value"}},
		{"span", strings.Join(m.Spans, " "), []string{"at", "quarter ytd"}},
		{"scope", strings.Join(m.Scopes, " "), []string{"all own", "all"}},
		{"rank", m.Rank, []string{"", "exact", "band"}},
		{"interval", m.Interval, []string{"", "wilson"}},
		{"subject", m.Subject, []string{"visit", "inspection", "hazard", "episode", "enterprise", "plan_item", "penalty", "officer", "agency", "quarterly_return", "none"}},
	} {
		if !slices.Contains(choice.allowed, choice.value) {
			return wrong("@%s %s: allowed are %s", choice.word, choice.value, strings.Trim(strings.Join(choice.allowed, ", "), ", "))
		}
	}
	if m.Aggregate == "value" && m.Formula == "" {
		return wrong("@aggregate value needs a @formula")
	}
	if text, ok := w["goal"]; ok && text != "none" {
		goal, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return wrong("@goal %s is no number", text)
		}
		m.Goal = &goal
	}
	if text, ok := w["sort"]; ok {
		if m.Sort, err = strconv.Atoi(text); err != nil {
			return wrong("@sort %s is no whole number", text)
		}
	}
	return m, nil
}

// parse finds the tables the SELECT reads, with DuckDB's parser.
func (m *Metric) parse(ctx context.Context, q warehouse.Queryer) error {
	model := &sqlmodel.Model{File: m.File, SQL: m.SQL}
	if err := model.Analyze(ctx, q); err != nil {
		return err
	}
	m.refs, m.groups = model.Refs, model.Groups()
	if scan, ok := model.Scan(); ok && scan.As == "subject_id" && m.Aggregate != "km" {
		m.scan = &scan
	}
	if m.By {
		return sqlmodel.Separable(model, func(table string) bool {
			return strings.HasPrefix(table, "core.") && table != "core.agency" && table != "core.officer"
		})
	}
	return nil
}

// describe finds the columns the SELECT returns and holds them against the aggregate. The tables it reads must be there.
func (m *Metric) describe(ctx context.Context, q warehouse.Queryer) error {
	rows, err := q.QueryContext(ctx, "select * from ("+m.SQL+") as evidence limit 0")
	if err != nil {
		return fmt.Errorf("%s: %w", m.File, err)
	}
	names, err := rows.Columns()
	if err := rows.Close(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	m.columns, m.Slices = map[string]bool{}, nil
	for _, name := range names {
		m.columns[name] = true
		if !slices.Contains(reserved, name) {
			m.Slices = append(m.Slices, name)
		}
	}
	required := []string{"subject_id", "code"}
	if !slices.Contains(m.Spans, "at") {
		required = append(required, "quarter")
	}
	switch m.Aggregate {
	case "count":
		required = append(required, "num_from")
	case "ratio", "value":
		required = append(required, "den_from", "num_from")
	case "km":
		required = append(required, "den_from", "days", "event")
	default:
		required = append(required, "den_from", "value")
	}
	for _, name := range required {
		if !m.columns[name] {
			return &sqlmodel.FileError{File: m.File, Line: 1, Text: fmt.Sprintf("the evidence of a %s needs a column %s", m.Aggregate, name)}
		}
	}
	return nil
}

// column is a column of the evidence, or what stands for it where the metric does not bring it.
func (m *Metric) column(name, otherwise string) string {
	if m.columns[name] {
		return "c." + name
	}
	return otherwise
}

// reads says whether the metric reads one of the tables.
func (m *Metric) reads(tables map[string]bool) bool {
	return slices.ContainsFunc(m.refs, func(ref string) bool { return tables[ref] })
}
