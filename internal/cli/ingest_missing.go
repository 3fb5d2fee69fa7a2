package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"tongbao/ingest"
)

// openWhole is openIngest for a warehouse that may lack files which were received before: a power cut can take the end of its log, and
// a backup is older than what came after it. Their bytes are kept, so they are taken in again first, with the time they were received.
func (app *App) openWhole(ctx context.Context, p Project, flags ingestFlags) (*ingest.Runner, func() error, error) {
	runner, done, err := app.openIngest(ctx, p, flags)
	if err != nil || flags.dryRun {
		return runner, done, err
	}
	kept, err := ingest.Originals(p.Originals())
	if errors.Is(err, fs.ErrNotExist) {
		return runner, done, nil
	}
	if err != nil {
		return nil, nil, errors.Join(withHint(err, "correct that line, or restore a backup"), done())
	}
	missing := runner.Missing(kept)
	if len(missing) == 0 {
		return runner, done, nil
	}
	if err := done(); err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(app.Stderr, "note: the warehouse lacks %d files that were received; they are taken in again from the bytes kept\n", len(missing))
	totals, err := app.replayOriginals(ctx, p, p.Warehouse(), missing, func(err error) error {
		fmt.Fprintf(app.Stderr, "warning: %v; it is left out until a backup puts its bytes back\n", err)
		return ctx.Err()
	})
	app.note("taken_again", totals.files)
	if err != nil {
		return nil, nil, fmt.Errorf("take received files in again: %w", err)
	}
	return app.openIngest(ctx, p, flags)
}

// missingFiles counts the files of the list that a warehouse with these hashes does not hold.
func (p Project) missingFiles(hashes []string) (int, error) {
	kept, err := ingest.Originals(p.Originals())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	known := make(map[string]bool, len(hashes))
	for _, hash := range hashes {
		known[hash] = true
	}
	missing := 0
	for _, file := range kept {
		if !known[file.Hash] {
			missing++
		}
	}
	return missing, nil
}

// lacks is the sentence about files that were received and are not in the warehouse, and what to do.
func lacks(missing int) string {
	return fmt.Sprintf("the warehouse lacks %d files that were received (a power cut, or a backup older than they are); their bytes are kept", missing)
}

const lacksNext = "run `tongbao ingest`: it takes them in again"
