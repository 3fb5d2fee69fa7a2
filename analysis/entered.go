package analysis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// Row is a row of a file as core keeps it: its dataset and key, what it is about, and its principal day.
type Row struct {
	Dataset string `db:"dataset"`
	Key     string `db:"row_key"`
	FileID  int    `db:"file_id"`
	File    string `db:"file"`
	Sheet   string `db:"sheet"`
	Number  int    `db:"row_number"`
	Day     string `db:"day"` // empty where the dataset has none
}

// Subject is an id under which evidence names a row, or names something the row decides about: Via says how.
type Subject struct {
	Kind    string `db:"kind"`
	ID      string `db:"id"`
	Via     string `db:"via"`
	Periods string `db:"periods"` // period indices in which it does, `;` between; empty: in all
}

// subjectsOfRow are the ways from a row to subjects: a SELECT of kind, id, via and period (null: in all) over the row r, by dataset.
func subjectsOfRow(dataset string) []string {
	itself := func(kind, id string) string {
		return "select '" + kind + "' as kind, " + id + " as id, '" + whySubject + "' as via, cast(null as integer) as period from r"
	}
	enterprise := "select 'enterprise', uscc, '" + whyOwns + "', null from r where uscc is not null"
	switch dataset {
	case "inspection":
		return []string{
			itself("inspection", "inspection_id"), itself("visit", "visit_id"), enterprise,
			"select 'plan_item', x.plan_item_id, '" + whyFills + "', x.period_index from r join mart.plan_claim as x on x.visit_id = r.visit_id and x.agency_code = r.agency_code where x.is_filled",
			"select 'plan_item', s.plan_item_id, '" + whyFills + "', x.period_index from r join mart.plan_implicit as x on x.visit_id = r.visit_id and x.agency_code = r.agency_code " +
				"join mart.plan_state as s on s.period_index = x.period_index and s.uscc = x.uscc and s.agency_code = x.agency_code where s.is_in_force and x.place > s.free_from and x.place <= s.free_from + s.free_slots",
			"select 'visit', x.later_visit_id, '" + whyEarlier + "', null from r join mart.visit_pair as x on x.earlier_visit_id = r.visit_id",
			"select 'episode', x.episode_id, '" + whyNext + "', null from r join mart.episode_next_visit as x on x.visit_id = r.visit_id",
			"select distinct 'episode', h.episode_id, 'the visit it was found in', cast(null as integer) from r join core.hazard as h on h.visit_id = r.visit_id where h.episode_id is not null",
			"select 'hazard', h.hazard_id, 'the visit it was found in', null from r join core.hazard as h on h.visit_id = r.visit_id",
		}
	case "hazard":
		return []string{
			itself("hazard", "hazard_id"), itself("episode", "episode_id") + " where episode_id is not null", enterprise,
			"select 'visit', visit_id, 'found in it', null from r where visit_id is not null",
			"select 'episode', x.episode_id, '" + whyAgain + "', null from r join mart.episode_next_visit as x on x.visit_id = r.visit_id join core.episode as e on e.episode_id = x.episode_id and e.class = r.class",
		}
	case "penalty":
		return []string{itself("penalty", "penalty_id"), enterprise, "select 'visit', visit_id, 'penalty for it', null from r where visit_id is not null"}
	case "plan_item":
		return []string{itself("plan_item", "plan_item_id"), enterprise, "select 'agency', agency_code, '" + whyPlans + "', null from r"}
	case "plan_change":
		return []string{"select 'plan_item' as kind, plan_item_id as id, '" + whyChanges + "' as via, cast(null as integer) as period from r",
			"select 'enterprise', i.uscc, '" + whyChanges + "', null from r join core.plan_item as i on i.plan_item_id = r.plan_item_id"}
	case "enterprise":
		return []string{itself("enterprise", "uscc")}
	case "accident", "credit_event":
		return []string{"select 'enterprise' as kind, uscc as id, '" + whyOwns + "' as via, cast(null as integer) as period from r"}
	case "officer":
		return []string{itself("officer", "officer_id")}
	case "agency":
		return []string{itself("agency", "agency_code")}
	case "quarterly_return":
		return []string{"select 'quarterly_return' as kind, r.region_code || ' ' || r.period as id, '" + whySubject + "' as via, cast(null as integer) as period from r " +
			"join mart.city_return as c on c.file_id = r.file_id and c.row_number = r.row_number and c.region_code = r.region_code and c.period = r.period"}
	}
	return nil
}

