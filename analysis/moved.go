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
	more := ""
	for _, name := range []string{"value", "days", "event"} {
		if slices.Contains(s.Either().columns, name) {
			more += " || ' " + name + " ' || coalesce(cast(" + name + " as varchar), '—')"
		}
	}
	side := func(table string) string {
		return "select subject_kind, subject_id, min(code) as code, cast(coalesce(sum(case when in_num then num_weight end), 0) as decimal(18, 2)) as num, cast(coalesce(sum(case when in_den then den_weight end), 0) as bigint) as den, " +
			"string_agg((case when in_num and in_den then 'num, den' when in_num then 'num' else 'den' end)" + more + ", ' + ' order by in_num, in_den) as state from temp." + table + " group by subject_kind, subject_id"
	}
	statement := "create or replace temp table moved as select coalesce(n.subject_kind, o.subject_kind) as subject_kind, coalesce(n.subject_id, o.subject_id) as subject_id, coalesce(n.code, o.code) as code, " +
		"case when n.num <> o.num and n.state = o.state then o.state || ' (' || cast(o.num as varchar) || ')' else coalesce(o.state, '—') end as was, " +
		"case when n.num <> o.num and n.state = o.state then n.state || ' (' || cast(n.num as varchar) || ')' else coalesce(n.state, '—') end as state, " +
		"coalesce(n.num, 0) - coalesce(o.num, 0) as num, coalesce(n.den, 0) - coalesce(o.den, 0) as den\nfrom (" + side(nowTable) + ") as n full join (" + side(thenTable) +
		") as o on o.subject_kind = n.subject_kind and o.subject_id = n.subject_id\nwhere n.state is distinct from o.state or n.num is distinct from o.num or n.den is distinct from o.den"
	if _, err := tx.ExecContext(ctx, statement); err != nil {
		return Moved{}, err
	}
	moved, err := warehouse.One[Moved](ctx, tx, "select count(*) as subjects, cast(cast(coalesce(sum(num), 0) as decimal(18, 2)) as varchar) as num, cast(cast(coalesce(sum(den), 0) as bigint) as varchar) as den from temp.moved")
	if err != nil {
		return moved, err
	}
	return moved, s.accounts(moved)
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
	query := "with moved as materialized (select * from temp.moved order by subject_kind, subject_id" + cut + "),\nlink as (\n" + strings.Join(s.links(), "\nunion\n") + "\n),\n" +
		"near as materialized (select * from temp.changed_row where day is null or day <= (select d from mart.period where period_index = " + fmt.Sprint(t.PeriodIndex) + ")),\n" +
		`placed as (
  select c.*, substr(coalesce(c.region, c.old_region, a.region_code, e.region_code), 1, 4) as city
  from near as c left join core.agency as a on a.agency_code = coalesce(c.agency, c.old_agency) left join core.enterprise as e on e.uscc = coalesce(c.uscc, c.old_uscc)
),
cause as (
  select l.subject_kind, l.subject_id, '` + whySubject + `' as why, 0 as place, c.* from link as l join near as c on c.dataset = l.dataset and c.row_key = l.row_key
  union all
  select l.subject_kind, l.subject_id, '` + whyOwns + `', 1, c.* from (select distinct subject_kind, subject_id, uscc from link where uscc is not null) as l join near as c on (c.uscc = l.uscc or c.old_uscc = l.uscc)
  union all
  select l.subject_kind, l.subject_id, 'of the agency', 2, c.* from (select distinct subject_kind, subject_id, agency from link where agency is not null) as l join near as c on (c.agency = l.agency or c.old_agency = l.agency) and c.dataset in ('agency', 'officer', 'plan_item')
  union all
  select l.subject_kind, l.subject_id, 'of the city', 3, c.* exclude (city) from (select distinct subject_kind, subject_id, city from link where city is not null) as l
  join placed as c on c.city = l.city
),
closest as (select *, row_number() over (partition by subject_kind, subject_id, dataset, row_key order by place) as turn from cause),
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

// links are SELECTs of what a moved subject is of, in either version: its rows (dataset, row_key), enterprise, agency, city.
func (s *Sides) links() []string {
	const none = "cast(null as varchar)"
	link := func(kind, dataset, key, uscc, agency, from string) []string {
		var both []string
		for _, catalog := range []string{s.Old, s.Fresh} {
			both = append(both, "select m.subject_kind, m.subject_id, "+dataset+" as dataset, "+key+" as row_key, "+uscc+" as uscc, "+agency+" as agency, "+none+" as city from moved as m "+
				strings.ReplaceAll(from, "@", warehouse.Ident(catalog)+".core.")+" where m.subject_kind = '"+kind+"'")
		}
		return both
	}
	return slices.Concat(
		link("visit", "'inspection'", "i.inspection_id", "i.uscc", "i.agency_code", "join @inspection as i on i.visit_id = m.subject_id"),
		link("inspection", "'inspection'", "i.inspection_id", "i.uscc", "i.agency_code", "join @inspection as i on i.inspection_id = m.subject_id"),
		link("hazard", "'hazard'", "h.hazard_id", "h.uscc", none, "join @hazard as h on h.hazard_id = m.subject_id"),
		link("episode", "'hazard'", "h.hazard_id", "h.uscc", none, "join @hazard as h on h.episode_id = m.subject_id"),
		link("plan_item", "'plan_item'", "i.plan_item_id", "i.uscc", "i.agency_code", "join @plan_item as i on i.plan_item_id = m.subject_id"),
		link("penalty", "'penalty'", "p.penalty_id", "p.uscc", "p.agency_code", "join @penalty as p on p.penalty_id = m.subject_id"),
		link("officer", "'officer'", "o.officer_id", none, "o.agency_code", "join @officer as o on o.officer_id = m.subject_id"),
		[]string{"select subject_kind, subject_id, 'enterprise', subject_id, subject_id, " + none + ", " + none + " from moved where subject_kind = 'enterprise'",
			"select subject_kind, subject_id, 'agency', subject_id, " + none + ", subject_id, " + none + " from moved where subject_kind = 'agency'",
			"select subject_kind, subject_id, " + none + ", " + none + ", " + none + ", " + none + ", substr(subject_id, 1, 4) from moved where subject_kind = 'quarterly_return'"},
	)
}
