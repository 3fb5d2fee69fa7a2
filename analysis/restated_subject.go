package analysis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// sessions are had from a database that other versions are attached to.
type sessions interface {
	In(ctx context.Context, attached string, work func(*warehouse.Session) error) error
}

// subjectTables hold the subjects of restated figures that count differently since the signing, and the changed rows closest to each.
const subjectTables = `create table rollup.restated_compared (period varchar, metric varchar);
create table rollup.restated_firm (uscc varchar);
create table rollup.restated_id (id varchar);
create table rollup.closed_evidence (span varchar, subject_kind varchar, subject_id varchar, code varchar, num decimal(18, 2), den bigint, state varchar);
create table rollup.restated_subject (period varchar, metric varchar, span varchar, subject_kind varchar, subject_id varchar, code varchar, was varchar, state varchar, num decimal(18, 2), den bigint);
create table rollup.restated_cause (period varchar, metric varchar, subject_kind varchar, subject_id varchar, why varchar, dataset varchar, row_key varchar, what varchar, turn bigint, causes bigint,
	file varchar, sheet varchar, row_number integer, old_file varchar, old_sheet varchar, old_row integer);`

// restatedIDs fills rollup.restated_firm, the enterprises of which a row changed, and rollup.restated_id, the ids that evidence can name one by: its
// own, and those of its visits, inspections, hazards, episodes, items and penalties.
func restatedIDs(ctx context.Context, q warehouse.Queryer, old, fresh string) error {
	ids := `delete from rollup.restated_firm;
insert into rollup.restated_firm
select distinct u.uscc from rollup.changed_row as r cross join unnest([r.uscc, r.old_uscc]) as u(uscc) where u.uscc is not null;
delete from rollup.restated_id;
insert into rollup.restated_id
select uscc from rollup.restated_firm`
	for _, catalog := range []string{old, fresh} {
		for _, key := range []string{"visit.visit_id", "inspection.inspection_id", "hazard.hazard_id", "hazard.episode_id", "plan_item.plan_item_id", "penalty.penalty_id"} {
			table, column, _ := strings.Cut(key, ".")
			ids += "\nunion\nselect " + column + " from " + warehouse.Ident(catalog) + ".core." + table + " where uscc in (select uscc from rollup.restated_firm)"
		}
	}
	_, err := q.ExecContext(ctx, ids)
	return err
}

// restatedSubjects compares, metric by metric, the evidence that a period was signed off with to that of now. Only figures that changed are
// looked into, and of a metric that goes by enterprise only the subjects of enterprises of which a row changed. A metric with another
// definition has other evidence altogether: it is left out.
func restatedSubjects(ctx context.Context, q warehouse.Queryer, catalogue []*Metric, period, old, fresh string) error {
	db, ok := q.(Version)
	if !ok {
		return errors.New("a signed-off version can only be read beside a database of its own")
	}
	if err := restatedIDs(ctx, q, old, fresh); err != nil {
		return err
	}
	// Agencies and caps are of no enterprise: their change may move any subject.
	wide, err := warehouse.One[bool](ctx, q, "select count(*) > 0 from rollup.changed_row where dataset in ('agency', 'frequency_cap')")
	if err != nil {
		return err
	}
	restated, err := warehouse.Select[string](ctx, q, `select distinct r.metric from rollup.restated as r join mart.metric as m on m.metric = r.metric
		where r.period = ? and r.definition is not distinct from md5(m.sql || m.formula) and m.sql = (select o.sql from `+warehouse.Ident(old)+`.mart.metric as o where o.metric = r.metric)
		union
		select distinct r.metric from rollup.restated as r join `+warehouse.Ident(old)+`.mart.metric as o on o.metric = r.metric join mart.metric as m on m.metric = r.metric and m.sql = o.sql
		where r.period = ? and r.definition is null order by 1`, period, period)
	if err != nil {
		return err
	}
	c := comparison{period: period, old: old, fresh: fresh}
	var byEnterprise, others []*Metric
	for _, m := range catalogue {
		switch {
		case !slices.Contains(restated, m.ID):
		case m.By && !wide:
			byEnterprise = append(byEnterprise, m)
		default:
			others = append(others, m)
		}
	}
	if err := c.inWhole(ctx, db, others, ""); err != nil {
		return err
	}
	if err := c.ofEnterprises(ctx, db, byEnterprise); err != nil {
		return err
	}
	return restatedCauses(ctx, q, catalogue, period, old, fresh)
}

// comparison is of the subjects of metrics at a period, in a version that lies in the database old, with those in fresh.
type comparison struct {
	period, old, fresh string
}

