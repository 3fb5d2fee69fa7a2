package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// showFigures offers the figures of the first turn to the models and metrics that read mart.figure.
const showFigures = `create view mart.figure as
select v.metric, p.period, v.period_index, v.span, v.region_code, v.scope, v.slice, v.num, v.den, v.value
from rollup.value as v
join run.period as p on p.period_index = v.period_index`

// writeMetrics makes mart.metric, the catalogue.
func writeMetrics(ctx context.Context, q warehouse.Queryer, catalogue []*Metric) error {
	const table = `create table mart.metric (metric varchar, title_zh varchar, title_en varchar, definition_zh varchar, definition_en varchar, unit varchar, better varchar,
		goal double, basis varchar, aggregate varchar, spans varchar, scopes varchar, slices varchar, theme varchar, sort_order integer, subject varchar, datasets varchar, formula varchar, sql varchar,
		is_ranked boolean, is_census boolean, has_interval boolean, is_by_enterprise boolean)`
	if _, err := q.ExecContext(ctx, table); err != nil {
		return err
	}
	rows := warehouse.NewRows("mart.metric")
	for _, m := range catalogue {
		rows.Add(m.ID, m.TitleZH, m.TitleEN, m.DefinitionZH, m.DefinitionEN, m.Unit, m.Better, m.Goal, m.Basis, m.Aggregate,
			strings.Join(m.Spans, " "), strings.Join(m.Scopes, " "), strings.Join(m.Slices, ";"), m.Theme, m.Sort, m.Subject, reachText(m.Datasets),
			m.Formula, m.SQL, m.Rank != "", m.Rank == "exact", m.Interval == "wilson", m.By)
	}
	if err := rows.Insert(ctx, q); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `update mart.metric as m set goal = g.goal from run.goal as g where g.metric = m.metric`)
	return err
}

// figureID is the readable id of a row of rollup.value (v) in period p.
const figureID = `v.metric || '.' || p.period || case v.span when 'quarter' then 'q' when 'ytd' then 'y' else '' end || '.' || v.region_code
	|| case v.scope when 'own' then 'o' else '' end || case when v.slice = '' then '' else ':' || v.slice end`

// writeFigures makes mart.figure in the order of tables, with intervals, goals, ranks and the values of a quarter and a year before.
func writeFigures(ctx context.Context, q warehouse.Queryer) error {
	statement := fmt.Sprintf(`drop view mart.figure;
create table mart.figure as
with
%[1]s,
ranked as (
  select 'all' as scope, '' as slice, * from rollup.rank
)
select
  %[2]s as figure_id,
  v.metric, p.period, v.period_index, v.span, v.region_code, v.scope, v.slice, v.num, v.den, v.value,
  case when m.has_interval then v.wilson_lower else v.lower end as lower,
  case when m.has_interval then v.wilson_upper else v.upper end as upper,
  coalesce(v.den, v.num) < r.min_base as is_small,
  m.goal,
  case m.better when 'higher' then v.value >= m.goal when 'lower' then v.value <= m.goal end as is_goal_met,
  k.rank, k.rank_low, k.rank_high, k.rank_of, k.band,
  b.value as prior_value,
  y.value as prior_year_value
from wilson as v
join run.period as p on p.period_index = v.period_index
join mart.metric as m on m.metric = v.metric
join run.region as g on g.region_code = v.region_code
cross join run.parameter as r
left join ranked as k on k.metric = v.metric and k.period_index = v.period_index and k.span = v.span and k.region_code = v.region_code and k.scope = v.scope and k.slice = v.slice
left join rollup.value as b on b.metric = v.metric and b.period_index = v.period_index - 1 and b.span = v.span and b.region_code = v.region_code and b.scope = v.scope and b.slice = v.slice and b.slice = ''
left join rollup.value as y on y.metric = v.metric and y.period_index = v.period_index - 4 and y.span = v.span and y.region_code = v.region_code and y.scope = v.scope and y.slice = v.slice and y.slice = ''
order by m.sort_order, v.metric, v.period_index, v.span, g.sort_order, v.region_code, v.scope, v.slice`, wilson("rollup.value"), figureID)
	if _, err := q.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("mart.figure: %w", err)
	}
	return nil
}

// placed is one region's value among those it is ranked with.
type placed struct {
	Metric      string  `db:"metric"`
	PeriodIndex int     `db:"period_index"`
	Span        string  `db:"span"`
	Region      string  `db:"region_code"`
	Num         float64 `db:"num"`
	Den         float64 `db:"den"`
	Value       float64 `db:"value"`
	Better      string  `db:"better"`
	IsCensus    bool    `db:"is_census"`
	HasInterval bool    `db:"has_interval"`
}

