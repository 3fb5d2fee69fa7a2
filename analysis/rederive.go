package analysis

import (
	"context"
	"fmt"
	"hash/fnv"
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

// derivable is a metric whose figures are sums over its evidence.
type derivable struct {
	Metric    string `db:"metric"`
	SQL       string `db:"sql"`
	Spans     string `db:"spans"`
	Scopes    string `db:"scopes"`
	Aggregate string `db:"aggregate"`
}

const derivables = `select metric, sql, spans, scopes, aggregate from mart.metric where aggregate in ('ratio', 'count') order by sort_order, metric`

// Rederive counts every ratio and count of a period again, the way trace does: from the evidence, past the roll-up. It holds those of each
// county, and of a city's and the province's own; what they add up to is another check's business. Of a metric without own figures it holds
// the province's.
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

// rederiveSample is Rederive of a part that costs next to nothing: of each metric whose evidence is a plain scan, one county in one period.
// Which ones the metric's name decides, so that all kinds of metric, spans and many places are among them.
func rederiveSample(ctx context.Context, q warehouse.Queryer) (Rederived, error) {
	metrics, err := warehouse.Select[derivable](ctx, q, derivables)
	if err != nil {
		return Rederived{}, err
	}
	type place struct {
		Period int    `db:"period_index"`
		Code   string `db:"region_code"`
	}
	places, err := warehouse.Select[place](ctx, q, `select distinct f.period_index, f.region_code from mart.figure as f join run.region as g on g.region_code = f.region_code
		where g.level = 'county' and f.slice = '' order by 1, 2`)
	if err != nil || len(places) == 0 {
		return Rederived{}, err
	}
	var all Rederived
	for _, m := range metrics {
		if m.isCostly() || m.Scopes == "all" {
			continue
		}
		dice := fnv.New32a()
		dice.Write([]byte(m.Metric))
		at := places[int(dice.Sum32()%uint32(len(places)))]
		found, err := m.rederive(ctx, q, at.Period, at.Code)
		if err != nil {
			return all, err
		}
		all.add(found)
	}
	return all, nil
}

// isCostly says that the evidence is more than a scan with look-ups.
func (m derivable) isCostly() bool {
	return strings.Contains(m.SQL, "group by") || strings.Contains(m.SQL, "over (") || strings.Contains(m.SQL, "distinct")
}

// rederive holds the metric's figures of a period in every span; of one code, or of all.
func (m derivable) rederive(ctx context.Context, q warehouse.Queryer, period int, code string) (Rederived, error) {
	columns, err := evidenceColumns(ctx, q, m.SQL)
	if err != nil {
		return Rederived{}, fmt.Errorf("%s: %w", m.Metric, err)
	}
	column, inDen, inNum := countsIn(columns, period)
	var branches []string
	for span := range strings.FieldsSeq(m.Spans) {
		where := append([]string{"e.code is not null"}, spanned(columns, span, period)...)
		if code != "" {
			where = append(where, "e.code = "+text(code))
		}
		branches = append(branches, fmt.Sprintf("select %s as span, e.code, sum(case when %s then %s else 0 end) as num, sum(case when %s then %s else 0 end) as den\nfrom evidence as e\nwhere %s\ngroup by e.code",
			text(span), inNum, column("num", "1"), inDen, column("den", "1"), strings.Join(where, " and ")))
	}
	held, place := "(f.scope = 'own' or g.level = 'county')", "r.code"
	if m.Scopes == "all" {
		held, place = "g.level = 'province'", "substr(r.code, 1, 2) || '0000'"
	}
	if code != "" {
		held += " and f.region_code = " + text(code)
	}
	exists := "sum(r.num) > 0"
	if m.Aggregate == "ratio" {
		exists = "sum(r.den) > 0"
	}
	compared, err := warehouse.Select[struct {
		ID   string `db:"figure_id"`
		Same bool   `db:"is_same"`
	}](ctx, q, fmt.Sprintf(`with evidence as (
%s
),
counted as (
%s
),
derived as (
  select r.span, %s as code, cast(sum(r.num) as decimal(18, 2)) as num, cast(sum(r.den) as bigint) as den
  from counted as r join run.region as k on k.region_code = %[3]s
  group by r.span, %[3]s having %s
),
figure as (
  select f.figure_id, f.span, f.region_code as code, f.num, f.den
  from mart.figure as f join run.region as g on g.region_code = f.region_code
  where f.metric = %s and f.period_index = %d and f.slice = '' and %s
)
select
  coalesce(f.figure_id, %[5]s || '.' || p.period || case d.span when 'quarter' then 'q' when 'ytd' then 'y' else '' end || '.' || d.code || case when g.level = 'county' or %[8]s then '' else 'o' end) as figure_id,
  coalesce(f.num is not distinct from d.num and (f.den is null or f.den = d.den), false) as is_same
from derived as d
full join figure as f on f.span = d.span and f.code = d.code
left join run.region as g on g.region_code = d.code
left join run.period as p on p.period_index = %[6]d
order by 1`, m.SQL, strings.Join(branches, "\nunion all\n"), place, exists, text(m.Metric), period, held, fmt.Sprint(m.Scopes == "all")))
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
