package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tongbao/ingest"
	"tongbao/internal/warehouse"
)

func newRebuildCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "rebuild",
		Short: "Make the warehouse anew from the bytes received",
		Long: `Make data/warehouse.duckdb anew from data/originals: every file ever taken in, in its order and with its time of receipt, read by the
contracts as they are now. Use it after a contract was corrected or the warehouse was damaged. The new warehouse replaces the old one
only when it is whole; rows that were waived stay waived.`,
		Example: `  tongbao rebuild
  tongbao rebuild && tongbao build`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := app.project()
			if err != nil {
				return err
			}
			return app.rebuild(cmd.Context(), p)
		},
	}
}

// rebuild takes every original in again, into a file beside the warehouse, and puts it in its place.
func (app *App) rebuild(ctx context.Context, p Project) error {
	kept, err := ingest.Originals(p.Originals())
	if errors.Is(err, fs.ErrNotExist) {
		return withHint(errors.New("no originals are kept: nothing was ever ingested"), "run `tongbao ingest`")
	}
	if err != nil {
		return withHint(err, "correct that line of data/originals, or restore a backup")
	}
	side := filepath.Join(p.Data(), "warehouse.rebuild.duckdb")
	if err := removeDatabase(side); err != nil {
		return err
	}
	totals, err := app.replayOriginals(ctx, p, side, kept, func(err error) error {
		return withHint(err, "restore a backup: `tongbao restore FILE` puts back received files that are missing or damaged")
	})
	if err == nil {
		err = carryWaived(ctx, p.Warehouse(), side)
	}
	if err != nil {
		return errors.Join(err, removeDatabase(side))
	}
	aside, err := app.replaceWarehouse(ctx, p, side, "")
	if err != nil {
		return err
	}
	if aside != "" {
		fmt.Fprintf(app.Stderr, "note: the old warehouse cannot be read; it is kept in %s\n", aside)
	}
	app.note("files", totals.files)
	app.note("failed", totals.failed)
	if totals.failed > 0 {
		fmt.Fprintf(app.Stderr, "%d files that were taken once cannot be read by the contracts as they are now\n", totals.failed)
		return errWarnings
	}
	if totals.rejected > 0 {
		return errWarnings
	}
	return nil
}

// replayOriginals takes kept files into the warehouse at path, in order, with their times of receipt. One whose bytes cannot be had is
// handed to gone, which says whether to go on without it.
func (app *App) replayOriginals(ctx context.Context, p Project, path string, kept []ingest.Kept, gone func(error) error) (totals ingestTotals, err error) {
	unpacked := filepath.Join(p.Data(), "unpacked.tmp")
	if err := errors.Join(os.RemoveAll(unpacked), os.MkdirAll(unpacked, 0o755)); err != nil {
		return totals, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(unpacked)) }()
	runner, done, err := app.openIngestAt(ctx, p, path, "", ingestFlags{})
	if err != nil {
		return totals, err
	}
	defer func() { err = errors.Join(err, done()) }()
	for _, file := range kept {
		if err := runner.ReadAs(file.Received, file.Only); err != nil {
			return totals, withHint(err, "put that contract back")
		}
		in, close, err := ingest.OpenOriginal(p.Originals(), file.Hash, file.Name, file.Path, unpacked)
		if err != nil {
			if err := gone(err); err != nil {
				return totals, err
			}
			continue
		}
		var shown error
		err = runner.Ingest(ctx, in, func(r ingest.Result) {
			totals.files++
			totals.rejected += r.Rejected
			if r.Err != nil {
				totals.failed++
				if isOwnFault(r.Err) {
					shown = fmt.Errorf("%s: %w", r.Path, r.Err)
					return
				}
			}
			shown = app.showIngested(r, nil)
		})
		if err := errors.Join(err, close(), shown); err != nil {
			return totals, err
		}
	}
	return totals, nil
}

// carryWaived marks the rows that were waived in the old warehouse, as far as it can be read.
func carryWaived(ctx context.Context, old, side string) (err error) {
	if _, err := os.Stat(old); err != nil {
		return nil
	}
	db, err := warehouse.Open(ctx, side, warehouse.Options{Threads: 1, Attach: []warehouse.Attachment{{Name: "old_warehouse", Path: old}}})
	if errors.Is(err, warehouse.ErrCorrupt) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `
update raw.rejected set state = w.state, state_by = w.state_by, state_reason = w.state_reason
from (
    select f.content_hash, r.sheet, r.row_number, r.state, r.state_by, r.state_reason
    from old_warehouse.raw.rejected as r
    join old_warehouse.raw.file as f on f.file_id = r.file_id
    where r.state = 'waived'
) as w, raw.file as n
where n.file_id = rejected.file_id and n.content_hash = w.content_hash
    and w.sheet is not distinct from rejected.sheet and w.row_number = rejected.row_number and rejected.state = 'pending'`)
	return err
}

// removeDatabase removes a database file and what lies beside it.
func removeDatabase(path string) error {
	for _, file := range []string{path, path + ".wal"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.RemoveAll(path + ".tmp")
}
