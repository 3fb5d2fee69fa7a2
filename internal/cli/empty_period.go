package cli

import (
	"context"
	"fmt"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/warehouse"
)

// sayEmpty warns of a period in which nobody was visited: mostly it is not the one that was meant, since the default is the last
// quarter ended at the cut-off, and the exports are older.
func (r *rendering) sayEmpty(ctx context.Context) error {
	visited, err := warehouse.One[struct {
		InPeriod bool       `db:"in_period"`
		Newest   *time.Time `db:"newest"`
	}](ctx, r.db, "select coalesce(bool_or(started_on between ? and ?), false) as in_period, max(started_on) as newest from mart.enterprise_timeline", r.period.FirstDay, r.period.LastDay)
	if err != nil || visited.InPeriod {
		return err
	}
	if visited.Newest == nil {
		fmt.Fprintln(r.app.Stderr, "warning: no visit is on record at all: did the inspection records come in? `tongbao status` shows what came from whom")
		return nil
	}
	fmt.Fprintf(r.app.Stderr, "warning: no visit of %s is on record; the newest began on %s: `--period %s` renders that quarter\n",
		r.period.Name, visited.Newest.Format(time.DateOnly), calendar.QuarterOf(*visited.Newest))
	return nil
}
