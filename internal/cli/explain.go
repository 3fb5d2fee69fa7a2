package cli

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
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
		Use:   "explain FIGURE [--since PERIOD|VERSION]",
		Short: "Say why a figure moved: which regions and slices, which late rows",
		Long: `Splits the change of a figure over the regions under it and over its slices. Each part's contribution is what its own rate did (within) and
what its weight in the whole did (mix); together they are the change, exactly: that is checked, and said. Against a period the base is that
period in the published version; against a version it is the same figure there, and the subjects that count differently now are listed with
the rows that did it: file, sheet, row, key, and the old and the new value of every column that changed. Without --since a figure of a
signed-off quarter is compared with the version that was signed.`,
		Example: "  tongbao explain A1.2020Q1.230100\n  tongbao explain B1.2020Q2q.230000 --since 2020Q1\n  tongbao explain A1.2020Q1.230000 --since 2020-04-06-3fa2b1c9d0",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if rows < 0 {
				return usageError{errors.New("--rows is not negative")}
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			if since == "" {
				signed, err := p.signed(args[0])
				if err != nil {
					return err
				}
				since = signed.Version
				fmt.Fprintf(app.Stderr, "note: since %s was signed off, with version %s\n", signed.Period, signed.Version)
			}
			return app.explain(cmd.Context(), p, args[0], since, rows)
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "a period, such as 2020Q1, or a published version (default: what the quarter was signed off with)")
	cmd.Flags().IntVar(&rows, "rows", 50, "changed subjects shown against a version, 0 for all")
	return cmd
}

// signed is the signing of the figure's period, whose version explain compares with when nothing else is said.
func (p Project) signed(id string) (analysis.Closed, error) {
	all, err := p.closedPeriods()
	if err != nil {
		return analysis.Closed{}, err
	}
	for _, closed := range all {
		if strings.HasPrefix(periodOfID.FindString(id), "."+closed.Period) {
			return closed, nil
		}
	}
	return analysis.Closed{}, withHint(usageError{errors.New("since when?")}, "add --since 2020Q1, or --since VERSION (`tongbao versions` lists them); without it a figure of a signed-off quarter is compared with what was signed")
}

func (app *App) explain(ctx context.Context, p Project, id, since string, rows int) error {
	if !figureShape.MatchString(id) {
		return withHint(usageError{fmt.Errorf("%s is no figure id", id)}, "an id is METRIC.PERIOD[q|y].REGION[o][:SLICE], as `tongbao figures` lists them")
	}
	current, err := p.findVersion("")
	if err != nil {
		return err
	}
	base, baseID := current, id
	quarter, err := calendar.ParseQuarter(since)
	ofPeriod := err == nil
	if ofPeriod {
		baseID = periodOfID.ReplaceAllString(id, "."+quarter.String()+"$1.")
		if baseID == id {
			return usageError{fmt.Errorf("%s is of %s itself", id, quarter)}
		}
	} else {
		if since == current.Version {
			return usageError{fmt.Errorf("%s is the published version: nothing has changed since", since)}
		}
		if base, err = p.findVersion(since); err != nil {
			return err
		}
		for _, difference := range differences(base.Manifest, current.Manifest) {
			fmt.Fprintf(app.Stderr, "differs: %s\n", difference)
		}
	}
	db, err := p.openPair(ctx, base.Version, current.Version)
	if err != nil {
		return err
	}
	defer db.Close()
	old := "old"
	if ofPeriod {
		old = "fresh"
	}
	return db.InTx(ctx, func(tx *warehouse.Tx) error {
		sides, err := analysis.Open(ctx, tx, id, baseID, old, "fresh")
		if errors.Is(err, analysis.ErrNoFigure) {
			return withHint(usageError{err}, "`tongbao figures` lists those there are")
		}
		if err != nil {
			return err
		}
		if ofPeriod && sides.Now == nil {
			return withHint(usageError{fmt.Errorf("%w: %s", analysis.ErrNoFigure, id)}, "`tongbao figures` lists those there are")
		}
		return app.showExplained(ctx, tx, sides, since, ofPeriod, rows)
	})
}

// periodOfID finds the period and the span's letter in a figure id.
var periodOfID = regexp.MustCompile(`\.[0-9]{4}Q[1-4]([qy]?)\.`)

