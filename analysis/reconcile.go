package analysis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// ReconcileError is an identity between figures that does not hold. It blocks publishing: the program is wrong, not the data.
type ReconcileError struct {
	Identity string
	Figures  []string // the first of those that break it
}

// Error names the identity and the figures that break it.
func (e *ReconcileError) Error() string {
	return fmt.Sprintf("reconciliation: %s does not hold for %s", e.Identity, strings.Join(e.Figures, ", "))
}

// rederives is the identity that Rederive holds.
const rederives = "figures re-derive"

// identity is a query that returns the ids of figures that break it, and one of how many were held against it.
type identity struct{ name, note, broken, held string }

// identities hold for every metric, the project's own too.
func identities() []identity {
	return []identity{
		{
			"parts = whole", "the cities and the province's own add up to the province; counties and own to the city; where the metric has both scopes and adds up",
			`with additive as (select metric, unit = 'ratio' or aggregate = 'count' as is_within from mart.metric where aggregate in ('ratio', 'count') and scopes = 'all own'),
whole as (
  select f.figure_id, f.metric, f.period_index, f.span, f.region_code, coalesce(f.num, 0) as num, coalesce(f.den, 0) as den, a.is_within
  from mart.figure as f join additive as a on a.metric = f.metric join run.region as g on g.region_code = f.region_code
  where f.slice = '' and f.scope = 'all' and g.level <> 'county'
),
part as (
  select f.metric, f.period_index, f.span, case when f.scope = 'own' then f.region_code else g.parent_code end as region_code, f.num, f.den
  from mart.figure as f join additive as a on a.metric = f.metric join run.region as g on g.region_code = f.region_code
  where f.slice = '' and (f.scope = 'own' or g.level <> 'province')
),
summed as (select metric, period_index, span, region_code, sum(coalesce(num, 0)) as num, sum(coalesce(den, 0)) as den from part group by all),
stray as (
  select distinct c.metric, c.period_index, c.span, r.region_code
  from rollup.cell as c join run.region as r on r.level = 'province' or r.level = 'city' and substr(r.region_code, 1, 4) = substr(c.code, 1, 4)
  where c.slice = '' and c.code not in (select region_code from run.region)
)
select w.figure_id from whole as w
left join summed as s on s.metric = w.metric and s.period_index = w.period_index and s.span = w.span and s.region_code = w.region_code
left join stray as x on x.metric = w.metric and x.period_index = w.period_index and x.span = w.span and x.region_code = w.region_code
where x.metric is null and (w.is_within and s.num is distinct from w.num or coalesce(s.num, 0) > w.num or coalesce(s.den, 0) <> w.den) order by 1`,
			`select count(*) from mart.figure as f join mart.metric as m on m.metric = f.metric join run.region as g on g.region_code = f.region_code
where m.aggregate in ('ratio', 'count') and m.scopes = 'all own' and f.slice = '' and f.scope = 'all' and g.level <> 'county'`,
		},
		{
			"slices = whole", "the slices of a figure add up to it",
			`with sliced as (
  select f.metric, f.period_index, f.span, f.region_code, split_part(f.slice, '=', 1) as slice, sum(coalesce(f.num, 0)) as num, sum(coalesce(f.den, 0)) as den
  from mart.figure as f join mart.metric as m on m.metric = f.metric
  where f.slice <> '' and m.aggregate in ('ratio', 'count') and m.scopes = 'all own' and m.subject <> 'none' group by all
)
select w.figure_id from sliced as s
join mart.figure as w on w.metric = s.metric and w.period_index = s.period_index and w.span = s.span and w.region_code = s.region_code and w.scope = 'all' and w.slice = ''
where w.den is not null and s.den <> w.den or w.den is null and s.num <> w.num order by 1`,
			`select count(distinct f.metric || f.period || f.span || f.region_code || split_part(f.slice, '=', 1)) from mart.figure as f join mart.metric as m on m.metric = f.metric
where f.slice <> '' and m.aggregate in ('ratio', 'count')`,
		},
		{
			"value = num ÷ den", "every ratio re-derives, and no share of subjects exceeds one",
			`select f.figure_id from mart.figure as f join mart.metric as m on m.metric = f.metric
where m.aggregate = 'ratio' and (m.formula = '' and abs(f.value - cast(f.num as double) / f.den) > 1e-12 or m.unit = 'ratio' and (f.num > f.den or f.num < 0)) order by 1`,
			`select count(*) from mart.figure as f join mart.metric as m on m.metric = f.metric where m.aggregate = 'ratio'`,
		},
		{
			"quarter within ytd", "a year so far holds each of its quarters' numerators",
			`select q.figure_id from mart.figure as q join mart.metric as m on m.metric = q.metric
left join mart.figure as y on y.metric = q.metric and y.period_index = q.period_index and y.span = 'ytd' and y.region_code = q.region_code and y.scope = q.scope and y.slice = q.slice
where q.span = 'quarter' and m.aggregate in ('ratio', 'count') and q.slice = '' and (y.metric is null or y.num < q.num or y.den < q.den) order by 1`,
			`select count(*) from mart.figure where span = 'quarter' and slice = ''`,
		},
	}
}

