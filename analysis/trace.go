package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// ErrNoFigure says that a version has no figure of that id.
var ErrNoFigure = errors.New("no such figure")

// Traced is a figure with what it means and what it rests on.
type Traced struct {
	ID, Metric, Period, Span, Region, RegionName, Scope, Slice string
	Title, TitleEN, Definition, DefinitionEN                   string
	Basis, Unit, Aggregate, Subject, Formula, SQL              string
	Datasets                                                   []Reach // whose rows it counts or is decided by; none: of any
	PeriodIndex                                                int
	Num                                                        *string
	Den                                                        *int64
	Value                                                      float64
	Lower, Upper                                               *float64
	evidence                                                   string // SELECT of the subjects of this figure
	within                                                     string // condition on e.code: the region and scope
	slices, columns                                            []string
	level                                                      string
}

// figureRow is a row of mart.figure beside its metric.
type figureRow struct {
	ID           string   `db:"figure_id"`
	Metric       string   `db:"metric"`
	Period       string   `db:"period"`
	PeriodIndex  int      `db:"period_index"`
	Span         string   `db:"span"`
	Region       string   `db:"region_code"`
	RegionName   string   `db:"region_name"`
	Level        string   `db:"level"`
	Datasets     string   `db:"datasets"`
	Formula      string   `db:"formula"`
	Scope        string   `db:"scope"`
	Slice        string   `db:"slice"`
	Num          *string  `db:"num"`
	Den          *int64   `db:"den"`
	Value        float64  `db:"value"`
	Lower        *float64 `db:"lower"`
	Upper        *float64 `db:"upper"`
	Title        string   `db:"title_zh"`
	TitleEN      string   `db:"title_en"`
	Definition   string   `db:"definition_zh"`
	DefinitionEN string   `db:"definition_en"`
	Basis        string   `db:"basis"`
	Unit         string   `db:"unit"`
	Aggregate    string   `db:"aggregate"`
	Subject      string   `db:"subject"`
	SQL          string   `db:"sql"`
	Slices       string   `db:"slices"`
}

// findFigure reads one figure. A version that was published before metrics named their datasets answers as if they named none.
const findFigure = `select f.figure_id, f.metric, f.period, f.period_index, f.span, f.region_code, g.region_name, g.level, f.scope, f.slice, cast(f.num as varchar) as num, f.den,
	f.value, f.lower, f.upper, m.title_zh, m.title_en, m.definition_zh, m.definition_en, coalesce(m.basis, '') as basis, m.unit, m.aggregate, m.subject, m.formula, m.sql, m.slices,
	(select datasets from mart.metric as own where own.metric = f.metric) as datasets
	from mart.figure as f join mart.metric as m on m.metric = f.metric join mart.region as g on g.region_code = f.region_code cross join (select '' as datasets) as otherwise
	where f.figure_id = ?`

// Trace finds a figure of a published version and the SELECT of its evidence.
func Trace(ctx context.Context, q warehouse.Queryer, id string) (*Traced, error) {
	rows, err := warehouse.Select[figureRow](ctx, q, findFigure, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoFigure, id)
	}
	r := rows[0]
	t := &Traced{ID: r.ID, Metric: r.Metric, Period: r.Period, Span: r.Span, Region: r.Region, RegionName: r.RegionName, Scope: r.Scope, Slice: r.Slice, Title: r.Title, TitleEN: r.TitleEN,
		Definition: r.Definition, DefinitionEN: r.DefinitionEN, Basis: r.Basis, Unit: r.Unit, Aggregate: r.Aggregate, Subject: r.Subject, Formula: r.Formula, SQL: r.SQL, PeriodIndex: r.PeriodIndex,
		Num: r.Num, Den: r.Den, Value: r.Value, Lower: r.Lower, Upper: r.Upper}
	if t.Datasets, err = parseReach(r.Datasets); err != nil {
		return nil, err
	}
	for slice := range strings.SplitSeq(r.Slices, ";") {
		if slice != "" {
			t.slices = append(t.slices, slice)
		}
	}
	columns, err := evidenceColumns(ctx, q, r.SQL)
	if err != nil {
		return nil, err
	}
	t.columns, t.level, t.within = columns, r.Level, regionOf(r)
	t.evidence = restricted(r, columns, t.within)
	return t, nil
}

// regionOf is the condition that a code lies in the figure's region and scope.
func regionOf(f figureRow) string {
	switch {
	case f.Scope == "own" || f.Level == "county":
		return "e.code = " + text(f.Region)
	case f.Level == "city":
		return "substr(e.code, 1, 4) = " + text(f.Region[:4])
	}
	return "substr(e.code, 1, 2) = " + text(f.Region[:2])
}

