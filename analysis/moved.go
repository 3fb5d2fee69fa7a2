package analysis

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// Sides are the two states of one figure, kept side by side on one connection: Then is nil where the figure did not exist.
type Sides struct {
	Now, Then  *Traced
	Old, Fresh string // catalogs of the two versions; equal for two periods of one
}

const (
	nowTable  = "explain_now"
	thenTable = "explain_then"
)

// Open finds the figure in the catalogs old and fresh and keeps its evidence on both sides. Within the transaction names without a
// catalog then mean fresh. The figure must exist on one side at least, else ErrNoFigure.
func Open(ctx context.Context, tx *warehouse.Tx, id, thenID, old, fresh string) (*Sides, error) {
	s := &Sides{Old: old, Fresh: fresh}
	var err error
	for _, side := range []struct {
		catalog, id, table string
		to                 **Traced
	}{{old, thenID, thenTable, &s.Then}, {fresh, id, nowTable, &s.Now}} {
		if _, err = tx.ExecContext(ctx, "use "+warehouse.Ident(side.catalog)); err != nil {
			return nil, err
		}
		found, err := Trace(ctx, tx, side.id)
		if errors.Is(err, ErrNoFigure) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := found.KeepAs(ctx, tx, side.table); err != nil {
			return nil, err
		}
		*side.to = found
	}
	empty := ""
	switch {
	case s.Now == nil && s.Then == nil:
		return nil, fmt.Errorf("%w: %s", ErrNoFigure, id)
	case s.Now == nil:
		empty = "create or replace temp table " + nowTable + " as select * from temp." + thenTable + " limit 0"
	case s.Then == nil:
		empty = "create or replace temp table " + thenTable + " as select * from temp." + nowTable + " limit 0"
	}
	if empty != "" {
		_, err = tx.ExecContext(ctx, empty)
	}
	return s, err
}

// Either is the side that exists, now before then.
func (s *Sides) Either() *Traced {
	if s.Now != nil {
		return s.Now
	}
	return s.Then
}

// Moved sums up which subjects count differently: how many, and by how much numerator and denominator change with them.
type Moved struct {
	Subjects int64  `db:"subjects"`
	Num      string `db:"num"`
	Den      string `db:"den"`
}

// Compare makes the table of subjects that count differently on the two sides, and checks that they are the whole change: the numerators
// and denominators they bring and take sum to what the figures say, exactly.
func (s *Sides) Compare(ctx context.Context, tx *warehouse.Tx) (Moved, error) {
	side := func(table string) string {
		return subjectStates("temp."+table, s.Either().columns, "subject_kind", "subject_id")
	}
	statement := "create or replace temp table moved as " + movedSubjects(side(nowTable), side(thenTable), "subject_kind", "subject_id")
	if _, err := tx.ExecContext(ctx, statement); err != nil {
		return Moved{}, err
	}
	moved, err := warehouse.One[Moved](ctx, tx, "select count(*) as subjects, cast(cast(coalesce(sum(num), 0) as decimal(18, 2)) as varchar) as num, cast(cast(coalesce(sum(den), 0) as bigint) as varchar) as den from temp.moved")
	if err != nil {
		return moved, err
	}
	return moved, s.accounts(moved)
}

// subjectStates sums what each subject of evidence counts for, by these keys: num, den, and its state in words (the part it counts in, and
// its value). code is one of the keys, or the least of the subject's.
func subjectStates(evidence string, columns []string, keys ...string) string {
	more := ""
	for _, name := range measured(columns) {
		more += " || ' " + name + " ' || coalesce(cast(" + name + " as varchar), '—')"
	}
	by := strings.Join(keys, ", ")
	selected := by
	if !slices.Contains(keys, "code") {
		selected += ", min(code) as code"
	}
	return "select " + selected + ", cast(coalesce(sum(case when in_num then num_weight end), 0) as decimal(18, 2)) as num, cast(coalesce(sum(case when in_den then den_weight end), 0) as bigint) as den, " +
		"string_agg((case when in_num and in_den then 'num, den' when in_num then 'num' else 'den' end)" + more + ", ' + ' order by in_num, in_den) as state from " + evidence + " group by " + by
}

