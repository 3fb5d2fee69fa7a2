package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tongbao/analysis"
	"tongbao/internal/calendar"
	"tongbao/internal/warehouse"
)

// figuresOptions narrow the figures shown.
type figuresOptions struct {
	periods, metrics, regions []string
	slices, intervals         bool
	sql                       sqlOptions
}

func newFiguresCommand(app *App) *cobra.Command {
	var options figuresOptions
	cmd := &cobra.Command{
		Use:   "figures",
		Short: "Print figures of the published version as a table",
		Long: `Prints one row per figure. As CSV the columns are figure_id, metric, period, span, region_code, scope, slice, num, den, value, lower, upper:
UTF-8, dot decimals, each value in the shortest form that reads back the same, empty for none; bounds there are those of survival
figures, --intervals adds the Wilson intervals. The other formats add intervals, goals, ranks and earlier values. A figure of no cases is
no row.`,
		Example: `  tongbao figures --period 2020Q1 --metric A1,B7 --region 230000,230100
  tongbao figures --format csv > figures.csv
  tongbao figures --metric B7 --slices --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if app.json && !cmd.Flags().Changed("format") {
				options.sql.format = "json"
			}
			if err := options.sql.check(cmd.Flags().Changed("limit")); err != nil {
				return err
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			return app.figures(cmd.Context(), p, options)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&options.periods, "period", nil, "periods, such as 2020Q1 (default: all)")
	flags.StringSliceVar(&options.metrics, "metric", nil, "metrics, such as A1 (default: all)")
	flags.StringSliceVar(&options.regions, "region", nil, "region codes (default: all)")
	flags.BoolVar(&options.slices, "slices", false, "figures by sector, class, severity, level, kind as well")
	flags.BoolVar(&options.intervals, "intervals", false, "Wilson intervals in the CSV too")
	flags.StringVar(&options.sql.format, "format", "table", "table, csv, json, parquet or xlsx")
	flags.StringVarP(&options.sql.output, "output", "o", "", "write to this file instead of standard output")
	flags.IntVar(&options.sql.limit, "limit", 1000, "rows at most, 0 for all; without --limit only --format table is limited")
	flags.StringVar(&options.sql.version, "version", "", "a published version other than the current one")
	options.sql.timeout = 10 * time.Minute
	return cmd
}

func (app *App) figures(ctx context.Context, p Project, options figuresOptions) error {
	where, err := options.where()
	if err != nil {
		return err
	}
	db, _, err := p.openPublished(ctx, options.sql.version)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := options.known(ctx, db); err != nil {
		return err
	}
	from := "from mart.figure as f join mart.metric as m on m.metric = f.metric join mart.region as g on g.region_code = f.region_code where " + where +
		" order by m.sort_order, f.metric, f.period_index, f.span, g.sort_order, f.scope, f.slice"
	if options.sql.format == "csv" {
		return app.figuresCSV(ctx, db, from, options)
	}
	if options.sql.format == "table" {
		parameters, err := analysis.Parameters(ctx, db)
		if err != nil {
			return err
		}
		fmt.Fprintf(app.Stderr, "parameters: %s\n", parameters)
		return app.answer(ctx, db, `select f.figure_id, m.title_zh as title, g.region_name, cast(f.num as double) as num, f.den, round(f.value, 4) as value, round(f.lower, 4) as lower, round(f.upper, 4) as upper,
			case when f.rank_low = f.rank_high then cast(f.rank_low as varchar) else f.rank_low || '–' || f.rank_high end as rank, f.band, round(f.prior_value, 4) as prior, round(f.prior_year_value, 4) as prior_year `+from, options.sql)
	}
	return app.answer(ctx, db, `select f.figure_id, m.title_zh as title, f.metric, f.period, f.span, f.region_code, g.region_name, f.scope, f.slice, f.num, f.den, f.value, f.lower, f.upper,
		m.unit, f.is_small, f.goal, f.is_goal_met, f.rank, f.rank_low, f.rank_high, f.rank_of, f.band, f.prior_value, f.prior_year_value `+from, options.sql)
}

// where is the condition the options make.
func (o figuresOptions) where() (string, error) {
	conditions := []string{"true"}
	if !o.slices {
		conditions = append(conditions, "f.slice = ''")
	}
	var periods []string
	for _, period := range o.periods {
		quarter, err := calendar.ParseQuarter(period)
		if err != nil {
			return "", usageError{fmt.Errorf("--period: %w", err)}
		}
		periods = append(periods, quarter.String())
	}
	for _, choice := range []struct {
		column string
		values []string
	}{{"f.period", periods}, {"f.metric", o.metrics}, {"f.region_code", o.regions}} {
		if len(choice.values) == 0 {
			continue
		}
		var quoted []string
		for _, value := range choice.values {
			quoted = append(quoted, warehouse.Literal(value))
		}
		conditions = append(conditions, choice.column+" in ("+strings.Join(quoted, ", ")+")")
	}
	return strings.Join(conditions, " and "), nil
}

// known refuses a metric, region or period the version does not have: an empty answer would look like "no cases".
func (o figuresOptions) known(ctx context.Context, db *warehouse.DB) error {
	for _, choice := range []struct {
		flag, table, column string
		values              []string
	}{{"metric", "mart.metric", "metric", o.metrics}, {"region", "mart.region", "region_code", o.regions}, {"period", "mart.period", "period", o.periods}} {
		for _, value := range choice.values {
			if choice.flag == "period" {
				quarter, err := calendar.ParseQuarter(value)
				if err != nil {
					return usageError{err}
				}
				value = quarter.String()
			}
			n, err := warehouse.One[int](ctx, db, "select count(*) from "+choice.table+" where "+choice.column+" = ?", value)
			if err != nil {
				return err
			}
			if n == 0 {
				return withHint(usageError{fmt.Errorf("--%s %s: the published version has none", choice.flag, value)},
					"`tongbao sql \"select * from %s\"` lists them", choice.table)
			}
		}
	}
	return nil
}

