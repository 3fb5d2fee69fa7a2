package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// Parts of a figure a trace can be narrowed to.
const (
	PartAll     = ""
	PartNum     = "num"     // subjects in the numerator
	PartDen     = "den"     // subjects in the denominator
	PartRest    = "rest"    // in the denominator, not in the numerator
	PartRemoved = "removed" // plan items the waterfall removes before the figure counts
)

// Why a row stands behind a figure.
const (
	whySubject = "counted"
	whyFills   = "fills the item"
	whyChanges = "changes the item"
	whyRemoves = "removes the item"
	whyPlans   = "planned by it"
	whyOwns    = "of the enterprise"
	whyEarlier = "the earlier visit"
	whyNext    = "the next visit"
	whyAgain   = "found again"
)

// sources are SELECTs of the rows behind the figure's subjects, one for each way in which a row stands behind one.
func (t *Traced) sources() []string {
	var all []string
	add := func(dataset, kind, why, link, where string) {
		if d, ok := rowsOfDataset(dataset); ok {
			all = append(all, d.source(kind, why, link, where))
		}
	}
	itself := func(kind, dataset, column string) {
		if d, ok := rowsOfDataset(dataset); ok {
			all = append(all, d.source(kind, whySubject, d.on(column), "true"))
		}
	}
	kinds := []string{t.Subject}
	switch t.Subject {
	case "hazard":
		kinds = append(kinds, "visit")
	case "inspection":
		kinds = append(kinds, "hazard", "penalty")
	}
	for _, kind := range kinds {
		switch kind {
		case "visit":
			itself(kind, "inspection", "visit_id")
			if isPaired(t.SQL) {
				net := "x.is_net"
				if t.Metric == "C3g" {
					net = "true"
				}
				add("inspection", kind, whyEarlier, " join mart.visit_pair as x on x.later_visit_id = u.id join core.inspection as r on r.visit_id = x.earlier_visit_id", net)
			}
		case "episode":
			itself(kind, "hazard", "episode_id")
			if strings.Contains(t.SQL, "next_") {
				// What mart.episode_next_visit is, but beginning with the few episodes asked for.
				const next = " join core.episode as e on e.episode_id = u.id join mart.next_visit as x on x.uscc = e.uscc and x.closed_on = e.closed_on"
				add("inspection", kind, whyNext, next+" join core.inspection as r on r.visit_id = x.visit_id", "true")
				add("hazard", kind, whyAgain, next+" join core.hazard as r on r.visit_id = x.visit_id", "e.class = r.class")
			}
		case "plan_item":
			t.planSources(add, itself)
		case "enterprise":
			itself(kind, "enterprise", "uscc")
			t.enterpriseSources(add)
		case "agency":
			itself(kind, "agency", "agency_code")
			if slices.ContainsFunc(t.Datasets, func(r Reach) bool { return r.Dataset == "plan_item" }) {
				add("plan_item", kind, whyPlans, " join core.plan_item as r on r.agency_code = u.id", fmt.Sprintf("r.origin = 'original' and r.plan_year = (select year from mart.period where period_index = %d)", t.PeriodIndex))
			}
		case "quarterly_return":
			add("quarterly_return", kind, whySubject, " join mart.city_return as r on r.region_code || ' ' || r.period = u.id", "true")
		case "inspection", "hazard", "penalty", "officer":
			itself(kind, kind, kind+"_id")
		}
	}
	if len(all) == 0 {
		all = []string{"select '' as subject_kind, '' as subject_id, '' as why, '' as dataset, '' as row_key, 0 as file_id, '' as sheet, 0 as row_number where false"}
	}
	return all
}

// planSources are the rows behind plan items: themselves, their changes decided by d, and the visits that fill them on d.
func (t *Traced) planSources(add func(dataset, kind, why, link, where string), itself func(kind, dataset, column string)) {
	p := fmt.Sprint(t.PeriodIndex)
	itself("plan_item", "plan_item", "plan_item_id")
	add("plan_change", "plan_item", whyChanges, " join core.plan_change as r on r.plan_item_id = u.id", "r.decided_on <= (select d from mart.period where period_index = "+p+")")
	if !isFilled(t.SQL) {
		return
	}
	add("inspection", "plan_item", whyFills, " join mart.plan_claim as x on x.plan_item_id = u.id and x.is_filled and x.period_index = "+p+
		" join core.inspection as r on r.visit_id = x.visit_id and r.agency_code = x.agency_code", "true")
	add("inspection", "plan_item", whyFills, " join mart.plan_state as s on s.plan_item_id = u.id and s.period_index = "+p+
		" join mart.plan_implicit as x on x.period_index = s.period_index and x.uscc = s.uscc and x.agency_code = s.agency_code"+
		" join core.inspection as r on r.visit_id = x.visit_id and r.agency_code = x.agency_code",
		"s.is_in_force and x.place > s.free_from and x.place <= s.free_from + s.free_slots")
}