// RowsAt finds what a row of a file became: one row of a dataset, several where a line makes several. An empty sheet is any.
func RowsAt(ctx context.Context, q warehouse.Queryer, fileID int, sheet string, number int) ([]Row, error) {
	var branches []string
	for _, d := range rowsOf() {
		day := "''"
		if d.Day != "null" {
			day = "coalesce(cast(" + d.Day + " as varchar), '')"
		}
		branches = append(branches, fmt.Sprintf("select '%s' as dataset, %s as row_key, r.file_id, coalesce(f.name, '') as file, coalesce(r.sheet, '') as sheet, r.row_number, %s as day from %s as r%s left join core.source_file as f on f.file_id = r.file_id where r.file_id = %d and r.row_number = %d and (%s = '' or r.sheet = %[8]s)",
			d.Dataset, d.Key, day, d.Table, d.join, fileID, number, text(sheet)))
	}
	return warehouse.Select[Row](ctx, q, strings.Join(branches, "\nunion all\n")+"\norder by 1, 2")
}

// subjectsOf are the subjects a row is, or decides about.
func subjectsOf(ctx context.Context, q warehouse.Queryer, row Row) ([]Subject, error) {
	query := subjectsSQL(row)
	if query == "" {
		return nil, nil
	}
	return warehouse.Select[Subject](ctx, q, query)
}

// subjectsSQL is empty where a row of that dataset is and decides about nothing.
func subjectsSQL(row Row) string {
	ways := subjectsOfRow(row.Dataset)
	if len(ways) == 0 {
		return ""
	}
	return "with r as materialized (select r.* from " + row.at() + ")\n" +
		"select kind, id, via, coalesce(string_agg(distinct cast(period as varchar), ';' order by cast(period as varchar)), '') as periods from (\n" +
		strings.Join(ways, "\nunion all\n") + "\n) as s group by kind, id, via order by via <> '" + whySubject + "', kind, id, via"
}

// at is what follows FROM to read the row as r, with what its key and enterprise need beside it.
func (row Row) at() string {
	d, _ := rowsOfDataset(row.Dataset)
	return fmt.Sprintf("%s as r%s where r.file_id = %d and r.row_number = %d and coalesce(r.sheet, '') = %s and %s = %s", d.Table, d.join, row.FileID, row.Number, text(row.Sheet), d.Key, text(row.Key))
}

// enterprise is whose row it is; empty where it is nobody's.
func (row Row) enterprise(ctx context.Context, q warehouse.Queryer) (string, error) {
	d, _ := rowsOfDataset(row.Dataset)
	return warehouse.One[string](ctx, q, "select coalesce(min("+d.Uscc+"), '') from "+row.at())
}

// Entered is one figure a row counts in or is decided by: under which subject, in which part, and why.
type Entered struct {
	Metric    string `db:"metric"`
	Title     string `db:"title_zh"`
	FigureID  string `db:"figure_id"`
	SubjectID string `db:"subject_id"`
	Part      string `db:"part"`
	Via       string `db:"via"`
}

// Version is a published version, open for reading.
type Version interface {
	warehouse.Queryer
	sessions
}

// Entry says what a row is or decides about, and which figures it enters by that: in every region and scope, with their slices when asked,
// where one of its subjects counts in a metric that rests on the row's dataset, and the row lies in the figure's reach. Metrics that go
// by enterprise are asked of the row's alone.
func Entry(ctx context.Context, db Version, row Row, sliced bool) (subjects []Subject, entered []Entered, err error) {
	version, err := warehouse.One[string](ctx, db, "select current_database()")
	if err != nil {
		return nil, nil, err
	}
	owners, err := ownersIn(ctx, db, version)
	if err != nil {
		return nil, nil, err
	}
	enterprise := ""
	if len(owners) > 0 {
		if enterprise, err = row.enterprise(ctx, db); err != nil {
			return nil, nil, err
		}
	}
	byTurn := map[int][]Entered{}
	inWhole := func(entries []entry) error {
		return db.In(ctx, version, func(s *warehouse.Session) error { return enter(ctx, s, entries, row, sliced, byTurn) })
	}
	if enterprise == "" {
		if subjects, err = subjectsOf(ctx, db, row); err != nil {
			return nil, nil, err
		}
		entries, err := entriesOf(ctx, db, row, subjects)
		if err != nil {
			return nil, nil, err
		}
		err = inWhole(entries)
		return subjects, inTurn(byTurn), err
	}
	err = inPiece(ctx, db, "piece", version, owners, text(enterprise), func(p *piece) error {
		if err := p.offerFor(ctx, subjectsSQL(row)); err != nil {
			return err
		}
		if subjects, err = subjectsOf(ctx, p, row); err != nil {
			return err
		}
		entries, err := entriesOf(ctx, db, row, subjects)
		if err != nil {
			return err
		}
		var own, others []entry
		for _, e := range entries {
			if !e.byEnterprise {
				others = append(others, e)
				continue
			}
			own = append(own, e)
			if err := p.offerFor(ctx, e.sql); err != nil {
				return err
			}
		}
		if err := p.offer(ctx, "mart.figure", "mart.metric", "mart.period", "mart.region"); err != nil {
			return err
		}
		if err := enter(ctx, p.Session, own, row, sliced, byTurn); err != nil {
			return err
		}
		return inWhole(others)
	})
	return subjects, inTurn(byTurn), err
}

