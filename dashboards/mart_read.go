package dashboards

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

type codeKey struct{ column, code string }

// each runs a query and calls scan once per row.
func (m *Mart) each(ctx context.Context, query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := m.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (m *Mart) readTables(ctx context.Context) error {
	return m.each(ctx, `select table_name, column_name from information_schema.columns
		where table_schema = 'mart' order by table_name, ordinal_position`, func(rows *sql.Rows) error {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return err
		}
		m.tables[table] = append(m.tables[table], column)
		return nil
	})
}

func (m *Mart) readPeriods(ctx context.Context) error {
	return m.each(ctx, `select period_index, period, year, quarter, first_day, last_day, d, workdays_to_d, workdays_of_year, coalesce(is_closed, false)
		from mart.period order by period_index`, func(rows *sql.Rows) error {
		var p Period
		if err := rows.Scan(&p.Index, &p.Name, &p.Year, &p.Quarter, &p.FirstDay, &p.LastDay, &p.D, &p.WorkdaysToD, &p.WorkdaysOfYear, &p.IsClosed); err != nil {
			return err
		}
		m.periods[p.Name] = len(m.Periods)
		m.Periods = append(m.Periods, p)
		return nil
	})
}

func (m *Mart) readRegions(ctx context.Context) error {
	var all []Region
	err := m.each(ctx, `select region_code, region_name, coalesce(short_name, region_name), level, coalesce(parent_code, ''), coalesce(city_code, '') from mart.region order by sort_order, region_code`,
		func(rows *sql.Rows) error {
			var r Region
			if err := rows.Scan(&r.Code, &r.Name, &r.Short, &r.Level, &r.Parent, &r.City); err != nil {
				return err
			}
			all = append(all, r)
			return nil
		})
	if err != nil {
		return err
	}
	// A tree in depth order, whatever the order of the rows.
	var place func(parent string)
	place = func(parent string) {
		for _, r := range all {
			if _, seen := m.regions[r.Code]; seen || r.Parent != parent {
				continue
			}
			m.regions[r.Code] = len(m.Regions)
			m.Regions = append(m.Regions, r)
			place(r.Code)
		}
	}
	for _, r := range all {
		if r.Level == LevelProvince {
			m.regions[r.Code] = len(m.Regions)
			m.Regions = append(m.Regions, r)
			place(r.Code)
		}
	}
	if len(m.Regions) == 0 {
		return fmt.Errorf("the region tree has no province")
	}
	return nil
}

func (m *Mart) readMetrics(ctx context.Context) error {
	return m.each(ctx, `select metric, title_zh, title_en, definition_zh, definition_en, coalesce(unit, ''), coalesce(better, 'none'), goal,
			coalesce(basis, ''), coalesce(aggregate, ''), coalesce(cast(spans as varchar), ''), coalesce(cast(scopes as varchar), ''), coalesce(theme, ''), coalesce(sql, ''),
			coalesce(is_ranked, false), coalesce(is_census, false),
			coalesce(has_interval, false)
		from mart.metric order by sort_order, metric`, func(rows *sql.Rows) error {
		var x Metric
		var titleEN, definitionZH, definitionEN sql.NullString
		if err := rows.Scan(&x.ID, &x.TitleZH, &titleEN, &definitionZH, &definitionEN, &x.Unit, &x.Better, &x.Goal,
			&x.Basis, &x.Aggregate, &x.Spans, &x.Scopes, &x.Theme, &x.SQL, &x.IsRanked, &x.IsCensus, &x.HasInterval); err != nil {
			return err
		}
		x.TitleEN, x.DefinitionZH, x.DefinitionEN = titleEN.String, definitionZH.String, definitionEN.String
		m.metrics[x.ID] = len(m.Metrics)
		m.Metrics = append(m.Metrics, x)
		return nil
	})
}

func (m *Mart) readParameters(ctx context.Context) error {
	err := m.each(ctx, `select name, cast(value as varchar), coalesce(note, '') from mart.parameter`, func(rows *sql.Rows) error {
		var p Parameter
		var value sql.NullString
		if err := rows.Scan(&p.Name, &value, &p.Note); err != nil {
			return err
		}
		p.Value = value.String
		m.params[p.Name] = p.Value
		m.Parameters = append(m.Parameters, p)
		return nil
	})
	if err != nil {
		return err
	}
	text := m.params["cut_off"]
	m.CutOffText = strings.TrimSuffix(text, " 23:59:59") // a bare day means its end
	for _, layout := range []string{"2006-01-02 15:04:05.999999", "2006-01-02T15:04:05", "2006-01-02"} {
		if m.CutOff, err = time.Parse(layout, text); err == nil {
			return nil
		}
	}
	return fmt.Errorf("parameter cut_off is %q, not a local timestamp", text)
}

func (m *Mart) readCodes(ctx context.Context) error {
	return m.each(ctx, `select column_name, code, word from mart.code order by column_name, sort_order, code`, func(rows *sql.Rows) error {
		var k codeKey
		var word string
		if err := rows.Scan(&k.column, &k.code, &word); err != nil {
			return err
		}
		if _, known := m.codes[k]; !known {
			m.codeOrder = append(m.codeOrder, k)
		}
		m.codes[k] = word
		return nil
	})
}

func (m *Mart) readFigures(ctx context.Context) error {
	figures, err := m.queryFigures(ctx, `coalesce(slice, '') = ''`)
	for _, f := range figures {
		m.figures[f.Key] = f
	}
	return err
}

func (m *Mart) queryFigures(ctx context.Context, where string, args ...any) ([]Figure, error) {
	var figures []Figure
	interned := map[string]string{}
	intern := func(s string) string {
		if known, ok := interned[s]; ok {
			return known
		}
		s = strings.Clone(s)
		interned[s] = s
		return s
	}
	err := m.each(ctx, `select figure_id, metric, period, span, region_code, scope, coalesce(slice, ''),
			cast(round(num * 100) as bigint), den, value, lower, upper, coalesce(is_small, false), goal, is_goal_met, rank, rank_low, rank_high, rank_of,
			coalesce(band, ''), prior_value, prior_year_value
		from mart.figure where `+where, func(rows *sql.Rows) error {
		var f Figure
		var num, den sql.NullInt64
		k := &f.Key
		if err := rows.Scan(&f.ID, &k.Metric, &k.Period, &k.Span, &k.Region, &k.Scope, &k.Slice, &num, &den, &f.Value, &f.Lower, &f.Upper,
			&f.IsSmall, &f.Goal, &f.IsGoalMet, &f.Rank, &f.RankLow, &f.RankHigh, &f.RankOf, &f.Band, &f.PriorValue, &f.PriorYearValue); err != nil {
			return err
		}
		for _, s := range []*string{&k.Metric, &k.Period, &k.Span, &k.Region, &k.Scope, &k.Slice, &f.Band} {
			*s = intern(*s)
		}
		f.NumCents, f.HasNum = num.Int64, num.Valid
		f.Den, f.HasDen = den.Int64, den.Valid
		figures = append(figures, f)
		return nil
	}, args...)
	return figures, err
}

// readStray learns whether agencies or enterprises have codes that no region bears: their rows count for the regions above alone.
func (m *Mart) readStray(ctx context.Context) error {
	for _, table := range []string{"agency", "enterprise"} {
		if !m.HasColumn(table, "region_code") {
			continue
		}
		if err := m.each(ctx, `select 1 from (select distinct region_code from mart.`+table+`) as t
			where coalesce(region_code, '') <> '' and region_code not in (select region_code from mart.region) limit 1`, func(*sql.Rows) error {
			m.stray = true
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
