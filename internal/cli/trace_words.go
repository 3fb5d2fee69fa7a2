package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tongbao/dashboards/reconcile"
	"tongbao/internal/warehouse"
)

// printedFigure is a figure found in a notice, and which notice.
type printedFigure struct {
	notice string
	reconcile.Printed
}

// traceWords goes from a bookmark or some words of a notice to the figures printed there: one is traced, several are listed.
func (app *App) traceWords(ctx context.Context, p Project, db *warehouse.DB, words string, options traceOptions) error {
	found, err := app.printedIn(p, words, options.notice)
	if err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, f := range found {
		ids[f.Source] = true
	}
	if app.json {
		for _, f := range found {
			if err := app.printJSON(map[string]string{"notice": f.notice, "bookmark": f.Bookmark, "figure_id": f.Source, "text": f.Text, "place": f.Place, "sentence": f.Sentence}); err != nil {
				return err
			}
		}
		return nil
	}
	shown := map[string]bool{}
	for _, f := range found {
		if key := f.notice + f.Place + f.Sentence; !shown[key] {
			shown[key] = true
			fmt.Fprintf(app.Stdout, "%s, %s: %s\n", f.notice, f.Place, f.Sentence)
		}
		fmt.Fprintf(app.Stdout, "  %s  %s  (bookmark %s)\n", f.Text, f.Source, f.Bookmark)
	}
	if len(ids) != 1 || !figureShape.MatchString(found[0].Source) {
		_, err := fmt.Fprintln(app.Stdout, "\n`tongbao trace` with one of these ids shows its rows.")
		return err
	}
	fmt.Fprintln(app.Stdout)
	return app.traceFigure(ctx, p, db, found[0].Source, options)
}

// printedIn looks into one notice, or into every one of out/, the latest period first, until one has the words.
func (app *App) printedIn(p Project, words, notice string) ([]printedFigure, error) {
	files := []string{app.path(notice)}
	if notice == "" {
		var err error
		if files, err = filepath.Glob(filepath.Join(p.Out(), "*", "notice.docx")); err != nil {
			return nil, err
		}
		slices.Sort(files)
		slices.Reverse(files)
		if len(files) == 0 {
			return nil, withHint(usageError{fmt.Errorf("%s is no figure id, and there is no notice in %s to look it up in", words, p.Out())},
				"an id is METRIC.PERIOD[q|y].REGION[o][:SLICE], as `tongbao figures` lists them; `tongbao render` makes notices, --notice FILE names another")
		}
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		located, err := reconcile.Locate(content, words)
		if errors.Is(err, reconcile.ErrFormat) && notice == "" {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		var found []printedFigure
		for _, f := range located {
			name, err := filepath.Rel(p.Dir, file)
			if err != nil || notice != "" {
				name = file
			}
			found = append(found, printedFigure{name, f})
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, withHint(usageError{fmt.Errorf("no notice prints a figure in a sentence with “%s”", words)}, "copy some words of the sentence as the notice prints them, or a bookmark's name; --notice FILE names the notice")
}
