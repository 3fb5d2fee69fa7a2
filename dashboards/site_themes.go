package dashboards

import (
	"context"
	"fmt"
	"strings"
)

// themes are the rows behind the charts of all pages, read once for all periods and regions of a rendering: one query a theme,
// not one a page. Rows are texts in the columns their query names, in the order they are shown.
type themes struct {
	waterfall map[place][][]string // step, reason, items
	agencies  map[place][][]string // earlier_agency, earlier_name, later_agency, later_name, net, visible, gross; then the place's totals of these three and its groups
	caps      map[place][][]string // level, max_visits, used, enterprises
	capMonths map[place][][]string // level, max_visits, month, used by its end
	curves    map[place][][]string // slice, day, at_risk, cumulative, lower, upper
	classes   map[place][][]string // class, class_kind, episodes, recurrences
	funnels   map[place][][]string // place.region is metric and span; region_code, den, value, pooled, four limits, position, is_wide, num
}

// place is what a theme's rows belong to.
type place struct{ period, region string }

// matrixRows bounds the pairs of agencies kept of one place: the picture shows those of twelve agencies, the table twenty.
const matrixRows = 2000

// readThemes reads what these periods show.
func readThemes(ctx context.Context, m *Mart, shown []Period) (*themes, error) {
	var names []string
	for _, p := range shown {
		names = append(names, "'"+strings.ReplaceAll(p.Name, "'", "''")+"'")
	}
	in := "period in (" + strings.Join(names, ", ") + ")"
	t := &themes{}
	for _, theme := range []struct {
		table string
		into  *map[place][][]string
		query string
	}{
		{"waterfall", &t.waterfall, `select period, region_code, step, reason, items from mart.waterfall where ` + in + ` and scope = 'all' order by sort_order, reason`},
		{"duplicate_matrix", &t.agencies, fmt.Sprintf(`with pairs as (
				select period, city_code as place, earlier_agency, later_agency, any_value(earlier_name) as earlier_name, any_value(later_name) as later_name,
				  sum(net_pairs) as net, sum(visible_pairs) as visible, sum(pairs) as gross
				from mart.duplicate_matrix where %s and span = 'ytd' and net_pairs > 0 group by period, city_code, earlier_agency, later_agency
			), everywhere as (
				select period, place, earlier_agency, later_agency, earlier_name, later_name, net, visible, gross from pairs where place <> ''
				union all
				select period, '*', earlier_agency, later_agency, any_value(earlier_name), any_value(later_name), sum(net), sum(visible), sum(gross)
				from pairs group by period, earlier_agency, later_agency
			), ranked as (
				select *, row_number() over (partition by period, place order by net desc, earlier_agency, later_agency) as position,
				  sum(net) over (partition by period, place) as all_net, sum(visible) over (partition by period, place) as all_visible,
				  sum(gross) over (partition by period, place) as all_gross, count(*) over (partition by period, place) as groups
				from everywhere
			)
			select period, place, earlier_agency, earlier_name, later_agency, later_name, net, visible, gross, all_net, all_visible, all_gross, groups
			from ranked where position <= %d order by period, place, position`, in, matrixRows)},
		{"cap_use", &t.caps, `select period, region_code, level, max_visits, used, sum(enterprises) from mart.cap_use
			where ` + in + ` group by period, region_code, level, max_visits, used having sum(enterprises) > 0 order by level, max_visits, used`},
		{"cap_month", &t.capMonths, `select period, region_code, level, max_visits, month, used from mart.cap_month
			where ` + in + ` order by period, region_code, level, max_visits, month`},
		{"km_curve", &t.curves, `select period, region_code, coalesce(slice, ''), day, at_risk, cumulative, lower, upper from mart.km_curve
			where ` + in + ` and (coalesce(slice, '') = '' or starts_with(slice, 'sector=')) order by period, region_code, 3, day`},
		{"recurrence_matrix", &t.classes, `select period, region_code, class, class_kind, episodes, recurrences from mart.recurrence_matrix
			where ` + in + ` and span = 'ytd' order by period, region_code, recurrences desc, episodes desc, class, class_kind`},
		{"funnel", &t.funnels, `select period, metric || ' ' || span, region_code, den, value, pooled, coalesce(wide_lower_95, lower_95), coalesce(wide_upper_95, upper_95),
			coalesce(wide_lower_998, lower_998), coalesce(wide_upper_998, upper_998), position, coalesce(tau2, 0) > 0, num
			from mart.funnel where ` + in + ` order by period, metric, span, den, region_code`},
	} {
		*theme.into = map[place][][]string{}
		if !m.HasTable(theme.table) {
			continue
		}
		rows, err := m.texts(ctx, "mart."+theme.table, theme.query)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			at := place{row[0], row[1]}
			(*theme.into)[at] = append((*theme.into)[at], row[2:])
		}
	}
	return t, nil
}
