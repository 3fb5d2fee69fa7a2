package analysis

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// Rederived is what came of counting figures again from the rows behind them.
type Rederived struct {
	Figures int64    // counted again
	Broken  []string // ids of those that are something else
}

func (r *Rederived) add(more Rederived) {
	r.Figures += more.Figures
	r.Broken = append(r.Broken, more.Broken...)
}

// derivable is a metric with what it takes to count its figures again from its evidence.
type derivable struct {
	Metric    string   `db:"metric"`
	SQL       string   `db:"sql"`
	Spans     string   `db:"spans"`
	Scopes    string   `db:"scopes"`
	Aggregate string   `db:"aggregate"`
	Formula   string   `db:"formula"`
	columns   []string // of the evidence, where they are known
}

const derivables = `select metric, sql, spans, scopes, aggregate, formula from mart.metric order by sort_order, metric`

// Rederive makes every figure of a period again, the way trace does: from the evidence, past the roll-up. It holds those of each county, and
// of a city's and the province's own; what they add up to is another check's business. Of a metric without own figures it holds the
// province's.
func Rederive(ctx context.Context, q warehouse.Queryer, period string) (Rederived, error) {
	index, err := warehouse.One[int](ctx, q, "select period_index from run.period where period = ?", period)
	if err != nil {
		return Rederived{}, err
	}
	metrics, err := warehouse.Select[derivable](ctx, q, derivables)
	if err != nil {
		return Rederived{}, err
	}
	var all Rederived
	for _, m := range metrics {
		found, err := m.rederive(ctx, q, index, "")
		if err != nil {
			return all, err
		}
		all.add(found)
	}
	return all, nil
}

// sampledSchema holds, while a sample is made again, a county's rows of tables that the evidence of several metrics scans.
const sampledSchema = "sampled"

// rederiveSample is Rederive of a part that costs next to nothing: of each metric one county in one period, which names decide, so that all
// kinds of metric, spans and many places are among them. What several metrics scan is read once: they have their county in common. Evidence
// that groups is made whole before a county can be taken out of it: of the metrics with such evidence one has its turn in a build, by how
// many figures there are.
func rederiveSample(ctx context.Context, q warehouse.Queryer, catalogue []*Metric) (sample Rederived, err error) {
	type place struct {
		Period int    `db:"period_index"`
		Code   string `db:"region_code"`
	}
	places, err := warehouse.Select[place](ctx, q, `select distinct f.period_index, f.region_code from mart.figure as f join run.region as g on g.region_code = f.region_code
		where g.level = 'county' and f.slice = '' order by 1, 2`)
	if err != nil || len(places) == 0 {
		return Rederived{}, err
	}
	of := func(name string) place {
		dice := fnv.New32a()
		dice.Write([]byte(name))
		return places[int(dice.Sum32()%uint32(len(places)))]
	}
	if _, err := q.ExecContext(ctx, "create schema "+sampledSchema); err != nil {
		return Rederived{}, err
	}
	defer func() {
		_, dropped := q.ExecContext(context.WithoutCancel(ctx), "drop schema "+sampledSchema+" cascade")
		err = errors.Join(err, dropped)
	}()
	scans := map[string][]*Metric{} // by table
	for _, m := range catalogue {
		if table := m.scanned(); table != "" {
			scans[table] = append(scans[table], m)
		}
	}
	again := func(m *Metric, sql string, at place) error {
		d := derivable{m.ID, sql, strings.Join(m.Spans, " "), strings.Join(m.Scopes, " "), m.Aggregate, m.Formula, slices.Sorted(maps.Keys(m.columns))}
		found, err := d.rederive(ctx, q, at.Period, at.Code)
		sample.add(found)
		return err
	}
	var grouping []*Metric
	for _, m := range catalogue {
		at, sql := of(m.ID), m.SQL
		switch {
		case len(m.Scopes) == 1: // the province's alone: of no county
			continue
		case m.groups:
			grouping = append(grouping, m)
			continue
		}
		if alike := scans[m.scanned()]; len(alike) > 1 {
			at.Code, sql = of(m.scan.Table).Code, m.scan.Over(sampledSchema)
			if m == alike[0] {
				if err := takeRows(ctx, q, alike, at.Code); err != nil {
					return sample, err
				}
			}
		}
		if err := again(m, sql, at); err != nil {
			return sample, err
		}
	}
	if len(grouping) == 0 {
		return sample, nil
	}
	figures, err := warehouse.One[int](ctx, q, "select count(*) from mart.figure")
	if err != nil {
		return sample, err
	}
	m := grouping[figures%len(grouping)]
	return sample, again(m, m.SQL, of(m.ID))
}

// scanned is the table of which the metric's evidence for a county is made of that county's rows alone, one by one; empty when there is none.
func (m *Metric) scanned() string {
	if m.scan == nil || m.scan.From["code"] != "code" || len(m.Scopes) == 1 {
		return ""
	}
	return m.scan.Table
}

// takeRows puts a county's rows of the table that the evidence of metrics scans into the sampled schema, in the columns they read; whose rows
// they are nobody asks.
func takeRows(ctx context.Context, q warehouse.Queryer, metrics []*Metric, code string) error {
	read := columnsRead(metrics)
	for _, m := range metrics {
		if key := warehouse.Ident(m.scan.Key); !slices.Contains(read, key) && !slices.Contains(read, "null as "+key) {
			read = append(read, "null as "+key)
		}
	}
	table := metrics[0].scan.Table
	_, name, _ := strings.Cut(table, ".")
	_, err := q.ExecContext(ctx, fmt.Sprintf("create table %s.%s as select %s from %s where code = %s", sampledSchema, name, strings.Join(read, ", "), table, coded(code)))
	return err
}