// csvFigure is one row of the CSV.
type csvFigure struct {
	ID     string   `db:"figure_id"`
	Metric string   `db:"metric"`
	Period string   `db:"period"`
	Span   string   `db:"span"`
	Region string   `db:"region_code"`
	Scope  string   `db:"scope"`
	Slice  string   `db:"slice"`
	Num    *string  `db:"num"`
	Den    *int64   `db:"den"`
	Value  float64  `db:"value"`
	Lower  *float64 `db:"lower"`
	Upper  *float64 `db:"upper"`
}

func (app *App) figuresCSV(ctx context.Context, db *warehouse.DB, from string, options figuresOptions) (err error) {
	bounds := "case when m.aggregate = 'km' then f.lower end as lower, case when m.aggregate = 'km' then f.upper end as upper"
	if options.intervals {
		bounds = "f.lower, f.upper"
	}
	if options.sql.limit > 0 {
		from += fmt.Sprintf(" limit %d", options.sql.limit)
	}
	rows, err := warehouse.Select[csvFigure](ctx, db, `select f.figure_id, f.metric, f.period, f.span, f.region_code, f.scope, f.slice,
		case when m.unit = 'yuan' then cast(f.num as varchar) else cast(cast(f.num as bigint) as varchar) end as num, f.den, f.value, `+bounds+" "+from)
	if err != nil {
		return err
	}
	out, done, err := app.resultFile(options.sql.output)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done(err == nil)) }()
	writer := csv.NewWriter(out)
	if err := writer.Write([]string{"figure_id", "metric", "period", "span", "region_code", "scope", "slice", "num", "den", "value", "lower", "upper"}); err != nil {
		return err
	}
	for _, r := range rows {
		num, den := "", ""
		if r.Num != nil {
			num = *r.Num
		}
		if r.Den != nil {
			den = strconv.FormatInt(*r.Den, 10)
		}
		if err := writer.Write([]string{r.ID, r.Metric, r.Period, r.Span, r.Region, r.Scope, r.Slice, num, den, shortest(&r.Value), shortest(r.Lower), shortest(r.Upper)}); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

// shortest writes a double in the fewest digits that read back the same, without an exponent; empty for none.
func shortest(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', -1, 64)
}