func (app *App) showExplained(ctx context.Context, tx *warehouse.Tx, sides *analysis.Sides, since string, ofPeriod bool, rows int) error {
	t := sides.Either()
	if !app.json {
		fmt.Fprintf(app.Stdout, "%s  %s\n  now   %s\n  since %s: %s\n", t.ID, t.Title, stateWords(sides.Now), since, stateWords(sides.Then))
	}
	switch {
	case t.Aggregate != "ratio" && t.Aggregate != "count" && t.Aggregate != "value":
		fmt.Fprintf(app.Stderr, "note: a %s is no sum of parts; compare the regions with `tongbao figures --metric %s`\n", aggregateWords(t.Aggregate), t.Metric)
	case t.Aggregate != "count" && (sides.Now == nil || sides.Then == nil):
		fmt.Fprintln(app.Stderr, "note: 0 of 0 has no rate: there is no change of it to split")
	default:
		if err := app.explainParts(ctx, tx, sides); err != nil {
			return err
		}
		if t.Aggregate != "count" && !app.json {
			fmt.Fprintln(app.Stdout, "\nwithin: the part's own rate changed (自身变化); mix: its weight in the whole changed (结构变化).")
		}
	}
	if !app.json {
		fmt.Fprintf(app.Stderr, "next: `tongbao trace %s` shows the rows; the same with a city's or county's code shows its own\n", t.ID)
	}
	if ofPeriod {
		return nil
	}
	return app.explainRows(ctx, tx, sides, rows)
}

// stateWords are a figure's value with numerator and denominator.
func stateWords(t *analysis.Traced) string {
	if t == nil {
		return "—"
	}
	return shortest(&t.Value) + ofWords(t) + printedWords(t)
}

// printedWords are a share's value as notices print it, in brackets.
func printedWords(t *analysis.Traced) string {
	switch t.Unit {
	case "ratio", "probability":
		return fmt.Sprintf(" (%.2f %%)", 100*t.Value)
	case "points":
		return fmt.Sprintf(" (%+.2f percentage points)", 100*t.Value)
	}
	return ""
}

// changeUnit is what a change is printed in: shares in percentage points with fewer decimals, so that a line is read out as it stands.
type changeUnit struct {
	factor *big.Rat
	digits int
	name   string
}

func unitOfChange(unit string) changeUnit {
	switch unit {
	case "ratio", "points":
		return changeUnit{big.NewRat(100, 1), 4, " percentage points (个百分点)"}
	case "count":
		return changeUnit{big.NewRat(1, 1), 0, ""}
	case "yuan":
		return changeUnit{big.NewRat(1, 1), 2, " yuan"}
	}
	return changeUnit{big.NewRat(1, 1), 6, ""}
}

func (u changeUnit) text(value *big.Rat) string {
	return new(big.Rat).Mul(value, u.factor).FloatString(u.digits)
}

func (u changeUnit) number(value float64) string {
	return strconv.FormatFloat(value*float(u.factor), 'f', u.digits, 64)
}

func aggregateWords(aggregate string) string {
	return map[string]string{"km": "survival probability", "p90": "90th percentile", "max": "maximum"}[aggregate] + map[string]string{"median": "median"}[aggregate]
}

// explainParts prints one table for the regions and one for each slice. The parts are counted from the evidence of both sides and are
// checked to be the whole figure.
func (app *App) explainParts(ctx context.Context, tx *warehouse.Tx, sides *analysis.Sides) error {
	for _, dimension := range analysis.Dimensions(sides.Either(), sides.Then) {
		var parts [2]map[string][2]*big.Rat
		for i, side := range []*analysis.Traced{sides.Now, sides.Then} {
			if side == nil {
				continue
			}
			var err error
			if parts[i], err = side.PartsBy(ctx, tx, dimension); err != nil {
				return err
			}
		}
		change, contributions := analysis.Contributions(analysis.Pair(parts[0], parts[1]), sides.Either().Aggregate == "count")
		if change == nil {
			continue
		}
		if err := app.showContributions(sides, dimension, change, contributions); err != nil {
			return err
		}
	}
	return nil
}