// coded is a region's code as models keep it: next to a text, the codes of all rows would be written as texts first.
func coded(code string) string { return "try_cast(" + text(code) + " as core.region_code)" }

// rederive holds the metric's figures of a period in every span; of one code, or of all.
func (m derivable) rederive(ctx context.Context, q warehouse.Queryer, period int, code string) (Rederived, error) {
	columns := m.columns
	if len(columns) == 0 {
		var err error
		if columns, err = evidenceColumns(ctx, q, m.SQL); err != nil {
			return Rederived{}, fmt.Errorf("%s: %w", m.Metric, err)
		}
	}
	column, inDen, inNum := countsIn(columns, period)
	held, place := "(f.scope = 'own' or g.level = 'county')", "e.code"
	if m.Scopes == "all" {
		held, place = "g.level = 'province'", "substr(e.code, 1, 2) || '0000'"
	}
	only := ""
	if code != "" {
		held += " and f.region_code = " + text(code)
		only = " where e.code = " + coded(code)
	}
	var spans []string
	for span := range strings.FieldsSeq(m.Spans) {
		where := append([]string{"(" + inDen + " or " + inNum + ")"}, spanned(columns, span, period)...)
		spans = append(spans, fmt.Sprintf("select %s as span, %s as code, %s as in_den, %s as in_num, %s as num_weight, %s as den_weight, %s as value, %s as days, %s as event\nfrom evidence as e join run.region as k on k.region_code = %[2]s\nwhere %[10]s",
			text(span), place, inDen, inNum, column("num", "1"), column("den", "1"), column("value", "null"), column("days", "null"), column("event", "null"), strings.Join(where, " and ")))
	}
	compared, err := warehouse.Select[struct {
		ID   string `db:"figure_id"`
		Same bool   `db:"is_same"`
	}](ctx, q, fmt.Sprintf(`with evidence as (
select * from (
%s
) as e%s
),
subject as (
%s
),
derived as (
%s
),
figure as (
  select f.figure_id, f.span, f.region_code as code, f.num, f.den, f.value
  from mart.figure as f join run.region as g on g.region_code = f.region_code
  where f.metric = %s and f.period_index = %d and f.slice = '' and %s
)
select
  coalesce(f.figure_id, %[5]s || '.' || p.period || case d.span when 'quarter' then 'q' when 'ytd' then 'y' else '' end || '.' || d.code || case when g.level = 'county' or %[8]s then '' else 'o' end) as figure_id,
  coalesce((f.num is null or f.num = d.num) and (f.den is null or f.den = d.den) and abs(f.value - d.value) <= 1e-9 * (1 + abs(d.value)), false) as is_same
from derived as d
full join figure as f on f.span = d.span and f.code = d.code
left join run.region as g on g.region_code = d.code
left join run.period as p on p.period_index = %[6]d
order by 1`, m.SQL, only, strings.Join(spans, "\nunion all\n"), m.derivedSQL(period), text(m.Metric), period, held, fmt.Sprint(m.Scopes == "all")))
	if err != nil {
		return Rederived{}, fmt.Errorf("%s: %w", m.Metric, err)
	}
	found := Rederived{Figures: int64(len(compared))}
	for _, c := range compared {
		if !c.Same {
			found.Broken = append(found.Broken, c.ID)
		}
	}
	return found, nil
}

// derivedSQL makes the figures of subject (span, code, in_den, in_num, weights, value, days, event): span, code, num, den, value. The engine's
// own quantiles and a product stand against the histograms and the curve that the figures come from.
func (m derivable) derivedSQL(period int) string {
	const sums = "select span, code, cast(sum(case when in_num then num_weight else 0 end) as decimal(18, 2)) as num, cast(sum(case when in_den then den_weight else 0 end) as bigint) as den from subject group by span, code"
	switch m.Aggregate {
	case "count":
		return "select span, code, num, cast(null as bigint) as den, cast(num as double) as value from (" + sums + ") as s where num > 0"
	case "median", "p90", "max":
		return "select span, code, cast(null as decimal(18, 2)) as num, count(*) as den, quantile_cont(cast(value as double), " + quantileOf(m.Aggregate) + ") as value from subject where in_den group by span, code"
	case "km":
		return `select span, code, cast(sum(case when days <= recurrence_days then events else 0 end) as decimal(18, 2)) as num, cast(max(total) as bigint) as den,
  1 - product(case when days <= recurrence_days then 1 - cast(events as double) / at_risk else 1 end) as value
from (
  select span, code, days, sum(case when event then 1 else 0 end) as events,
    sum(count(*)) over (partition by span, code order by days desc nulls last rows unbounded preceding) as at_risk, sum(count(*)) over (partition by span, code) as total
  from subject where in_den group by span, code, days
) as day cross join run.parameter as r
group by span, code, r.min_base having max(total) >= r.min_base`
	}
	return fmt.Sprintf("select span, code, num, den, value from (select s.span, s.code, s.num, s.den, cast(%s as double) as value from (%s) as s join run.period as p on p.period_index = %d where s.den > 0) as v where value is not null", valueOf(m.Formula), sums, period)
}
