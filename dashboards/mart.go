package dashboards

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"
	"time"
)

// RestName is what tables call ScopeRest.
const RestName = "未列明地区"

// Queryer is the part of *sql.DB that outputs need. It must see one published version (schemas run, core, mart).
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Scopes and spans of a figure.
const (
	ScopeAll    = "all"
	ScopeOwn    = "own"
	ScopeRest   = "rest" // not in mart: what the parts of a region leave of it
	SpanAt      = "at"
	SpanYTD     = "ytd"
	SpanQuarter = "quarter"
)

// Mart is what every output reads: labels and unsliced figures of one published version, in memory; lists, curves and
// sliced figures are read from the database when asked for.
type Mart struct {
	Periods    []Period    // oldest first
	Regions    []Region    // administrative order: the province, then each city followed by its counties
	Metrics    []Metric    // in sort order
	Parameters []Parameter // as printed with every output
	CutOff     time.Time   // local wall clock of the project, no zone
	CutOffText string      // as printed: the day alone when it counts to its end

	db        Queryer
	tables    map[string][]string // mart table → its columns
	periods   map[string]int
	regions   map[string]int
	metrics   map[string]int
	codes     map[codeKey]string
	codeOrder []codeKey
	params    map[string]string
	figures   map[Key]Figure
	stray     bool // some code of an agency or enterprise is in no region of the tree
}

// Key names one figure. Slice is empty for the whole.
type Key struct {
	Metric, Period, Span, Region, Scope, Slice string
}

// Figure is one row of mart.figure. Fields that have no value are nil.
type Figure struct {
	ID  string
	Key Key

	NumCents          int64 // numerator × 100 (only E6 has decimals)
	HasNum            bool
	Den               int64
	HasDen            bool
	Value             *float64
	Lower, Upper      *float64
	IsSmall           bool // base under min_base: no percent change, no ranking
	Goal              *float64
	IsGoalMet         *bool
	Rank              *int
	RankLow, RankHigh *int
	RankOf            *int
	Band              string // front, middle, back or empty
	PriorValue        *float64
	PriorYearValue    *float64
}

// Num is the numerator as a whole number.
func (f Figure) Num() int64 { return f.NumCents / 100 }

// Period is one quarter with figures, as seen on its day D.
type Period struct {
	Index          int
	Name           string // 2020Q1
	Year, Quarter  int
	FirstDay       time.Time
	LastDay        time.Time
	D              time.Time // the last day, or the cut-off's day when that is earlier
	WorkdaysToD    int       // working days from 1 January to D
	WorkdaysOfYear int
	IsClosed       bool // signed off
}

// IsEnded says whether the cut-off lies on or after the quarter's last day.
func (p Period) IsEnded() bool { return !p.D.Before(p.LastDay) }

// Label is the period as the office writes it: 2020年第一季度.
func (p Period) Label() string {
	return fmt.Sprintf("%d年第%s季度", p.Year, []string{"", "一", "二", "三", "四"}[p.Quarter])
}

// Region is a node of the region tree.
type Region struct {
	Code, Name, Short, Level, Parent, City string
}

// Levels of a region.
const (
	LevelProvince = "province"
	LevelCity     = "city"
	LevelCounty   = "county"
)

// Metric is one row of mart.metric.
type Metric struct {
	ID, TitleZH, TitleEN            string
	DefinitionZH, DefinitionEN      string
	Unit                            string // ratio, points, per_hundred, per_thousand, count, yuan, days, probability
	Better                          string // higher, lower, none
	Goal                            *float64
	Basis, Aggregate, Theme         string
	Spans, Scopes                   string // lists with spaces: quarter ytd; all own
	SQL                             string
	IsRanked, IsCensus, HasInterval bool
}

// Parameter is a number the definitions leave to the office, as it was when the version was built.
type Parameter struct {
	Name, Value, Note string
}

// OpenMart reads labels and unsliced figures of the version db shows. It fails when a mart table that every output needs
// is missing, naming it.
func OpenMart(ctx context.Context, db Queryer) (*Mart, error) {
	m := &Mart{
		db: db, tables: map[string][]string{}, periods: map[string]int{}, regions: map[string]int{},
		metrics: map[string]int{}, codes: map[codeKey]string{}, params: map[string]string{}, figures: map[Key]Figure{},
	}
	for _, read := range []struct {
		table string
		read  func(context.Context) error
	}{
		{"tables", m.readTables}, {"mart.period", m.readPeriods}, {"mart.region", m.readRegions}, {"mart.metric", m.readMetrics},
		{"mart.parameter", m.readParameters}, {"mart.code", m.readCodes}, {"mart.figure", m.readFigures},
		{"places", m.readStray},
	} {
		if err := read.read(ctx); err != nil {
			return nil, fmt.Errorf("reading %s of the published version: %w", read.table, err)
		}
	}
	return m, nil
}

