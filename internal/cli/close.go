package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"tongbao/analysis"
	"tongbao/internal/calendar"
	"tongbao/internal/inuse"
	"tongbao/internal/warehouse"
)

// signOff says who answers for closing or reopening a period, and why.
type signOff struct{ by, reason string }

func (s *signOff) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.by, "by", "", "name of the person who answers for it")
	cmd.Flags().StringVar(&s.reason, "reason", "", "why")
}

func newCloseCommand(app *App) *cobra.Command {
	var sign signOff
	cmd := &cobra.Command{
		Use:   "close PERIOD",
		Short: "Sign a quarter off: freeze its figures as the published version has them",
		Long: `Counts the period's ratios and counts again from their rows, county by county, then freezes every figure with the version and a hash. The version is kept for good. Builds from then on compare: data that come
late do not change the frozen figures silently, they make lines of mart.restatement (old, new, why), which the next notice shows.
Name and reason go into the audit log.`,
		Example: "  tongbao close 2020Q1 --by 王某 --reason 通报已印发",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, period, err := app.periodToSign("close", args[0], sign)
			if err != nil {
				return err
			}
			return app.closePeriod(cmd.Context(), p, period, sign)
		},
	}
	sign.flags(cmd)
	return cmd
}

func newReopenCommand(app *App) *cobra.Command {
	var sign signOff
	cmd := &cobra.Command{
		Use:     "reopen PERIOD",
		Short:   "Take a signed-off quarter back",
		Long:    "The period's figures are no longer held against those it was signed with. The frozen figures stay in data/closed, set aside; name and reason go into the audit log.",
		Example: "  tongbao reopen 2020Q1 --by 王某 --reason 哈尔滨市补报检查记录",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, period, err := app.periodToSign("reopen", args[0], sign)
			if err != nil {
				return err
			}
			aside := fmt.Sprintf("%s.reopened-%s", p.closedFile(period), app.Now().UTC().Format("20060102T150405Z"))
			err = inuse.Rename(p.closedFile(period), aside)
			if errors.Is(err, fs.ErrNotExist) {
				return usageError{fmt.Errorf("%s is not closed", period)}
			}
			if err != nil {
				return err
			}
			app.note("period", period)
			_, err = fmt.Fprintf(app.Stdout, "Reopened %s. `tongbao build` publishes it as open.\n", period)
			return err
		},
	}
	sign.flags(cmd)
	return cmd
}

func (app *App) periodToSign(command, text string, sign signOff) (Project, string, error) {
	quarter, err := calendar.ParseQuarter(text)
	if err != nil {
		return Project{}, "", usageError{err}
	}
	if err := needNameAndReason(command, sign.by, sign.reason); err != nil {
		return Project{}, "", err
	}
	p, err := app.project()
	return p, quarter.String(), err
}

func (app *App) closePeriod(ctx context.Context, p Project, period string, sign signOff) error {
	if content, err := os.ReadFile(p.closedFile(period)); err == nil {
		var closed analysis.Closed
		if err := json.Unmarshal(content, &closed); err == nil {
			return withHint(usageError{fmt.Errorf("%s was closed by %s on %s", period, closed.By, closed.ClosedAt)}, "`tongbao reopen %s --by NAME --reason WHY` takes it back first", period)
		}
		return withHint(fmt.Errorf("%s is there but cannot be read", p.closedFile(period)), "`tongbao reopen %s --by NAME --reason WHY` sets it aside", period)
	}
	db, version, err := p.openPublished(ctx, "")
	if err != nil {
		return err
	}
	defer db.Close()
	ended, err := warehouse.Select[bool](ctx, db, "select d >= last_day from mart.period where period = ?", period)
	if err != nil {
		return err
	}
	switch {
	case len(ended) == 0:
		return withHint(usageError{fmt.Errorf("version %s has no period %s", version.Version, period)}, "build with a later --as-of, or an earlier --from")
	case !ended[0]:
		return withHint(usageError{fmt.Errorf("%s has not ended by the cut-off of version %s (%s)", period, version.Version, version.CutOff)}, "close a quarter after its last day")
	}
	again, err := analysis.Rederive(ctx, db, period)
	if err != nil {
		return err
	}
	if len(again.Broken) > 0 {
		return withHint(fmt.Errorf("%d figures of %s are not what their rows say, the first is %s: nothing was closed", len(again.Broken), period, again.Broken[0]),
			"`tongbao trace %s` shows both; `tongbao build --force` makes every figure anew", again.Broken[0])
	}
	at, err := p.wallClock(app.Now())
	if err != nil {
		return err
	}
	closed := analysis.Closed{Period: period, Version: version.Version, CutOff: version.CutOff, By: sign.by, Reason: sign.reason, ClosedAt: at.Format("2006-01-02 15:04:05")}
	if closed.Figures, closed.Hash, err = analysis.Freeze(ctx, db, period); err != nil {
		return err
	}
	if err := p.writeClosed(closed); err != nil {
		return err
	}
	app.note("period", period)
	app.note("version", version.Version)
	app.note("hash", closed.Hash)
	if app.json {
		return app.printJSON(map[string]any{"period": period, "version": version.Version, "hash": closed.Hash, "figures": len(closed.Figures)})
	}
	_, err = fmt.Fprintf(app.Stdout, "Closed %s: %d figures of version %s, hash %s; %d of them counted again from their rows.\n", period, len(closed.Figures), version.Version, closed.Hash[:16], again.Figures)
	return err
}