// relations are what the shipped definitions say of each other: the measures add up to 0, as signed.
func relations() map[string][]string {
	return map[string][]string{
		"key and general items are all items":                    {"A1.den", "-A4k.den", "-A4g.den"},
		"key and general items complete are all complete":        {"A1.num", "-A4k.num", "-A4g.num"},
		"the share of key items counts key items":                {"A5.num", "-A4k.den"},
		"the shares are of all items":                            {"A5.den", "-A1.den"},
		"double-random items are of all items":                   {"A6.den", "-A1.den"},
		"hazards found are what is to be closed":                 {"B3.den", "-E3.num"},
		"major hazards found are what is to be closed":           {"B4.den", "-E3m.num"},
		"hazards per hundred visits are per those visits":        {"B6.den", "-E1.num"},
		"major hazards per thousand visits are per those visits": {"B6m.den", "-E1.num"},
		"visits without hazards are of those visits":             {"B6z.den", "-E1.num"},
		"recurring and unresolved episodes are of one base":      {"B11.den", "-B14.den"},
		"preventing and reached article 113 are of one base":     {"B12w.den", "-B12r.den"},
		"duplicates are of levels or of heads":                   {"C3.num", "-C3l.num", "-C3h.num"},
		"gross duplicates are of all visits":                     {"C3g.den", "-D12.den"},
		"visits on days off are of all visits":                   {"D9w.den", "-D12.den"},
		"several levels and several heads are of one base":       {"C1.den", "-C2.den"},
		"caps exceeded and used up are of one base":              {"C8.den", "-C8u.den"},
		"overlaps of plans and of levels are of one base":        {"C7.den", "-C7x.den"},
		"median, P90 and maximum of the burden are of one base":  {"C10.den", "-C10p.den"},
		"the maximum of the burden is over the same enterprises": {"C10.den", "-C10m.den"},
		"professionals and trained officers are of one base":     {"D14a.den", "-D14b.den"},
	}
}

// counted are volumes straight from the rows of core, by code and quarter: they owe nothing to the intermediates and the roll-up.
const counted = `with
parameter as (select cut_off_date, first_year from run.parameter),
rows as (
  select 'E1' as metric, v.region_code as code, quarter_index(v.started_on, r.first_year) as quarter, cast(count(*) as decimal(18, 2)) as num
  from core.visit as v cross join parameter as r where not v.is_review and v.started_on <= r.cut_off_date group by all
  union all
  select 'E7', v.region_code, quarter_index(v.started_on, r.first_year), cast(count(*) as decimal(18, 2))
  from core.visit as v cross join parameter as r where v.agency_count >= 2 and v.started_on <= r.cut_off_date group by all
  union all
  select 'E2', e.region_code, quarter_index(v.started_on, r.first_year), cast(count(distinct v.uscc) as decimal(18, 2))
  from core.visit as v join core.enterprise as e on e.uscc = v.uscc cross join parameter as r where not v.is_review and v.started_on <= r.cut_off_date group by all
  union all
  select 'E3', h.region_code, quarter_index(h.found_on, r.first_year), cast(count(*) as decimal(18, 2))
  from core.hazard as h cross join parameter as r where not h.is_unknown_inspection and h.found_on <= r.cut_off_date group by all
  union all
  select 'E5', p.region_code, quarter_index(p.decided_on, r.first_year), cast(count(*) as decimal(18, 2))
  from core.penalty as p cross join parameter as r where p.decided_on <= r.cut_off_date group by all
  union all
  select 'E6', p.region_code, quarter_index(p.decided_on, r.first_year), cast(sum(p.amount_yuan) as decimal(18, 2))
  from core.penalty as p cross join parameter as r where p.is_fine and p.amount_yuan is not null and p.decided_on <= r.cut_off_date group by all having sum(p.amount_yuan) > 0
)`

// shippedOnly narrows the identities that rest on shipped definitions: a project's file of the same id means something else.
func shippedOnly(catalogue []*Metric) map[string]bool {
	shipped := map[string]bool{}
	for _, m := range catalogue {
		if strings.HasPrefix(m.File, shippedMetrics+"/") {
			shipped[m.ID] = true
		}
	}
	return shipped
}

