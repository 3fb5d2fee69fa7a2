package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/analysis"
	"tongbao/internal/calendar"
	"tongbao/internal/warehouse"
)

func newExplainCommand(app *App) *cobra.Command {
	var since string
	var rows int
	cmd := &cobra.Command{
		Use:   "explain FIGURE --since PERIOD|VERSION",
		Short: "Say why a figure moved: which regions and slices, which late rows",
		Long: `Splits the change of a figure over the regions under it and over its slices. Each part's contribution is what its own rate did (within) and
what its weight in the whole did (mix); together they are the change, exactly. Against a period the base is that period in the published
version; against a version it is the same figure there, and the subjects that count differently now are listed.`,
		Example: "  tongbao explain B1.2020Q2q.230000 --since 2020Q1\n  tongbao explain A1.2020Q1.230000 --since 2020-04-06-3fa2b1c9d0",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if since == "" {
				return withHint(usageError{errors.New("since when?")}, "add --since 2020Q1, or --since VERSION (`tongbao versions` lists them)")
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			return app.explain(cmd.Context(), p, args[0], since, rows)
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "a period, such as 2020Q1, or a published version")
	cmd.Flags().IntVar(&rows, "rows", 50, "changed subjects shown against a version, 0 for all")
	return cmd
}

func (app *App) explain(ctx context.Context, p Project, id, since string, rows int) error {
	db, current, err := p.openPublished(ctx, "")
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := analysis.Trace(ctx, db, id)
	if errors.Is(err, analysis.ErrNoFigure) {
		return withHint(usageError{err}, "`tongbao figures` lists those there are")
	}
	if err != nil {
		return err
	}
	thenDB, thenPeriod := db, now.Period
	if quarter, err := calendar.ParseQuarter(since); err == nil {
		thenPeriod = quarter.String()
	} else {
		if since == current.Version {
			return usageError{fmt.Errorf("%s is the published version: nothing has changed since", since)}
		}
		old, _, err := p.openPublished(ctx, since)
		if errors.Is(err, fs.ErrNotExist) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		defer old.Close()
		thenDB = old
	}
	thenID := strings.Replace(id, "."+now.Period, "."+thenPeriod, 1)
	then, err := analysis.Trace(ctx, thenDB, thenID)
	if errors.Is(err, analysis.ErrNoFigure) {
		return withHint(usageError{fmt.Errorf("%s: there was no such figure since %s", thenID, since)}, "name another period or version")
	}
	if err != nil {
		return err
	}
	if !app.json {
		fmt.Fprintf(app.Stdout, "%s  %s\n  now   %s%s\n  since %s: %s%s\n", now.ID, now.Title, shortest(&now.Value), ofWords(now), since, shortest(&then.Value), ofWords(then))
	}
	switch now.Aggregate {
	case "ratio", "count", "value":
		if err := app.explainParts(ctx, db, thenDB, now, thenPeriod); err != nil {
			return err
		}
	default:
		fmt.Fprintf(app.Stderr, "note: a %s is no sum of parts; compare the regions with `tongbao figures --metric %s`\n", now.Aggregate, now.Metric)
	}
	if thenDB != db {
		return app.explainSubjects(ctx, db, thenDB, now, then, rows)
	}
	return nil
}

// explainParts prints one table for the regions and one for each slice.
func (app *App) explainParts(ctx context.Context, db, thenDB *warehouse.DB, now *analysis.Traced, thenPeriod string) error {
	dimensions := []string{""}
	if now.Slice == "" && now.Scope == "all" {
		dimensions = append(dimensions, now.Slices()...)
	}
	for _, slice := range dimensions {
		if slice == "" && (now.Slice != "" || now.Scope == "own") {
			continue
		}
		present, err := now.PartsOf(ctx, db, now.Period, slice)
		if err != nil {
			return err
		}
		past, err := now.PartsOf(ctx, thenDB, thenPeriod, slice)
		if err != nil {
			return err
		}
		change, contributions := analysis.Contributions(analysis.Pair(present, past), now.Aggregate == "count")
		if change == nil {
			continue
		}
		if err := app.showContributions(now, slice, change, contributions); err != nil {
			return err
		}
	}
	return nil
}

func (app *App) showContributions(now *analysis.Traced, slice string, change *big.Rat, contributions []analysis.Contribution) error {
	name := slice
	if name == "" {
		name = "region"
	}
	if app.json {
		for _, c := range contributions {
			if err := app.printJSON(map[string]any{"figure_id": now.ID, "by": name, "part": c.Name, "num": decimal(c.Num, 2), "den": decimal(c.Den, 0), "old_num": decimal(c.OldNum, 2), "old_den": decimal(c.OldDen, 0),
				"within": float(c.Within), "mix": float(c.Mix), "total": float(c.Total)}); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(app.Stdout, "\nby %s: change %s\n", name, decimal(change, 6))
	var lines [][]string
	sum := new(big.Rat)
	for _, c := range contributions {
		sum.Add(sum, c.Total)
		if c.Total.Sign() != 0 || c.Within.Sign() != 0 {
			lines = append(lines, []string{c.Name, trimmed(c.OldNum) + " / " + trimmed(c.OldDen), trimmed(c.Num) + " / " + trimmed(c.Den), decimal(c.Within, 6), decimal(c.Mix, 6), decimal(c.Total, 6)})
		}
	}
	if sum.Cmp(change) != 0 {
		return fmt.Errorf("%s: the contributions by %s do not add up to the change", now.ID, name)
	}
	lines = append(lines, []string{"together", "", "", "", "", decimal(sum, 6)})
	return printTable(app.Stdout, []string{"part", ">then", ">now", ">within", ">mix", ">contribution"}, lines)
}

// explainSubjects lists the subjects that count differently in two versions.
func (app *App) explainSubjects(ctx context.Context, db, thenDB *warehouse.DB, now, then *analysis.Traced, rows int) error {
	present, err := now.Subjects(ctx, db)
	if err != nil {
		return err
	}
	past, err := then.Subjects(ctx, thenDB)
	if err != nil {
		return err
	}
	before := make(map[string]analysis.Counted, len(past))
	for _, s := range past {
		before[s.Kind+" "+s.ID] = s
	}
	var lines [][]string
	for _, s := range present {
		key := s.Kind + " " + s.ID
		if old := before[key]; old.InNum != s.InNum || old.InDen != s.InDen {
			lines = append(lines, []string{s.Kind, s.ID, countedWords(old), countedWords(s)})
		}
		delete(before, key)
	}
	for _, s := range past {
		if _, gone := before[s.Kind+" "+s.ID]; gone {
			lines = append(lines, []string{s.Kind, s.ID, countedWords(s), "—"})
		}
	}
	if app.json {
		for _, line := range lines {
			if err := app.printJSON(map[string]string{"figure_id": now.ID, "subject": line[0], "subject_id": line[1], "then": line[2], "now": line[3]}); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(app.Stdout, "\n%d subjects count differently\n", len(lines))
	if rows > 0 && len(lines) > rows {
		fmt.Fprintf(app.Stderr, "note: the first %d of them; --rows 0 shows all\n", rows)
		lines = lines[:rows]
	}
	if len(lines) == 0 {
		return nil
	}
	return printTable(app.Stdout, []string{"subject", "subject_id", "then", "now"}, lines)
}

func countedWords(s analysis.Counted) string {
	switch {
	case s.InNum && s.InDen:
		return "num, den"
	case s.InNum:
		return "num"
	case s.InDen:
		return "den"
	}
	return "—"
}

func decimal(value *big.Rat, digits int) string { return value.FloatString(digits) }

func trimmed(value *big.Rat) string { return strings.TrimSuffix(value.FloatString(2), ".00") }

func float(value *big.Rat) float64 {
	f, _ := value.Float64()
	return f
}
