package analysis

import (
	"context"
	"fmt"
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

// SubjectsOf are the subjects a row is, or decides about.
func SubjectsOf(ctx context.Context, q warehouse.Queryer, row Row) ([]Subject, error) {
	d, ok := rowsOfDataset(row.Dataset)
	ways := subjectsOfRow(row.Dataset)
	if !ok || len(ways) == 0 {
		return nil, nil
	}
	query := fmt.Sprintf("with r as materialized (select * from %s as r%s where r.file_id = %d and r.row_number = %d and coalesce(r.sheet, '') = %s and %s = %s)\n",
		d.Table, "", row.FileID, row.Number, text(row.Sheet), d.Key, text(row.Key))
	return warehouse.Select[Subject](ctx, q, query+"select kind, id, via, coalesce(string_agg(distinct cast(period as varchar), ';'), '') as periods from (\n"+
		strings.Join(ways, "\nunion all\n")+"\n) as s group by kind, id, via order by via <> '"+whySubject+"', kind, id, via")
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

// Figures lists the figures a row enters, in every region and scope, with their slices when asked: where one of its subjects counts in a
// metric that rests on the row's dataset, and the row lies in the figure's reach.
func Figures(ctx context.Context, q warehouse.Queryer, row Row, subjects []Subject, sliced bool) ([]Entered, error) {
	metrics, err := warehouse.Select[struct {
		Metric   string `db:"metric"`
		SQL      string `db:"sql"`
		Subject  string `db:"subject"`
		Datasets string `db:"datasets"`
	}](ctx, q, `select metric, sql, subject, (select datasets from mart.metric as own where own.metric = m.metric) as datasets
		from mart.metric as m cross join (select '' as datasets) as otherwise order by sort_order, metric`)
	if err != nil {
		return nil, err
	}
	var all []Entered
	for _, m := range metrics {
		reaches, err := parseReach(m.Datasets)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(reaches, func(r Reach) bool { return r.Dataset == row.Dataset })
		register := row.Dataset == "enterprise" || row.Dataset == "agency" || row.Dataset == "officer"
		if len(reaches) > 0 && at < 0 && !register {
			continue
		}
		var named []Subject
		for _, s := range subjects {
			if s.names(m.Subject, m.SQL) {
				named = append(named, s)
			}
		}
		if len(named) == 0 {
			continue
		}
		columns, err := evidenceColumns(ctx, q, m.SQL)
		if err != nil {
			return nil, err
		}
		reach := Reach{Years: -1}
		if at >= 0 {
			reach = reaches[at]
		}
		found, err := warehouse.Select[Entered](ctx, q, enteredSQL(m.Metric, m.SQL, m.Subject, columns, named, row, reach, sliced))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Metric, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// names says whether a metric with that subject counts s, or counts something by it.
func (s Subject) names(subject, sql string) bool {
	switch s.Via {
	case whyEarlier:
		return subject == "visit" && strings.Contains(sql, "mart.visit_duplicate")
	case whyNext, whyAgain:
		return subject == "episode" && strings.Contains(sql, "next_")
	}
	return s.Kind == subject || subject == "inspection" && (s.Kind == "hazard" || s.Kind == "penalty") && s.Via == whySubject || subject == "hazard" && s.Kind == "visit"
}

func enteredSQL(metric, sql, subject string, columns []string, named []Subject, row Row, reach Reach, sliced bool) string {
	column := func(name, otherwise string) string {
		if slices.Contains(columns, name) {
			return "e." + name
		}
		return otherwise
	}
	counts := func(from, until string) string {
		return fmt.Sprintf("%s <= f.period_index and f.period_index < %s", column(from, "9999"), column(until, "9999"))
	}
	span := "f.span = 'at'"
	if slices.Contains(columns, "quarter") {
		span = "(f.span = 'quarter' and f.period_index = e.quarter or f.span = 'ytd' and e.quarter >= 0 and f.period_index // 4 = e.quarter // 4 and f.period_index >= e.quarter)"
	}
	if slices.Contains(columns, "span") {
		span += " and f.span = e.span"
	}
	slice := "f.slice = ''"
	if sliced {
		for _, name := range columns {
			if !slices.Contains(reserved, name) {
				slice += " or f.slice = '" + name + "=' || coalesce(cast(e." + warehouse.Ident(name) + " as varchar), 'none')"
			}
		}
	}
	var values, ids []string
	for _, s := range named {
		values = append(values, "("+text(s.ID)+", "+text(s.Kind)+", "+text(s.Via)+", "+text(s.Periods)+")")
		ids = append(ids, text(s.ID))
	}
	// A row decides about its enterprise, and about what it fills, only within the figure's reach and in the periods it does.
	near := ""
	if row.Day != "" {
		near = " and (n.via <> '" + whyOwns + "' or " + reach.within("date "+text(row.Day), "p", "f.span") + ")"
	}
	kind := column("subject_kind", text(subject))
	return "select metric, title_zh, figure_id, subject_id, part, via from (select distinct f.metric, m.title_zh, f.figure_id, cast(e.subject_id as varchar) as subject_id, case when " + counts("num_from", "num_until") + " then case when " + counts("den_from", "den_until") +
		" then 'num, den' else 'num' end else 'den' end as part, n.via, f.period_index, f.span\nfrom (select e.* from (\n" + sql + "\n) as e where " + subjectKey(subject, "e.subject_id") + " in (" + strings.Join(ids, ", ") + ")) as e\n" +
		"join (values " + strings.Join(values, ", ") + ") as n(id, kind, via, periods) on n.id = " + subjectKey(subject, "e.subject_id") + " and n.kind = " + kind + "\n" +
		"join mart.figure as f on f.metric = " + text(metric) + " and (" + slice + ") and " + span + " and ((" + counts("den_from", "den_until") + ") or (" + counts("num_from", "num_until") + "))\n" +
		"join mart.region as g on g.region_code = f.region_code and case when f.scope = 'own' or g.level = 'county' then f.region_code = e.code when g.level = 'city' then substr(f.region_code, 1, 4) = substr(e.code, 1, 4)" +
		" else substr(f.region_code, 1, 2) = substr(e.code, 1, 2) end\n" +
		"join mart.period as p on p.period_index = f.period_index\njoin mart.metric as m on m.metric = f.metric\n" +
		"where (n.periods = '' or strpos(';' || n.periods || ';', ';' || cast(f.period_index as varchar) || ';') > 0)" + near + "\n) as entered order by period_index, span, figure_id, subject_id, via"
}