// measured are the columns of evidence that say more of a subject than in which part it counts.
func measured(columns []string) []string {
	return slices.DeleteFunc([]string{"value", "days", "event"}, func(name string) bool { return !slices.Contains(columns, name) })
}

// movedSubjects selects the subjects whose state or weight differs between two selections by subjectStates: how each counted (was) and
// counts now (state; — for not at all), and by how much numerator and denominator change with it.
func movedSubjects(now, then string, keys ...string) string {
	selected, same := "", make([]string, len(keys))
	for i, key := range keys {
		selected += "coalesce(n." + key + ", o." + key + ") as " + key + ", "
		same[i] = "o." + key + " = n." + key
	}
	if !slices.Contains(keys, "code") {
		selected += "coalesce(n.code, o.code) as code, "
	}
	return "select " + selected +
		"case when n.num <> o.num and n.state = o.state then o.state || ' (' || cast(o.num as varchar) || ')' else coalesce(o.state, '—') end as was, " +
		"case when n.num <> o.num and n.state = o.state then n.state || ' (' || cast(n.num as varchar) || ')' else coalesce(n.state, '—') end as state, " +
		"coalesce(n.num, 0) - coalesce(o.num, 0) as num, coalesce(n.den, 0) - coalesce(o.den, 0) as den\nfrom (" + now + ") as n full join (" + then +
		") as o on " + strings.Join(same, " and ") + "\nwhere n.state is distinct from o.state or n.num is distinct from o.num or n.den is distinct from o.den"
}

// accounts checks that the moved subjects are the whole difference between the two figures.
func (s *Sides) accounts(moved Moved) error {
	num, den := new(big.Rat), new(big.Rat)
	hasNum, hasDen := s.Either().Num != nil && s.Either().Aggregate != "km", s.Either().Den != nil
	for _, side := range []struct {
		t    *Traced
		sign int64
	}{{s.Now, 1}, {s.Then, -1}} {
		if side.t == nil {
			continue
		}
		sign := new(big.Rat).SetInt64(side.sign)
		if side.t.Num != nil {
			if v, ok := new(big.Rat).SetString(*side.t.Num); ok {
				num.Add(num, v.Mul(v, sign))
			}
		}
		if side.t.Den != nil {
			v := new(big.Rat).SetInt64(*side.t.Den)
			den.Add(den, v.Mul(v, sign))
		}
	}
	movedNum, _ := new(big.Rat).SetString(moved.Num)
	movedDen, _ := new(big.Rat).SetString(moved.Den)
	if s.Now == nil || s.Then == nil {
		return nil // a ratio of 0/0 has no figure: the side without one has a numerator nobody printed
	}
	if hasNum && num.Cmp(movedNum) != 0 || hasDen && den.Cmp(movedDen) != 0 {
		return fmt.Errorf("%s: the subjects that count differently bring %s / %s, the figure changed by %s / %s", s.Either().ID, moved.Num, moved.Den, num.FloatString(2), den.FloatString(0))
	}
	return nil
}

// Cause is a row that changed and a subject that counts differently with it: one line per changed column of the row. A subject no changed
// row stands beside has an empty Dataset: a parameter, a definition or the day d decides it.
type Cause struct {
	Kind    string `db:"subject_kind"`
	Subject string `db:"subject_id"`
	Was     string `db:"was"`
	Is      string `db:"state"`
	Why     string `db:"why"` // counted (the subject's own row), of the enterprise, of the agency, of the city
	Dataset string `db:"dataset"`
	Key     string `db:"row_key"`
	What    string `db:"what"` // new, changed, withdrawn
	Column  string `db:"column"`
	Old     string `db:"old"`
	New     string `db:"new"`
	File    string `db:"file"`
	Sheet   string `db:"sheet"`
	Row     int    `db:"row_number"`
	OldFile string `db:"old_file"`
	OldRow  int    `db:"old_row"`
}