// subjects compares the subjects of a metric that meet a condition. then and now are at home in the two versions, or in pieces of them.
func (c comparison) subjects(ctx context.Context, m *Metric, then, now warehouse.Queryer, within string) error {
	index := func(database string) (int, error) {
		return warehouse.One[int](ctx, now, "select period_index from "+warehouse.Ident(database)+".run.period where period = ?", c.period)
	}
	oldIndex, err := index(c.old)
	if err != nil {
		return err
	}
	newIndex, err := index(c.fresh)
	if err != nil {
		return err
	}
	rollup := warehouse.Ident(c.fresh) + ".rollup."
	if _, err := then.ExecContext(ctx, "delete from "+rollup+"closed_evidence; insert into "+rollup+"closed_evidence by name "+m.statesAt(oldIndex, within)+";\n"+
		"insert into "+rollup+"restated_compared values ("+text(c.period)+", "+text(m.ID)+")"); err != nil {
		return fmt.Errorf("%s as it was signed off: %w", m.ID, err)
	}
	if _, err := now.ExecContext(ctx, "insert into "+rollup+"restated_subject by name select "+text(c.period)+" as period, "+text(m.ID)+" as metric, s.* from ("+
		movedSubjects(m.statesAt(newIndex, within), "select * from "+rollup+"closed_evidence", "span", "subject_kind", "subject_id", "code")+") as s"); err != nil {
		return fmt.Errorf("%s since it was signed off: %w", m.ID, err)
	}
	return nil
}

// inWhole reads both versions whole.
func (c comparison) inWhole(ctx context.Context, db Version, metrics []*Metric, ids string) error {
	return db.In(ctx, c.old, func(then *warehouse.Session) error {
		for _, m := range metrics {
			if err := c.subjects(ctx, m, then, db, m.among(ids)); err != nil {
				return err
			}
		}
		return nil
	})
}

// among is the condition that a subject is one of a list of ids; of all where there is none.
func (m *Metric) among(ids string) string {
	if ids == "" {
		return "true"
	}
	return subjectKey(m.Subject, "e.subject_id") + " in (" + ids + ")"
}