// KeepAs computes the evidence into a temporary table of that name, which everything asked later reads.
func (t *Traced) KeepAs(ctx context.Context, tx *warehouse.Tx, table string) error {
	if _, err := tx.ExecContext(ctx, "create or replace temp table "+table+" as "+t.evidence); err != nil {
		return fmt.Errorf("%s: %w", t.ID, err)
	}
	t.evidence = "select * from temp." + table
	return nil
}

func evidenceColumns(ctx context.Context, q warehouse.Queryer, sql string) ([]string, error) {
	rows, err := q.QueryContext(ctx, "select * from ("+sql+") as evidence limit 0")
	if err != nil {
		return nil, err
	}
	names, err := rows.Columns()
	return names, errors.Join(err, rows.Close())
}

// countsIn are conditions on evidence e with these columns: that it counts in the denominator, in the numerator, at a period. column is one of
// them, or what stands for it.
func countsIn(columns []string, p int) (column func(name, otherwise string) string, inDen, inNum string) {
	column = func(name, otherwise string) string {
		if slices.Contains(columns, name) {
			return "e." + name
		}
		return otherwise
	}
	counts := func(from, until string) string {
		return fmt.Sprintf("%s <= %d and %d < %s", column(from, "9999"), p, p, column(until, "9999"))
	}
	return column, counts("den_from", "den_until"), counts("num_from", "num_until")
}

// spanned are conditions that evidence e lies in the span of a period.
func spanned(columns []string, span string, p int) (where []string) {
	switch span {
	case "quarter":
		where = append(where, fmt.Sprintf("e.quarter = %d", p))
	case "ytd":
		where = append(where, fmt.Sprintf("e.quarter between %d and %d", p/4*4, p))
	}
	if slices.Contains(columns, "span") {
		where = append(where, "e.span = "+text(span))
	}
	return where
}

// restricted is a metric's evidence cut down to one figure: its region, span, period and slice.
func restricted(f figureRow, columns []string, within string) string {
	column, inDen, inNum := countsIn(columns, f.PeriodIndex)
	where := append([]string{"(" + inDen + " or " + inNum + ")", within}, spanned(columns, f.Span, f.PeriodIndex)...)
	if name, value, sliced := strings.Cut(f.Slice, "="); sliced {
		where = append(where, "coalesce(cast(e."+warehouse.Ident(name)+" as varchar), 'none') = "+text(value))
	}
	keep := "cast(e.subject_id as varchar) as subject_id, e.code, " + inDen + " as in_den, " + inNum + " as in_num, " +
		column("num", "1") + " as num_weight, " + column("den", "1") + " as den_weight, " + column("subject_kind", text(f.Subject)) + " as subject_kind"
	for _, name := range columns {
		if name == "value" || name == "days" || name == "event" || !slices.Contains(reserved, name) {
			keep += ", e." + warehouse.Ident(name)
		}
	}
	return "select " + keep + " from (\n" + f.SQL + "\n) as e where " + strings.Join(where, " and ")
}

// Derived counts a figure's numerator and denominator again from its evidence. A count has no denominator; survival counts events
// as num.
type Derived struct {
	Num  *string `db:"derived_num"`
	Den  *int64  `db:"derived_den"`
	Rows int64   `db:"evidence_rows"` // of evidence: subjects, where each counts once
}

// shownTable holds the subjects that a trace shows, each beside the sums over all of them.
const shownTable = "traced_subject"

// Narrow sums the evidence of the figure and keeps of it what RowsSQL is then asked to show: the subjects of one part or all, at most
// limit (0: all). Evidence may be a million rows, so both are had from making it once.
func (t *Traced) Narrow(ctx context.Context, tx *warehouse.Tx, part string, limit int) (Derived, error) {
	_, err := tx.ExecContext(ctx, "create or replace temp table "+shownTable+` as
with evidence as materialized (`+t.evidence+`),
total as (
  select cast(cast(sum(case when in_num then num_weight end) as decimal(18, 2)) as varchar) as derived_num, cast(sum(case when in_den then den_weight end) as bigint) as derived_den, count(*) as evidence_rows
  from evidence
)
select * from total left join (`+shownSubjects("evidence", part, limit)+`) as subject on true`)
	if err != nil {
		return Derived{}, fmt.Errorf("%s: %w", t.ID, err)
	}
	t.evidence = "select * from temp." + shownTable + " where subject_kind is not null"
	return warehouse.One[Derived](ctx, tx, "select derived_num, derived_den, evidence_rows from temp."+shownTable+" limit 1")
}