// Causes lists, after Compare, the changed rows behind every subject that counts differently, of at most limit subjects (0: all): its own
// rows, then those of its enterprise, its agency or, of a quarterly return, its city, where the metric rests on their dataset and they
// lie before the end of the period.
func (s *Sides) Causes(ctx context.Context, tx *warehouse.Tx, limit int) ([]Cause, error) {
	t := s.Either()
	var names []string
	for _, r := range t.Datasets {
		names = append(names, r.Dataset)
	}
	if len(names) > 0 {
		names = append(names, "agency", "enterprise")
	}
	if _, err := tx.ExecContext(ctx, "create or replace temp table changed_row ("+changeColumns+")"); err != nil {
		return nil, err
	}
	if err := writeChangedRows(ctx, tx, "temp.changed_row", s.Old, s.Fresh, names); err != nil {
		return nil, err
	}
	cut := ""
	if limit > 0 {
		cut = fmt.Sprintf(" limit %d", limit)
	}
	query := "with moved as materialized (select * from temp.moved order by subject_kind, subject_id" + cut + "),\n" +
		"near as materialized (select * from temp.changed_row where day is null or day <= (select d from mart.period where period_index = " + fmt.Sprint(t.PeriodIndex) + ")),\n" +
		causeRows(links(t.Period, s.Old, s.Fresh, isFilled(t.SQL), isPaired(t.SQL))) + `,
closest as (select *, row_number() over (partition by subject_kind, subject_id, dataset, row_key order by place, why) as turn from cause),
line as (
  select subject_kind, subject_id, why, place, dataset, row_key, what, file, sheet, row_number, old_file, old_row,
    unnest(case when what = 'changed' then changes else [{'column': '', 'old': case when what = 'withdrawn' then array_to_string(list_transform(list_filter(changes, lambda c: c."old" is not null), lambda c: c."column" || ' ' || c."old"), '; ') end,
      'new': case when what = 'new' then array_to_string(list_transform(list_filter(changes, lambda c: c."new" is not null), lambda c: c."column" || ' ' || c."new"), '; ') end}] end) as change
  from closest where turn = 1
)
select m.subject_kind, m.subject_id, m.was, m.state, coalesce(l.why, '') as why, coalesce(l.dataset, '') as dataset, coalesce(l.row_key, '') as row_key, coalesce(l.what, '') as what, coalesce(l.change."column", '') as "column",
  coalesce(l.change."old", '') as "old", coalesce(l.change."new", '') as "new", coalesce(l.file, '') as file, coalesce(l.sheet, '') as sheet, coalesce(l.row_number, 0) as row_number, coalesce(l.old_file, '') as old_file, coalesce(l.old_row, 0) as old_row
from moved as m left join line as l on l.subject_kind = m.subject_kind and l.subject_id = m.subject_id
order by m.subject_kind, m.subject_id, l.place, l.dataset, l.row_key, l.change."column"`
	return warehouse.Select[Cause](ctx, tx, query)
}

// causeRows are common table expressions over moved (subjects) and near (changed rows), the last of them cause: the changed rows that
// stand behind each subject, and how closely (place): its own; those that fill or change the item, or make the pair; those of its
// enterprise; of its agency; of its city.
func causeRows(links []string) string {
	return "link as (\n" + strings.Join(links, "\nunion\n") + `
),
placed as (
  select c.*, substr(coalesce(c.region, c.old_region, a.region_code, e.region_code), 1, 4) as city
  from near as c left join core.agency as a on a.agency_code = coalesce(c.agency, c.old_agency) left join core.enterprise as e on e.uscc = coalesce(c.uscc, c.old_uscc)
),
cause as (
  select l.subject_kind, l.subject_id, l.why, case l.why when '` + whySubject + `' then 0 else 1 end as place, c.* from link as l join near as c on c.dataset = l.dataset and c.row_key = l.row_key
  union all
  select l.subject_kind, l.subject_id, '` + whyOwns + `', 2, c.* from (select distinct subject_kind, subject_id, uscc from link where uscc is not null) as l join near as c on (c.uscc = l.uscc or c.old_uscc = l.uscc)
  union all
  select l.subject_kind, l.subject_id, 'of the agency', 3, c.* from (select distinct subject_kind, subject_id, agency from link where agency is not null) as l join near as c on (c.agency = l.agency or c.old_agency = l.agency) and c.dataset in ('agency', 'officer', 'plan_item')
  union all
  select l.subject_kind, l.subject_id, 'of the city', 4, c.* exclude (city) from (select distinct subject_kind, subject_id, city from link where city is not null) as l
  join placed as c on c.city = l.city
)`
}