// Figure returns the figure of that key; false when it does not exist (0/0, no data, not defined there).
func (m *Mart) Figure(k Key) (Figure, bool) {
	f, ok := m.figures[k]
	return f, ok
}

// At is Figure for scope all and no slice.
func (m *Mart) At(metric, period, span, region string) (Figure, bool) {
	return m.Figure(Key{metric, period, span, region, ScopeAll, ""})
}

// Sliced returns a metric's figures of one period and region whose slice is dimension=…, by slice value, in the order of
// the code list.
func (m *Mart) Sliced(ctx context.Context, metric, period, span, region, dimension string) ([]Figure, error) {
	figures, err := m.queryFigures(ctx, `metric = ? and period = ? and span = ? and region_code = ? and scope = 'all'
		and starts_with(slice, ?) order by slice`, metric, period, span, region, dimension+"=")
	if err != nil {
		return nil, fmt.Errorf("reading slices of %s by %s: %w", metric, dimension, err)
	}
	return figures, nil
}

// Period returns the period of that name.
func (m *Mart) Period(name string) (Period, bool) {
	i, ok := m.periods[name]
	if !ok {
		return Period{}, false
	}
	return m.Periods[i], true
}

// Before returns the period n quarters before p; false when the version has none.
func (m *Mart) Before(p Period, n int) (Period, bool) {
	for _, q := range m.Periods {
		if q.Index == p.Index-n {
			return q, true
		}
	}
	return Period{}, false
}

// LastEnded is the last period whose quarter is over at the cut-off; the only one when none is.
func (m *Mart) LastEnded() (Period, bool) {
	for i := len(m.Periods) - 1; i >= 0; i-- {
		if m.Periods[i].IsEnded() {
			return m.Periods[i], true
		}
	}
	if len(m.Periods) > 0 {
		return m.Periods[len(m.Periods)-1], true
	}
	return Period{}, false
}

// Province is the root of the region tree.
func (m *Mart) Province() Region { return m.Regions[0] }

// Region returns the region of that code.
func (m *Mart) Region(code string) (Region, bool) {
	i, ok := m.regions[code]
	if !ok {
		return Region{}, false
	}
	return m.Regions[i], true
}

// RegionName is the region's name, or the code itself when the tree does not know it.
func (m *Mart) RegionName(code string) string {
	if r, ok := m.Region(code); ok {
		return r.Name
	}
	return code
}

// Children returns the regions directly under code, in administrative order.
func (m *Mart) Children(code string) []Region {
	var children []Region
	for _, r := range m.Regions {
		if r.Parent == code && r.Code != code {
			children = append(children, r)
		}
	}
	return children
}

// Cities returns the cities in administrative order.
func (m *Mart) Cities() []Region { return m.Children(m.Province().Code) }

// Metric returns the metric of that id.
func (m *Mart) Metric(id string) (Metric, bool) {
	i, ok := m.metrics[id]
	if !ok {
		return Metric{ID: id, TitleZH: id, TitleEN: id}, false
	}
	return m.Metrics[i], true
}

// Parameter is the value of that parameter, or empty.
func (m *Mart) Parameter(name string) string { return m.params[name] }

// Word is the label of a code (hazchem → 危险化学品), or the code itself when no list has it.
func (m *Mart) Word(column, code string) string {
	if word, ok := m.codes[codeKey{column, code}]; ok {
		return word
	}
	return code
}

// HasTable says whether the version has that mart table (without the schema).
func (m *Mart) HasTable(name string) bool { return m.tables[name] != nil }

// Columns returns the columns of a mart table in order; nil when the version does not have it.
func (m *Mart) Columns(name string) []string { return m.tables[name] }

// HasColumn says whether a mart table has that column.
func (m *Mart) HasColumn(table, column string) bool {
	for _, c := range m.tables[table] {
		if strings.EqualFold(c, column) {
			return true
		}
	}
	return false
}

// tableNames are the mart tables in order.
func (m *Mart) tableNames() []string {
	names := make([]string, 0, len(m.tables))
	for name := range m.tables {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// codeList is a code list as code, word, code, word … in order.
func (m *Mart) codeList(column string) []string {
	var list []string
	for _, k := range m.codeOrder {
		if k.column == column {
			list = append(list, k.code, m.codes[k])
		}
	}
	return list
}