// relatedSQL finds the figures that break a relation between shipped metrics, and how many relations were held.
func relatedSQL(shipped map[string]bool) (broken, held string) {
	all := relations()
	names := slices.Sorted(maps.Keys(all))
	var terms []string
	for _, name := range names {
		var one []string
		for _, term := range all[name] {
			sign := "1"
			if rest, minus := strings.CutPrefix(term, "-"); minus {
				sign, term = "-1", rest
			}
			metric, measure, _ := strings.Cut(term, ".")
			if !shipped[metric] {
				one = nil
				break
			}
			one = append(one, "("+text(name)+", "+text(metric)+", "+text(measure)+", "+sign+")")
		}
		terms = append(terms, one...)
	}
	if len(terms) == 0 {
		return "", ""
	}
	from := "from (values " + strings.Join(terms, ", ") + `) as t(name, metric, measure, sign)
join mart.figure as f on f.metric = t.metric and f.slice = ''`
	return `select string_agg(f.figure_id, ', ' order by f.figure_id) || ' (' || t.name || ')' ` + from + `
group by t.name, f.period_index, f.span, f.region_code, f.scope
having sum(t.sign * coalesce(case when t.measure = 'num' then f.num else f.den end, 0)) <> 0 order by 1`,
		"select count(*) " + from
}

// countedSQL finds the volumes of counties, and of a city's or the province's own, that are not what the rows say.
func countedSQL(shipped map[string]bool) (broken, held string) {
	var ids []string
	for _, id := range []string{"E1", "E2", "E3", "E5", "E6", "E7"} {
		if shipped[id] {
			ids = append(ids, text(id))
		}
	}
	if len(ids) == 0 {
		return "", ""
	}
	among := " in (" + strings.Join(ids, ", ") + ")"
	return counted + `,
figures as (
  select f.figure_id, f.metric, f.region_code as code, f.period_index as quarter, f.num
  from mart.figure as f join run.region as g on g.region_code = f.region_code
  where f.metric` + among + ` and f.span = 'quarter' and f.slice = '' and (f.scope = 'own' or g.level = 'county')
)
select coalesce(f.figure_id, r.metric || '.' || p.period || 'q.' || r.code || case when g.level = 'county' then '' else 'o' end)
from (select * from rows where metric` + among + ` and code is not null) as r
full join figures as f on f.metric = r.metric and f.code = r.code and f.quarter = r.quarter
left join run.region as g on g.region_code = r.code
left join run.period as p on p.period_index = r.quarter
where f.num is distinct from r.num and (f.figure_id is not null or g.region_code is not null and p.period is not null) order by 1`,
		"select count(*) from mart.figure as f join run.region as g on g.region_code = f.region_code where f.metric" + among + " and f.span = 'quarter' and f.slice = '' and (f.scope = 'own' or g.level = 'county')"
}

// reconcile holds the figures against each other and against the rows, and writes mart.reconciliation.
func reconcile(ctx context.Context, q warehouse.Queryer, catalogue []*Metric) error {
	const table = `create table mart.reconciliation (identity varchar, figures bigint, is_held boolean, note varchar)`
	if _, err := q.ExecContext(ctx, table); err != nil {
		return err
	}
	checked, shipped := identities(), shippedOnly(catalogue)
	if broken, held := relatedSQL(shipped); broken != "" {
		checked = append(checked, identity{"figures agree", "what one figure counts in two definitions is one number: hazards found and to be closed, visits made and counted per visit", broken, held})
	}
	if broken, held := countedSQL(shipped); broken != "" {
		checked = append(checked, identity{"figures = rows", "visits, enterprises, hazards, penalties and fines of every county and own, counted again from the rows", broken, held})
	}
	rows := warehouse.NewRows("mart.reconciliation")
	for _, identity := range checked {
		broken, err := warehouse.Select[string](ctx, q, identity.broken+" limit 5")
		if err != nil {
			return fmt.Errorf("reconcile %s: %w", identity.name, err)
		}
		if len(broken) > 0 {
			return &ReconcileError{identity.name, broken}
		}
		held, err := warehouse.One[int64](ctx, q, identity.held)
		if err != nil {
			return fmt.Errorf("reconcile %s: %w", identity.name, err)
		}
		rows.Add(identity.name, held, true, identity.note)
	}
	return rows.Insert(ctx, q)
}

// reconcileSample adds what a sample of figures made again came to; one that differs is an error.
func reconcileSample(ctx context.Context, q warehouse.Queryer, sample Rederived) error {
	if len(sample.Broken) > 0 {
		return &ReconcileError{rederives, sample.Broken[:min(5, len(sample.Broken))]}
	}
	rows := warehouse.NewRows("mart.reconciliation")
	rows.Add(rederives, sample.Figures, true, "a county's figures of each metric, made again from the evidence as trace does (of metrics whose evidence groups one in turn); `close` and `doctor` do it for every metric, county and own")
	return rows.Insert(ctx, q)
}