// enterpriseSources are the rows of enterprises that lie in the figure's reach.
func (t *Traced) enterpriseSources(add func(dataset, kind, why, link, where string)) {
	for _, reach := range t.Datasets {
		d, ok := rowsOfDataset(reach.Dataset)
		if !ok || d.Uscc == "null" || d.Day == "null" {
			continue
		}
		link := " join " + d.Table + " as r on r.uscc = u.id"
		if reach.Dataset == "plan_change" {
			link = " join core.plan_item as o on o.uscc = u.id join core.plan_change as r on r.plan_item_id = o.plan_item_id"
		}
		add(reach.Dataset, "enterprise", whyOwns, link+fmt.Sprintf(" join mart.period as p on p.period_index = %d", t.PeriodIndex), reach.keeps()+" and "+reach.within(d.Day, "p", text(t.Span)))
	}
}

// HasRemoved says whether the waterfall stands before the figure: whether PartRemoved has an answer.
func (t *Traced) HasRemoved() bool {
	return t.Subject == "plan_item" && strings.Contains(t.SQL, "mart.plan_state")
}

// RowsSQL is a query of the figure's subjects, of one part or all, with the file, sheet and row of every row behind them, at most limit
// subjects (0: all).
func (t *Traced) RowsSQL(part string, limit int) string {
	if part == PartRemoved {
		return t.removedSQL(cutTo(limit))
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
	return "with subject as materialized (select *, " + subjectKey(t.Subject, "subject_id") + " as subject_key from (" + shownSubjects("("+t.evidence+")", part, limit) + ") as e),\n" +
		"source as (\n" + strings.Join(t.sources(), "\nunion all\n") + "\n)\n" +
		"select s.subject_id, s.code as region_code, case when s.in_num and s.in_den then 'num, den' when s.in_num then 'num' else 'den' end as part" + more +
		", r.why, r.dataset, r.row_key, f.name as file, r.sheet, r.row_number as row\nfrom subject as s\nleft join source as r on r.subject_kind = s.subject_kind and r.subject_id = s.subject_key" +
		"\nleft join core.source_file as f on f.file_id = r.file_id\norder by s.in_num desc, s.subject_kind, s.subject_id, r.why <> '" + whySubject + "', r.dataset, r.row_key, r.why"
}

// shownSubjects is a SELECT of the evidence of one part or all, those that count in the numerator first, at most limit (0: all).
func shownSubjects(evidence, part string, limit int) string {
	where := map[string]string{PartNum: " where e.in_num", PartDen: " where e.in_den", PartRest: " where e.in_den and not e.in_num"}[part]
	return "select * from " + evidence + " as e" + where + " order by in_num desc, subject_kind, subject_id" + cutTo(limit)
}

func cutTo(limit int) string {
	if limit == 0 {
		return ""
	}
	return fmt.Sprintf(" limit %d", limit)
}

// subjectKey is the part of a subject's id that its rows are found by.
func subjectKey(subject, id string) string {
	if subject == "quarterly_return" {
		return "split_part(" + id + ", ' ', 1) || ' ' || split_part(" + id + ", ' ', 2)"
	}
	return id
}

// removedSQL lists the plan items that were removed by d, each with its reason and the rows that say so.
func (t *Traced) removedSQL(cut string) string {
	if !t.HasRemoved() {
		return "select cast(null as varchar) as subject_id where false"
	}
	where := []string{t.within, fmt.Sprintf("e.period_index = %d", t.PeriodIndex), "not e.is_in_force"}
	if name, value, sliced := strings.Cut(t.Slice, "="); sliced && slices.Contains(t.slices, name) {
		where = append(where, "coalesce(cast(e."+warehouse.Ident(name)+" as varchar), 'none') = "+text(value))
	}
	item, _ := rowsOfDataset("plan_item")
	change, _ := rowsOfDataset("plan_change")
	return "with subject as materialized (select *, e.plan_item_id as subject_key, 'plan_item' as subject_kind from mart.plan_state as e where " + strings.Join(where, " and ") + " order by e.removal_reason, e.plan_item_id" + cut + "),\n" +
		"source as (\n" + item.source("plan_item", whySubject, item.on("plan_item_id"), "true") + "\nunion all\n" +
		change.source("plan_item", whyRemoves, change.on("plan_item_id"),
			fmt.Sprintf("r.action = 'remove' and r.reapproved_on <= (select d from mart.period where period_index = %d)", t.PeriodIndex)) + "\n)\n" +
		"select s.plan_item_id as subject_id, s.code as region_code, 'removed' as part, s.removal_reason as reason, s.origin, s.class, s.sector, r.why, r.dataset, r.row_key, f.name as file, r.sheet, r.row_number as row\n" +
		"from subject as s\nleft join source as r on r.subject_id = s.plan_item_id\nleft join core.source_file as f on f.file_id = r.file_id\norder by s.removal_reason, s.plan_item_id, r.dataset desc, r.row_key"
}

// Waterfall is the way from the original plan to what counts, in one line: `original 120, added 4, removed 3 (suspended 2, closed 1),
// in_force 121, complete 80, incomplete 41`.
func Waterfall(ctx context.Context, q warehouse.Queryer, t *Traced) (string, error) {
	rows, err := warehouse.Select[struct {
		Step   string `db:"step"`
		Reason string `db:"reason"`
		Items  int64  `db:"items"`
	}](ctx, q, "select step, reason, items from mart.waterfall where period = ? and region_code = ? and scope = ? order by sort_order, reason", t.Period, t.Region, t.Scope)
	if err != nil {
		return "", err
	}
	var steps, reasons []string
	removed := int64(0)
	for _, r := range rows {
		if r.Step == "removed" {
			removed += r.Items
			reasons = append(reasons, fmt.Sprintf("%s %d", r.Reason, r.Items))
		}
	}
	said := false
	for _, r := range rows {
		switch {
		case r.Step != "removed":
			steps = append(steps, fmt.Sprintf("%s %d", r.Step, r.Items))
		case !said:
			said = true
			steps = append(steps, fmt.Sprintf("removed %d (%s)", removed, strings.Join(reasons, ", ")))
		}
	}
	return strings.Join(steps, ", "), nil
}

// Parameters are those of the version beside its cut-off, in one line: `recurrence_days 365, duplicate_days 90, …`.
func Parameters(ctx context.Context, q warehouse.Queryer) (string, error) {
	named, err := warehouse.Select[string](ctx, q, "select name || ' ' || cast(value as varchar) from mart.parameter where name not in ('cut_off', 'province', 'first_year', 'calendar_note') order by rowid")
	return strings.Join(named, ", "), err
}

// Fate says why a row that no table of core holds was rejected; nothing where it was not.
func Fate(ctx context.Context, q warehouse.Queryer, fileIDs []int, sheet string, row int) (string, error) {
	for _, id := range fileIDs {
		reasons, err := warehouse.Select[string](ctx, q, `select r.state || coalesce(' by ' || c.name, '') || ': ' || array_to_string(list_transform(
		from_json(r.reasons, '[{"header":"VARCHAR","value":"VARCHAR","reason":"VARCHAR","suggestion":"VARCHAR"}]'),
		lambda x: concat(x.header, ' "', x.value, '": ', x.reason, ' (' || nullif(x.suggestion, '') || ')')), '; ')
	from mart.rejected as r left join mart.file as c on c.file_id = r.corrected_file_id
	where r.file_id = ? and r.row_number = ? and (? = '' or r.sheet = ?)
	order by r.dataset`, id, row, sheet, sheet)
		if err != nil {
			return "", err
		}
		if len(reasons) > 0 {
			return "it was rejected, " + reasons[0], nil
		}
	}
	return "", nil
}

// FateIn says of such a row what the warehouse knows and a version does not: which row repeats it or carries its key now.
func FateIn(ctx context.Context, q, ledger warehouse.Queryer, fileIDs []int, sheet string, row int) (string, error) {
	type place struct {
		File   string `db:"file"`
		Sheet  string `db:"sheet"`
		Number int    `db:"row_number"`
	}
	for _, id := range fileIDs {
		at := fmt.Sprintf(" as r where r.file_id = %d and r.row_number = %d and (%s = '' or r.sheet = %[3]s)", id, row, text(sheet))
		for _, d := range rowsOf() {
			there, err := warehouse.One[bool](ctx, ledger, "select count(*) > 0 from duckdb_tables() where schema_name = 'raw' and table_name = ?", d.Dataset)
			if err != nil {
				return "", err
			}
			if !there {
				continue
			}
			keys, err := warehouse.Select[string](ctx, ledger, "select "+d.Key+" from raw."+d.Dataset+at)
			if err != nil {
				return "", err
			}
			if len(keys) == 0 {
				continue
			}
			now, err := warehouse.Select[place](ctx, q, "select f.name as file, coalesce(r.sheet, '') as sheet, r.row_number from "+d.Table+" as r join core.source_file as f on f.file_id = r.file_id where "+d.Key+" = ?", keys[0])
			if err != nil {
				return "", err
			}
			if len(now) == 0 {
				return fmt.Sprintf("no export that counts has %s %s any more", d.Dataset, keys[0]), nil
			}
			return fmt.Sprintf("%s %s counts as received later, in row %d of %s", d.Dataset, keys[0], now[0].Number, strings.TrimSuffix(now[0].File+", sheet "+now[0].Sheet, ", sheet ")), nil
		}
		for _, kind := range []string{"'it repeats row ' || cast(r.first_row as varchar) || ' of its file' from raw.duplicate", "'it was ignored: ' || r.reason from raw.ignored"} {
			said, err := warehouse.Select[string](ctx, ledger, "select "+kind+at)
			if err != nil || len(said) > 0 {
				return strings.Join(said[:min(len(said), 1)], ""), err
			}
		}
	}
	return "", nil
}