func inTurn(byTurn map[int][]Entered) (all []Entered) {
	for _, turn := range slices.Sorted(maps.Keys(byTurn)) {
		all = append(all, byTurn[turn]...)
	}
	return all
}

// entry is a metric that a row may enter figures of: under which of its subjects, and within which reach.
type entry struct {
	turn                 int // in the order of tables
	metric, sql, subject string
	byEnterprise         bool
	named                []Subject
	reach                Reach
}

// entriesOf are the metrics, in the order of tables, that rest on the row's dataset and count one of its subjects.
func entriesOf(ctx context.Context, q warehouse.Queryer, row Row, subjects []Subject) ([]entry, error) {
	metrics, err := warehouse.Select[struct {
		Metric   string `db:"metric"`
		SQL      string `db:"sql"`
		Subject  string `db:"subject"`
		Datasets string `db:"datasets"`
		By       bool   `db:"is_by_enterprise"`
	}](ctx, q, `select metric, sql, subject, (select datasets from mart.metric as own where own.metric = m.metric) as datasets,
		(select is_by_enterprise from mart.metric as own where own.metric = m.metric) as is_by_enterprise
		from mart.metric as m cross join (select '' as datasets, false as is_by_enterprise) as otherwise order by sort_order, metric`)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for turn, m := range metrics {
		reaches, err := parseReach(m.Datasets)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(reaches, func(r Reach) bool { return r.Dataset == row.Dataset })
		register := row.Dataset == "enterprise" || row.Dataset == "agency" || row.Dataset == "officer"
		if len(reaches) > 0 && at < 0 && !register {
			continue
		}
		e := entry{turn: turn, metric: m.Metric, sql: m.SQL, subject: m.Subject, byEnterprise: m.By, reach: Reach{Years: -1}}
		if at >= 0 {
			e.reach = reaches[at]
		}
		for _, s := range subjects {
			if s.names(m.Subject, m.SQL) {
				e.named = append(e.named, s)
			}
		}
		if len(e.named) > 0 {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// names says whether a metric with that subject counts s, or counts something by it.
func (s Subject) names(subject, sql string) bool {
	switch s.Via {
	case whyEarlier:
		return subject == "visit" && isPaired(sql)
	case whyNext, whyAgain:
		return subject == "episode" && strings.Contains(sql, "next_")
	}
	return s.Kind == subject || subject == "inspection" && (s.Kind == "hazard" || s.Kind == "penalty") && s.Via == whySubject || subject == "hazard" && s.Kind == "visit"
}

// evidenceTable holds what the subjects of a row count for, in every metric.
const evidenceTable = `create or replace temp table entered (turn integer, metric varchar, subject_id varchar, via varchar, periods varchar, code varchar, is_at boolean, quarter integer, span varchar,
	den_from integer, den_until integer, num_from integer, num_until integer, slices varchar[])`

// enter finds the figures of metrics that the row enters, by turn.
func enter(ctx context.Context, s *warehouse.Session, entries []entry, row Row, sliced bool, byTurn map[int][]Entered) error {
	if len(entries) == 0 {
		return nil
	}
	if _, err := s.ExecContext(ctx, evidenceTable); err != nil {
		return err
	}
	for _, e := range entries {
		columns, err := evidenceColumns(ctx, s, e.sql)
		if err != nil {
			return err
		}
		if _, err := s.ExecContext(ctx, "insert into temp.entered\n"+e.evidence(columns, sliced)); err != nil {
			return fmt.Errorf("%s: %w", e.metric, err)
		}
	}
	type figure struct {
		Turn int `db:"turn"`
		Entered
	}
	found, err := warehouse.Select[figure](ctx, s, enteredSQL(entries, row))
	if err != nil {
		return err
	}
	for _, f := range found {
		byTurn[f.Turn] = append(byTurn[f.Turn], f.Entered)
	}
	return nil
}

// evidence is what the row's subjects count for in the metric, in the columns of evidenceTable.
func (e entry) evidence(columns []string, sliced bool) string {
	column := func(name, otherwise string) string {
		if slices.Contains(columns, name) {
			return "e." + name
		}
		return otherwise
	}
	var parts, values, ids []string
	for _, name := range columns {
		if sliced && !slices.Contains(reserved, name) {
			parts = append(parts, "'"+name+"=' || coalesce(cast(e."+warehouse.Ident(name)+" as varchar), 'none')")
		}
	}
	for _, s := range e.named {
		values = append(values, "("+text(s.ID)+", "+text(s.Kind)+", "+text(s.Via)+", "+text(s.Periods)+")")
		ids = append(ids, text(s.ID))
	}
	key := subjectKey(e.subject, "e.subject_id")
	return fmt.Sprintf("select %d, %s, cast(e.subject_id as varchar), n.via, n.periods, e.code, %t, %s, %s, %s, %s, %s, %s, cast([%s] as varchar[])\n", e.turn, text(e.metric), !slices.Contains(columns, "quarter"),
		column("quarter", "null"), column("span", "null"), column("den_from", "9999"), column("den_until", "9999"), column("num_from", "9999"), column("num_until", "9999"), strings.Join(parts, ", ")) +
		"from (select e.* from (\n" + e.sql + "\n) as e where " + key + " in (" + strings.Join(ids, ", ") + ")) as e\n" +
		"join (values " + strings.Join(values, ", ") + ") as n(id, kind, via, periods) on n.id = " + key + " and n.kind = " + column("subject_kind", text(e.subject))
}

// enteredSQL joins the evidence to the figures it counts in.
func enteredSQL(entries []entry, row Row) string {
	const inDen, inNum = "e.den_from <= f.period_index and f.period_index < e.den_until", "e.num_from <= f.period_index and f.period_index < e.num_until"
	// A row decides about its enterprise, and about what it fills, only within the figure's reach and in the periods it does.
	near := ""
	if row.Day != "" {
		near = " and (e.via <> '" + whyOwns + "' or case e.turn"
		for _, e := range entries {
			near += fmt.Sprintf(" when %d then %s", e.turn, e.reach.within("date "+text(row.Day), "p", "f.span"))
		}
		near += " end)"
	}
	return `with
at_region as (
  select e.*, g.region_code, g.level
  from temp.entered as e
  join mart.region as g on g.region_code = e.code or case g.level when 'county' then false when 'city' then substr(g.region_code, 1, 4) = substr(e.code, 1, 4) else substr(g.region_code, 1, 2) = substr(e.code, 1, 2) end
),
counted as (
  select distinct e.turn, f.metric, m.title_zh, f.figure_id, e.subject_id, e.via, f.period_index, f.span,
    case when ` + inNum + ` then case when ` + inDen + ` then 'num, den' else 'num' end else 'den' end as part
  from mart.figure as f
  join at_region as e on e.metric = f.metric and e.region_code = f.region_code and (f.scope <> 'own' or e.region_code = e.code)
    and (f.slice = '' or list_contains(e.slices, f.slice)) and (f.span = e.span or e.span is null)
    and case when e.is_at then f.span = 'at'
      else f.span = 'quarter' and f.period_index = e.quarter or f.span = 'ytd' and e.quarter >= 0 and f.period_index // 4 = e.quarter // 4 and f.period_index >= e.quarter end
    and (` + inDen + ` or ` + inNum + `)
  join mart.period as p on p.period_index = f.period_index
  join mart.metric as m on m.metric = f.metric
  where (e.periods = '' or strpos(';' || e.periods || ';', ';' || cast(f.period_index as varchar) || ';') > 0)` + near + `
)
select turn, metric, title_zh, figure_id, subject_id, part, via from counted order by turn, period_index, span, figure_id, subject_id, via`
}