// ofEnterprises compares the subjects of enterprises of which a row changed: in pieces of the versions, where these are not too many.
func (c comparison) ofEnterprises(ctx context.Context, db Version, metrics []*Metric) error {
	if len(metrics) == 0 {
		return nil
	}
	ids, firms := "select id from "+warehouse.Ident(c.fresh)+".rollup.restated_id", "select uscc from "+warehouse.Ident(c.fresh)+".rollup.restated_firm"
	few, err := warehouse.One[bool](ctx, db, "select (select count(*) from rollup.restated_firm) * 8 <= (select count(*) from core.enterprise)")
	if err != nil {
		return err
	}
	oldOwners, err := ownersIn(ctx, db, c.old)
	if err != nil {
		return err
	}
	owners, err := ownersIn(ctx, db, c.fresh)
	if err != nil {
		return err
	}
	if !few || len(oldOwners) == 0 || len(owners) == 0 {
		return c.inWhole(ctx, db, metrics, ids)
	}
	return inPiece(ctx, db, "piece_then", c.old, oldOwners, firms, func(then *piece) error {
		return inPiece(ctx, db, "piece_now", c.fresh, owners, firms, func(now *piece) error {
			for _, m := range metrics {
				for _, side := range []*piece{then, now} {
					if err := side.offerFor(ctx, m.SQL); err != nil {
						return err
					}
				}
				if err := c.subjects(ctx, m, then, now, m.among(ids)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// statesAt selects what each subject of the metric counts for at a period, in every span.
func (m *Metric) statesAt(period int, within string) string {
	columns := slices.Sorted(maps.Keys(m.columns))
	column, inDen, inNum := countsIn(columns, period)
	counts := "e.code is not null and (" + inDen + " or " + inNum + ")"
	if m.columns["quarter"] {
		counts += fmt.Sprintf(" and e.quarter between %d and %d", period/4*4, period) // the year so far holds the quarter
	}
	more := ""
	for _, name := range measured(columns) {
		more += ", e." + name
	}
	var spans []string
	for _, span := range m.Spans {
		where := append([]string{"true"}, spanned(columns, span, period)...)
		spans = append(spans, "select "+text(span)+" as span, "+column("subject_kind", text(m.Subject))+" as subject_kind, cast(e.subject_id as varchar) as subject_id, e.code, "+inDen+" as in_den, "+inNum+" as in_num, "+
			column("num", "1")+" as num_weight, "+column("den", "1")+" as den_weight"+more+" from evidence as e where "+strings.Join(where, " and "))
	}
	return "with evidence as (select * from (\n" + m.SQL + "\n) as e where " + counts + " and " + within + "),\ncounted as (\n" + strings.Join(spans, "\nunion all\n") + "\n)\n" +
		subjectStates("counted", columns, "span", "subject_kind", "subject_id", "code")
}

// restatedCauses finds the changed rows that stand closest to each moved subject, of the datasets its metric rests on.
func restatedCauses(ctx context.Context, q warehouse.Queryer, catalogue []*Metric, period, old, fresh string) error {
	filled, paired := []string{text("")}, []string{text("")}
	for _, m := range catalogue {
		if isFilled(m.SQL) {
			filled = append(filled, text(m.ID))
		}
		if isPaired(m.SQL) {
			paired = append(paired, text(m.ID))
		}
	}
	_, err := q.ExecContext(ctx, "insert into rollup.restated_cause\nwith counted as materialized (select distinct metric, subject_kind, subject_id from rollup.restated_subject where period = "+text(period)+"),\n"+
		"moved as materialized (select distinct subject_kind, subject_id from counted),\n"+
		"near as materialized (select * exclude (period) from rollup.restated_row where period = "+text(period)+"),\n"+
		causeRows(links(period, old, fresh, true, true))+`,
of_metric as (
  select m.metric, c.*
  from counted as m
  join cause as c on c.subject_kind = m.subject_kind and c.subject_id = m.subject_id
  join rollup.metric_dataset as d on d.metric = m.metric and d.dataset = c.dataset
  where (c.why <> '`+whyFills+`' or m.metric in (`+strings.Join(filled, ", ")+`)) and (c.why <> '`+whyEarlier+`' or m.metric in (`+strings.Join(paired, ", ")+`))
),
once as (select *, row_number() over (partition by metric, subject_kind, subject_id, dataset, row_key order by place, why) as turn from of_metric),
nearest as (select *, rank() over (partition by metric, subject_kind, subject_id order by place) as distance from once where turn = 1),
numbered as (
  select n.* exclude (turn), row_number() over (partition by metric, subject_kind, subject_id order by dataset in ('agency', 'enterprise'), what = 'changed', dataset, row_key) as turn,
    count(*) over (partition by metric, subject_kind, subject_id) as causes
  from nearest as n where distance = 1
)
select `+text(period)+`, metric, subject_kind, subject_id, why, dataset, row_key, what, turn, causes, file, sheet, row_number, old_file, old_sheet, old_row
from numbered`)
	return err
}

// subjectsKept is how many moved subjects of one county, metric and span mart.restatement_subject names; explain lists them all.
const subjectsKept = 50

// restatedSubjectTable writes mart.restatement_subject, and rollup.restated_by: of each restated figure how many subjects count differently,
// by how many rows, and the first of those.
var restatedSubjectTable = fmt.Sprintf(`create table mart.restatement_subject as
with
numbered as (
  select *, row_number() over (partition by period, metric, span, code order by subject_kind, subject_id) as place
  from rollup.restated_subject
)
select
  s.period, s.metric, s.span, s.code as region_code, g.city_code, s.subject_kind, s.subject_id, s.was as counted_then, s.state as counted_now, s.num as num_change, s.den as den_change,
  coalesce(c.why, '') as why, coalesce(c.causes, 0) as rows_behind, coalesce(c.dataset, '') as dataset, coalesce(c.row_key, '') as row_key, coalesce(c.what, '') as what,
  c.file, c.sheet, c.row_number, c.old_file, c.old_sheet, c.old_row
from numbered as s
left join rollup.restated_cause as c on c.period = s.period and c.metric = s.metric and c.subject_kind = s.subject_kind and c.subject_id = s.subject_id and c.turn = 1
left join mart.metric as m on m.metric = s.metric
left join mart.region as g on g.region_code = s.code
where s.place <= %d
order by s.period, m.sort_order, s.metric, s.span, s.code, s.subject_kind, s.subject_id;
create table rollup.restated_by as
with
at_region as (
  select period, metric, span, subject_kind, subject_id, code as region_code, true as is_own from rollup.restated_subject
  union all
  select period, metric, span, subject_kind, subject_id, substr(code, 1, 4) || '00', false from rollup.restated_subject
  union all
  select period, metric, span, subject_kind, subject_id, substr(code, 1, 2) || '0000', false from rollup.restated_subject
),
of_figure as (
  select f.figure_id, s.period, s.metric, s.subject_kind, s.subject_id
  from rollup.restated as f
  join run.region as g on g.region_code = f.region_code
  join at_region as s on s.period = f.period and s.metric = f.metric and s.span = f.span and s.region_code = f.region_code and s.is_own = (f.scope = 'own' or g.level = 'county')
),
subject_count as (
  select figure_id, count(*) as subjects from (select distinct figure_id, subject_kind, subject_id from of_figure) group by figure_id
),
linked as (
  select distinct f.figure_id, c.dataset, c.row_key, c.what, `+changedPlace+` as place
  from of_figure as f
  join rollup.restated_cause as c on c.period = f.period and c.metric = f.metric and c.subject_kind = f.subject_kind and c.subject_id = f.subject_id
),
`+linkedRows+`
select f.figure_id, coalesce(s.subjects, 0) as subjects, coalesce(c.late_rows, 0) as late_rows, coalesce(c.changed_rows, 0) as changed_rows, coalesce(c.source_rows, '') as source_rows
from rollup.restated as f
join rollup.restated_compared as k on k.period = f.period and k.metric = f.metric
left join subject_count as s on s.figure_id = f.figure_id
left join counted as c on c.figure_id = f.figure_id;
`, subjectsKept)
