package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/internal/calendar"
	"tongbao/internal/warehouse"
)

// diffOptions narrow a comparison.
type diffOptions struct {
	metric, period, region string
	sql                    sqlOptions
}

func newDiffCommand(app *App) *cobra.Command {
	var options diffOptions
	cmd := &cobra.Command{
		Use:   "diff V1 [V2]",
		Short: "Compare two published versions figure by figure",
		Long: `Says in which inputs and parameters two versions differ (to standard error) and lists every figure that is new, gone or changed, with both
numerators, denominators and values. V2 is the current version when it is not given.`,
		Example: "  tongbao diff 2020-07-06-3fa2b1c9d0\n  tongbao diff 2020-07-06-3fa2b1c9d0 2020-07-08-77aa0b1c2d --metric A1 --format csv",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := options.sql.check(cmd.Flags().Changed("limit")); err != nil {
				return err
			}
			if app.json {
				options.sql.format, options.sql.limit = "json", 0
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			a, err := p.findVersion(args[0])
			if err != nil {
				return err
			}
			second := ""
			if len(args) == 2 {
				second = args[1]
			}
			b, err := p.findVersion(second)
			if err != nil {
				return err
			}
			query, err := options.query()
			if err != nil {
				return err
			}
			for _, difference := range differences(a.Manifest, b.Manifest) {
				fmt.Fprintf(app.Stderr, "differs: %s\n", difference)
			}
			delta, err := p.figureDelta(cmd.Context(), a.Version, b.Version)
			if err != nil {
				return err
			}
			fmt.Fprintf(app.Stderr, "figures: %s\n", delta)
			db, err := p.openPair(cmd.Context(), a.Version, b.Version)
			if err != nil {
				return err
			}
			defer db.Close()
			return app.answer(cmd.Context(), db, query, options.sql)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&options.metric, "metric", "", "one metric")
	flags.StringVar(&options.period, "period", "", "one period, such as 2020Q2")
	flags.StringVar(&options.region, "region", "", "one region code")
	flags.StringVar(&options.sql.format, "format", "table", "table, csv, json, parquet or xlsx")
	flags.StringVarP(&options.sql.output, "output", "o", "", "write to this file instead of standard output")
	flags.IntVar(&options.sql.limit, "limit", 200, "rows at most, 0 for all; without --limit only --format table is limited")
	options.sql.timeout = diffTimeout
	return cmd
}

const diffTimeout = 10 * 60 * 1e9 // ten minutes

func (o diffOptions) query() (string, error) {
	var where strings.Builder
	if o.period != "" {
		quarter, err := calendar.ParseQuarter(o.period)
		if err != nil {
			return "", usageError{fmt.Errorf("--period: %w", err)}
		}
		fmt.Fprintf(&where, " and coalesce(n.period, o.period) = %s", warehouse.Literal(quarter.String()))
	}
	if o.metric != "" {
		fmt.Fprintf(&where, " and coalesce(n.metric, o.metric) = %s", warehouse.Literal(o.metric))
	}
	if o.region != "" {
		fmt.Fprintf(&where, " and coalesce(n.region_code, o.region_code) = %s", warehouse.Literal(o.region))
	}
	return `select coalesce(n.figure_id, o.figure_id) as figure_id,
		case when o.figure_id is null then 'new' when n.figure_id is null then 'gone' else 'changed' end as what,
		o.num as old_num, o.den as old_den, o.value as old_value, n.num as new_num, n.den as new_den, n.value as new_value
		from old.mart.figure as o full join fresh.mart.figure as n on n.figure_id = o.figure_id
		where (o.figure_id is null or n.figure_id is null or ` + figureChanged + `)` + where.String() + `
		order by coalesce(n.figure_id, o.figure_id)`, nil
}