// isFilled says that a metric of plan items counts the visits that fill them, isPaired that one of visits counts pairs of them.
func isFilled(sql string) bool {
	return strings.Contains(sql, "is_complete") || strings.Contains(sql, "filled")
}

func isPaired(sql string) bool {
	return strings.Contains(sql, "mart.duplicate_index") || strings.Contains(sql, "mart.visit_duplicate")
}

// links are SELECTs of what a moved subject is of, in either version: its rows (dataset, row_key) and why each is, its enterprise, agency, city.
// filled: also the visits that fill an item at the period, paired: the earlier visits of its pairs.
func links(period, old, fresh string, filled, paired bool) []string {
	const none = "cast(null as varchar)"
	link := func(kind, why, dataset, key, uscc, agency, from string) []string {
		var both []string
		for _, catalog := range []string{old, fresh} {
			in := strings.NewReplacer("@", warehouse.Ident(catalog)+".core.", "#", warehouse.Ident(catalog)+".mart.")
			both = append(both, "select m.subject_kind, m.subject_id, '"+why+"' as why, '"+dataset+"' as dataset, "+key+" as row_key, "+uscc+" as uscc, "+agency+" as agency, "+none+" as city from moved as m "+
				in.Replace(from)+" where m.subject_kind = '"+kind+"'")
		}
		return both
	}
	all := slices.Concat(
		link("visit", whySubject, "inspection", "i.inspection_id", "i.uscc", "i.agency_code", "join @inspection as i on i.visit_id = m.subject_id"),
		link("inspection", whySubject, "inspection", "i.inspection_id", "i.uscc", "i.agency_code", "join @inspection as i on i.inspection_id = m.subject_id"),
		link("hazard", whySubject, "hazard", "h.hazard_id", "h.uscc", none, "join @hazard as h on h.hazard_id = m.subject_id"),
		link("episode", whySubject, "hazard", "h.hazard_id", "h.uscc", none, "join @hazard as h on h.episode_id = m.subject_id"),
		link("plan_item", whySubject, "plan_item", "i.plan_item_id", "i.uscc", "i.agency_code", "join @plan_item as i on i.plan_item_id = m.subject_id"),
		link("plan_item", whyChanges, "plan_change", "c.plan_change_id", none, none, "join @plan_change as c on c.plan_item_id = m.subject_id"),
		link("penalty", whySubject, "penalty", "p.penalty_id", "p.uscc", "p.agency_code", "join @penalty as p on p.penalty_id = m.subject_id"),
		link("officer", whySubject, "officer", "o.officer_id", none, "o.agency_code", "join @officer as o on o.officer_id = m.subject_id"),
		[]string{"select subject_kind, subject_id, '" + whySubject + "', 'enterprise', subject_id, subject_id, " + none + ", " + none + " from moved where subject_kind = 'enterprise'",
			"select subject_kind, subject_id, '" + whySubject + "', 'agency', subject_id, " + none + ", subject_id, " + none + " from moved where subject_kind = 'agency'",
			"select subject_kind, subject_id, '', " + none + ", " + none + ", " + none + ", " + none + ", substr(subject_id, 1, 4) from moved where subject_kind = 'quarterly_return'"},
	)
	if filled {
		all = append(all, link("plan_item", whyFills, "inspection", "i.inspection_id", none, none,
			"join #plan_claim as x on x.plan_item_id = m.subject_id and x.is_filled join #period as p on p.period_index = x.period_index and p.period = "+text(period)+
				" join @inspection as i on i.visit_id = x.visit_id and i.agency_code = x.agency_code")...)
	}
	if paired {
		all = append(all, link("visit", whyEarlier, "inspection", "i.inspection_id", none, none, "join #visit_pair as x on x.later_visit_id = m.subject_id join @inspection as i on i.visit_id = x.earlier_visit_id")...)
	}
	return all
}
