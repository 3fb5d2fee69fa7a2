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
	Basis, Unit, Aggregate, Subject, SQL                       string
	PeriodIndex                                                int
	Num                                                        *string
	Den                                                        *int64
	Value                                                      float64
	Lower, Upper                                               *float64
	evidence                                                   string // SELECT of the subjects of this figure
	slices                                                     []string
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

// Trace finds a figure of a published version and the SELECT of its evidence.
func Trace(ctx context.Context, q warehouse.Queryer, id string) (*Traced, error) {
	rows, err := warehouse.Select[figureRow](ctx, q, `select f.figure_id, f.metric, f.period, f.period_index, f.span, f.region_code, g.region_name, g.level, f.scope, f.slice, cast(f.num as varchar) as num, f.den,
		f.value, f.lower, f.upper, m.title_zh, m.title_en, m.definition_zh, m.definition_en, m.basis, m.unit, m.aggregate, m.subject, m.sql, m.slices
		from mart.figure as f join mart.metric as m on m.metric = f.metric join mart.region as g on g.region_code = f.region_code where f.figure_id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoFigure, id)
	}
	r := rows[0]
	t := &Traced{ID: r.ID, Metric: r.Metric, Period: r.Period, Span: r.Span, Region: r.Region, RegionName: r.RegionName, Scope: r.Scope, Slice: r.Slice, Title: r.Title, TitleEN: r.TitleEN,
		Definition: r.Definition, DefinitionEN: r.DefinitionEN, Basis: r.Basis, Unit: r.Unit, Aggregate: r.Aggregate, Subject: r.Subject, SQL: r.SQL, PeriodIndex: r.PeriodIndex,
		Num: r.Num, Den: r.Den, Value: r.Value, Lower: r.Lower, Upper: r.Upper}
	for slice := range strings.SplitSeq(r.Slices, ";") {
		if slice != "" {
			t.slices = append(t.slices, slice)
		}
	}
	columns, err := evidenceColumns(ctx, q, r.SQL)
	if err != nil {
		return nil, err
	}
	t.evidence = restricted(r, columns)
	return t, nil
}

func evidenceColumns(ctx context.Context, q warehouse.Queryer, sql string) ([]string, error) {
	rows, err := q.QueryContext(ctx, "select * from ("+sql+") as evidence limit 0")
	if err != nil {
		return nil, err
	}
	names, err := rows.Columns()
	return names, errors.Join(err, rows.Close())
}

// restricted is a metric's evidence cut down to one figure: its region, span, period and slice.
func restricted(f figureRow, columns []string) string {
	column := func(name, otherwise string) string {
		if slices.Contains(columns, name) {
			return "e." + name
		}
		return otherwise
	}
	p := f.PeriodIndex
	within := func(from, until string) string {
		return fmt.Sprintf("%s <= %d and %d < %s", column(from, "9999"), p, p, column(until, "9999"))
	}
	inDen, inNum := within("den_from", "den_until"), within("num_from", "num_until")
	where := []string{"(" + inDen + " or " + inNum + ")"}
	switch {
	case f.Scope == "own" || f.Level == "county":
		where = append(where, "e.code = "+text(f.Region))
	case f.Level == "city":
		where = append(where, "substr(e.code, 1, 4) = "+text(f.Region[:4]))
	default:
		where = append(where, "substr(e.code, 1, 2) = "+text(f.Region[:2]))
	}
	switch f.Span {
	case "quarter":
		where = append(where, fmt.Sprintf("e.quarter = %d", p))
	case "ytd":
		where = append(where, fmt.Sprintf("e.quarter between %d and %d", p/4*4, p))
	}
	if slices.Contains(columns, "span") {
		where = append(where, "e.span = "+text(f.Span))
	}
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

// Derived counts a figure's numerator and denominator again from its subjects. A count has no denominator; survival counts events
// as num.
type Derived struct {
	Num      *string `db:"num"`
	Den      *int64  `db:"den"`
	Subjects int64   `db:"subjects"`
}

// Derive sums the evidence of the figure.
func (t *Traced) Derive(ctx context.Context, q warehouse.Queryer) (Derived, error) {
	return warehouse.One[Derived](ctx, q, "select cast(cast(sum(case when in_num then num_weight end) as decimal(18, 2)) as varchar) as num, cast(sum(case when in_den then den_weight end) as bigint) as den, "+
		"count(distinct subject_kind || ' ' || subject_id) as subjects from ("+t.evidence+") as e")
}

// sourceRows say where the rows of each kind of subject are: subject_id, the row's dataset and key, file, sheet, row.
var sourceRows = map[string]string{
	"visit":            "select visit_id as subject_id, 'inspection' as dataset, inspection_id as row_key, file_id, sheet, row_number from core.inspection",
	"inspection":       "select inspection_id as subject_id, 'inspection' as dataset, inspection_id as row_key, file_id, sheet, row_number from core.inspection",
	"hazard":           "select hazard_id as subject_id, 'hazard' as dataset, hazard_id as row_key, file_id, sheet, row_number from core.hazard",
	"episode":          "select episode_id as subject_id, 'hazard' as dataset, hazard_id as row_key, file_id, sheet, row_number from core.hazard",
	"enterprise":       "select uscc as subject_id, 'enterprise' as dataset, uscc || ' ' || regulator_code as row_key, file_id, sheet, row_number from core.enterprise_claim",
	"plan_item":        "select plan_item_id as subject_id, 'plan_item' as dataset, plan_item_id as row_key, file_id, sheet, row_number from core.plan_item",
	"penalty":          "select penalty_id as subject_id, 'penalty' as dataset, penalty_id as row_key, file_id, sheet, row_number from core.penalty",
	"officer":          "select officer_id as subject_id, 'officer' as dataset, officer_id as row_key, file_id, sheet, row_number from core.officer",
	"agency":           "select agency_code as subject_id, 'agency' as dataset, agency_code as row_key, file_id, sheet, row_number from core.agency",
	"quarterly_return": "select region_code || ' ' || period as subject_id, 'quarterly_return' as dataset, region_code || ' ' || period as row_key, file_id, sheet, row_number from mart.city_return",
}

// RowsSQL is a query of the figure's subjects with the file, sheet and row of every row behind them, at most limit subjects (0: all).
func (t *Traced) RowsSQL(limit int) string {
	kinds := []string{t.Subject}
	switch t.Subject {
	case "hazard":
		kinds = append(kinds, "visit")
	case "inspection":
		kinds = append(kinds, "hazard", "penalty")
	}
	var branches []string
	for _, kind := range kinds {
		if rows, ok := sourceRows[kind]; ok {
			branches = append(branches, "select "+text(kind)+" as subject_kind, r.* from ("+rows+") as r")
		}
	}
	if len(branches) == 0 {
		branches = []string{"select '' as subject_kind, '' as subject_id, '' as dataset, '' as row_key, 0 as file_id, '' as sheet, 0 as row_number where false"}
	}
	cut := ""
	if limit > 0 {
		cut = fmt.Sprintf(" limit %d", limit)
	}
	more := ""
	for _, name := range t.slices {
		more += ", s." + warehouse.Ident(name)
	}
	switch t.Aggregate {
	case "median", "p90", "max":
		more += ", s.value"
	case "km":
		more += ", s.days, s.event"
	}
	key := "s.subject_id"
	if t.Subject == "quarterly_return" {
		key = "split_part(s.subject_id, ' ', 1) || ' ' || split_part(s.subject_id, ' ', 2)"
	}
	return "with subject as materialized (select * from (" + t.evidence + ") as e order by in_num desc, subject_kind, subject_id" + cut + "),\nsource as (" + strings.Join(branches, " union all ") + ")\n" +
		"select s.subject_id, s.code as region_code, case when s.in_num and s.in_den then 'num, den' when s.in_num then 'num' else 'den' end as part" + more +
		", r.dataset, r.row_key, f.name as file, r.sheet, r.row_number as row\nfrom subject as s\nleft join source as r on r.subject_kind = s.subject_kind and r.subject_id = " + key +
		"\nleft join core.source_file as f on f.file_id = r.file_id\norder by s.in_num desc, s.subject_kind, s.subject_id, r.row_key"
}

// Entered is one metric a row counts in: the subject, the region, and the first and last period.
type Entered struct {
	Metric    string `db:"metric"`
	Title     string `db:"title_zh"`
	FigureID  string `db:"figure_id"`
	SubjectID string `db:"subject_id"`
	Part      string `db:"part"`
}

// keyOf finds a raw row's subjects: the ids under which evidence may name it.
const keyOf = `
select 'inspection' as kind, inspection_id as id from core.inspection where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'visit', visit_id from core.inspection where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'hazard', hazard_id from core.hazard where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'episode', episode_id from core.hazard where file_id = %[1]d and row_number = %[2]d and %[3]s and episode_id is not null
union all select 'enterprise', uscc from core.enterprise_claim where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'plan_item', plan_item_id from core.plan_item where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'plan_item', plan_item_id from core.plan_change where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'penalty', penalty_id from core.penalty where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'officer', officer_id from core.officer where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'agency', agency_code from core.agency where file_id = %[1]d and row_number = %[2]d and %[3]s
union all select 'quarterly_return', region_code || ' ' || period from mart.city_return where file_id = %[1]d and row_number = %[2]d and %[3]s
order by 1, 2`

// Subject is an id under which evidence names a row.
type Subject struct {
	Kind string `db:"kind"`
	ID   string `db:"id"`
}

// SubjectsOf finds what a row of a file became. An empty sheet is a text file's.
func SubjectsOf(ctx context.Context, q warehouse.Queryer, fileID int, sheet string, row int) ([]Subject, error) {
	where := "coalesce(sheet, '') = " + text(sheet)
	if sheet == "" {
		where = "true"
	}
	return warehouse.Select[Subject](ctx, q, fmt.Sprintf(keyOf, fileID, row, where))
}

// Figures lists the figures the subjects enter: for each metric that counts one of them, the figures of its own region.
func Figures(ctx context.Context, q warehouse.Queryer, subjects []Subject) ([]Entered, error) {
	metrics, err := warehouse.Select[struct {
		Metric  string `db:"metric"`
		SQL     string `db:"sql"`
		Subject string `db:"subject"`
		Spans   string `db:"spans"`
	}](ctx, q, "select metric, sql, subject, spans from mart.metric order by sort_order, metric")
	if err != nil {
		return nil, err
	}
	var all []Entered
	for _, m := range metrics {
		var ids []string
		for _, s := range subjects {
			if s.Kind == m.Subject || m.Subject == "inspection" && (s.Kind == "hazard" || s.Kind == "penalty") || m.Subject == "hazard" && s.Kind == "visit" {
				ids = append(ids, text(s.ID))
			}
		}
		if len(ids) == 0 {
			continue
		}
		columns, err := evidenceColumns(ctx, q, m.SQL)
		if err != nil {
			return nil, err
		}
		found, err := warehouse.Select[Entered](ctx, q, enteredSQL(m.Metric, m.SQL, m.Subject, columns, ids))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Metric, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func enteredSQL(metric, sql, subject string, columns, ids []string) string {
	column := func(name, otherwise string) string {
		if slices.Contains(columns, name) {
			return "e." + name
		}
		return otherwise
	}
	within := func(from, until string) string {
		return fmt.Sprintf("%s <= f.period_index and f.period_index < %s", column(from, "9999"), column(until, "9999"))
	}
	span := "f.span = 'at'"
	if slices.Contains(columns, "quarter") {
		span = "(f.span = 'quarter' and f.period_index = e.quarter or f.span = 'ytd' and e.quarter >= 0 and f.period_index // 4 = e.quarter // 4 and f.period_index >= e.quarter)"
	}
	if slices.Contains(columns, "span") {
		span += " and f.span = e.span"
	}
	id := "e.subject_id"
	if subject == "quarterly_return" {
		id = "split_part(e.subject_id, ' ', 1) || ' ' || split_part(e.subject_id, ' ', 2)"
	}
	return "select f.metric, m.title_zh, f.figure_id, cast(e.subject_id as varchar) as subject_id, case when " + within("num_from", "num_until") + " then case when " + within("den_from", "den_until") +
		" then 'num, den' else 'num' end else 'den' end as part from (\n" + sql + "\n) as e join mart.figure as f on f.metric = " + text(metric) + " and f.region_code = e.code and f.slice = '' and f.scope = 'all' and " + span +
		" and ((" + within("den_from", "den_until") + ") or (" + within("num_from", "num_until") + ")) join mart.metric as m on m.metric = f.metric where " + id + " in (" + strings.Join(ids, ", ") + ") order by f.period_index, f.span, f.figure_id, e.subject_id"
}