// showContributions prints the parts of a change in the figure's own unit; what a formula adds beside the ratio (working days, a limit of
// 100 %) is a line of its own, so that the table ends with the change of the value as printed.
func (app *App) showContributions(sides *analysis.Sides, name string, change *big.Rat, contributions []analysis.Contribution) error {
	t := sides.Either()
	factor := t.Factor()
	scaled := func(r *big.Rat) *big.Rat { return new(big.Rat).Mul(r, factor) }
	sum := new(big.Rat)
	for i, c := range contributions {
		sum.Add(sum, c.Total)
		contributions[i].Within, contributions[i].Mix, contributions[i].Total = scaled(c.Within), scaled(c.Mix), scaled(c.Total)
	}
	if sum.Cmp(change) != 0 {
		return fmt.Errorf("%s: the contributions by %s add up to %s, the change is %s", t.ID, name, sum.FloatString(12), change.FloatString(12))
	}
	rest := 0.0
	if t.Aggregate == "value" {
		rest = sides.Now.Value - sides.Then.Value - float(scaled(change))
	}
	if app.json {
		for _, c := range contributions {
			if err := app.printJSON(map[string]any{"figure_id": t.ID, "by": name, "part": c.Name, "num": decimal(c.Num, 2), "den": decimal(c.Den, 0), "old_num": decimal(c.OldNum, 2), "old_den": decimal(c.OldDen, 0),
				"within": float(c.Within), "mix": float(c.Mix), "total": float(c.Total)}); err != nil {
				return err
			}
		}
		return app.printJSON(map[string]any{"figure_id": t.ID, "by": name, "part": "", "formula": rest, "total": float(scaled(change)) + rest, "adds_up": true})
	}
	unit := unitOfChange(t.Unit)
	fmt.Fprintf(app.Stdout, "\nby %s: change %s%s\n", name, signedText(unit.number(float(scaled(change))+rest)), unit.name)
	// A count has no rate and no weights: its parts change, and that is all.
	head, isCount := []string{"part", ">then", ">now", ">within", ">mix", ">contribution"}, t.Aggregate == "count"
	if isCount {
		head = []string{"part", ">then", ">now", ">contribution"}
	}
	var lines [][]string
	for _, c := range contributions {
		switch {
		case c.Total.Sign() == 0 && c.Within.Sign() == 0:
		case isCount:
			lines = append(lines, []string{c.Name, trimmed(c.OldNum), trimmed(c.Num), strings.TrimSuffix(unit.text(c.Total), ".00")})
		default:
			lines = append(lines, []string{c.Name, trimmed(c.OldNum) + " / " + trimmed(c.OldDen), trimmed(c.Num) + " / " + trimmed(c.Den), unit.text(c.Within), unit.text(c.Mix), unit.text(c.Total)})
		}
	}
	last := func(name string, value float64) []string {
		line := make([]string, len(head))
		line[0], line[len(line)-1] = name, strings.TrimSuffix(unit.number(value), ".00")
		return line
	}
	if rest != 0 {
		lines = append(lines, last("working days, limits", rest))
	}
	lines = append(lines, last("together", float(scaled(change))+rest))
	if err := printTable(app.Stdout, head, lines); err != nil {
		return err
	}
	_, err := fmt.Fprintf(app.Stdout, "Checked: the %d parts are the whole figure on both sides, and their contributions add up to the change exactly.\n", len(contributions))
	return err
}

// explainRows lists the subjects that count differently in two versions, with the rows that did it.
func (app *App) explainRows(ctx context.Context, tx *warehouse.Tx, sides *analysis.Sides, limit int) error {
	moved, err := sides.Compare(ctx, tx)
	if err != nil {
		return err
	}
	causes, err := sides.Causes(ctx, tx, limit)
	if err != nil {
		return err
	}
	if app.json {
		for _, c := range causes {
			if err := app.printJSON(map[string]any{"figure_id": sides.Either().ID, "subject": c.Kind, "subject_id": c.Subject, "then": c.Was, "now": c.Is, "why": c.Why, "dataset": c.Dataset, "row_key": c.Key, "what": c.What,
				"column": c.Column, "old": c.Old, "new": c.New, "file": c.File, "sheet": c.Sheet, "row": c.Row, "old_file": c.OldFile, "old_row": c.OldRow}); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(app.Stdout, "\n%d subjects count differently: numerator %s, denominator %s together, as the figure says.\n", moved.Subjects, signedText(moved.Num), signedText(moved.Den))
	if len(causes) == 0 {
		return nil
	}
	lines := make([][]string, 0, len(causes))
	for i, c := range causes {
		subject := []string{c.Kind, c.Subject, c.Was, c.Is}
		if i > 0 && causes[i-1].Kind == c.Kind && causes[i-1].Subject == c.Subject {
			subject = []string{"", "", "", ""}
		}
		row := []string{c.Dataset + " " + c.Key, c.What, c.Column, c.Old, c.New, placeOf(c.File, c.Sheet, c.Row), placeOf(c.OldFile, "", c.OldRow), c.Why}
		if c.Dataset == "" {
			row = []string{"no row near it changed: a parameter, a definition or d decides", "", "", "", "", "", "", ""}
		}
		lines = append(lines, append(subject, row...))
	}
	if err := printTable(app.Stdout, []string{"subject", "id", "then", "now", "row", "what", "column", "old", "new", "in", "before in", "why"}, lines); err != nil {
		return err
	}
	if limit > 0 && moved.Subjects > int64(limit) {
		fmt.Fprintf(app.Stderr, "note: the first %d of %d subjects; --rows 0 shows all\n", limit, moved.Subjects)
	}
	return nil
}

// placeOf is FILE:SHEET:ROW as trace --row takes it.
func placeOf(file, sheet string, row int) string {
	switch {
	case file == "":
		return ""
	case sheet == "":
		return fmt.Sprintf("%s:%d", file, row)
	}
	return fmt.Sprintf("%s:%s:%d", file, sheet, row)
}

func signedText(number string) string {
	number = strings.TrimSuffix(number, ".00")
	if strings.HasPrefix(number, "-") || strings.Trim(number, "0.") == "" {
		return number
	}
	return "+" + number
}

func decimal(value *big.Rat, digits int) string { return value.FloatString(digits) }

func trimmed(value *big.Rat) string { return strings.TrimSuffix(value.FloatString(2), ".00") }

func float(value *big.Rat) float64 {
	f, _ := value.Float64()
	return f
}