const rankTable = `create table rollup.rank (metric varchar, period_index integer, span varchar, region_code varchar, rank integer, rank_low integer, rank_high integer, rank_of integer, band varchar);
`

const funnelTable = `create table mart.funnel (figure_id varchar, metric varchar, period varchar, period_index integer, span varchar, region_code varchar, num decimal(18, 2), den bigint, value double, pooled double,
  lower_95 double, upper_95 double, lower_998 double, upper_998 double, phi double, tau2 double,
  wide_lower_95 double, wide_upper_95 double, wide_lower_998 double, wide_upper_998 double, position varchar);`

// writeRanks ranks the cities in every metric that is ranked, and draws the funnel of those that estimate a proportion: of the groups
// of values (v) that a condition names, a group being a metric, period and span.
func writeRanks(ctx context.Context, q warehouse.Queryer, groups string) error {
	rows, err := warehouse.Select[placed](ctx, q, `select v.metric, v.period_index, v.span, v.region_code, cast(v.num as double) as num, cast(v.den as double) as den, v.value, m.better, m.is_census, m.has_interval
from rollup.value as v
join mart.metric as m on m.metric = v.metric
join run.region as g on g.region_code = v.region_code
where m.is_ranked and v.slice = '' and v.scope = 'all' and g.level = 'city' and v.den > 0 and v.num is not null and (`+groups+`)
order by v.metric, v.period_index, v.span, v.region_code`)
	if err != nil {
		return err
	}
	periods, err := warehouse.Select[string](ctx, q, "select period from run.period order by period_index")
	if err != nil {
		return err
	}
	ranks, funnels := warehouse.NewRows("rollup.rank"), warehouse.NewRows("mart.funnel")
	var draws lastDraw
	for at := 0; at < len(rows); {
		end := at + 1
		for end < len(rows) && rows[end].Metric == rows[at].Metric && rows[end].PeriodIndex == rows[at].PeriodIndex && rows[end].Span == rows[at].Span {
			end++
		}
		group := rows[at:end]
		at = end
		rankGroup(ranks, group, &draws)
		if group[0].HasInterval {
			funnelGroup(funnels, group, periods[group[0].PeriodIndex])
		}
	}
	if err := ranks.Insert(ctx, q); err != nil {
		return err
	}
	return funnels.Insert(ctx, q)
}

func rankGroup(out *warehouse.Rows, group []placed, draws *lastDraw) {
	first := group[0]
	values, shares := make([]float64, len(group)), make([]Share, len(group))
	for i, p := range group {
		values[i], shares[i] = p.Value, Share{p.Num, p.Den}
	}
	var bands []Band
	if first.IsCensus {
		bands = ExactRanks(values, first.Better == "higher")
	} else {
		bands = draws.bandsOf(shares, first.Better == "higher")
	}
	for i, b := range bands {
		var band any // null where nothing is said
		if b.Third != "" {
			band = b.Third
		}
		out.Add(first.Metric, first.PeriodIndex, first.Span, group[i].Region,
			b.Rank, b.Low, b.High, b.Of, band)
	}
}

// lastDraw keeps the bands drawn last: in the first quarter of a year those of the year so far are the same.
type lastDraw struct {
	drawer Drawer
	shares []Share
	higher bool
	bands  []Band
}

func (d *lastDraw) bandsOf(shares []Share, higher bool) []Band {
	if d.bands == nil || d.higher != higher || !slices.Equal(d.shares, shares) {
		d.shares, d.higher, d.bands = shares, higher, d.drawer.RankBands(shares, higher)
	}
	return d.bands
}

func funnelGroup(out *warehouse.Rows, group []placed, period string) {
	shares := make([]Share, len(group))
	for i, p := range group {
		shares[i] = Share{p.Num, p.Den}
	}
	f := NewFunnel(shares)
	letter := map[string]string{"quarter": "q", "ytd": "y"}
	for i, p := range group {
		lower95, upper95 := f.Limits(p.Den, z95)
		lower998, upper998 := f.Limits(p.Den, z998)
		wideLower95, wideUpper95 := f.Wide(p.Den, z95)
		wideLower998, wideUpper998 := f.Wide(p.Den, z998)
		out.Add(p.Metric+"."+period+letter[p.Span]+"."+p.Region, p.Metric, period, p.PeriodIndex, p.Span, p.Region,
			p.Num, p.Den, p.Value, f.Pooled, lower95, upper95, lower998, upper998, f.Phi, f.Tau2,
			wideLower95, wideUpper95, wideLower998, wideUpper998, f.Position(shares[i]))
	}
}
