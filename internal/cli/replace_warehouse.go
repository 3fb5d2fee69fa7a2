package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tongbao/internal/inuse"
	"tongbao/internal/warehouse"
)

// replaceWarehouse puts a whole, checked warehouse in the place of the old one in one rename: a kill leaves the old one or the new one.
// The old one stays readable in the folder aside; with aside empty only one that is damaged is kept, in a folder of its own. It returns
// where the old one went, if it was kept. The caller holds the project lock.
func (app *App) replaceWarehouse(ctx context.Context, p Project, fresh, aside string) (kept string, err error) {
	old := p.Warehouse()
	damaged, err := foldLog(ctx, old)
	if err != nil {
		return "", err
	}
	if damaged && aside == "" {
		aside = app.replacedFolder(p.Dir)
	}
	if aside != "" {
		if kept, err = linkAside(old, aside); err != nil {
			return "", err
		}
	}
	if err := removeIfThere(old + ".wal"); err != nil { // of one that could not be read: a log must never meet another warehouse
		return kept, err
	}
	if err := os.MkdirAll(filepath.Dir(old), 0o755); err != nil {
		return kept, err
	}
	if err := inuse.Rename(fresh, old); err != nil {
		return kept, err
	}
	return kept, syncFolder(filepath.Dir(old))
}

// replacedFolder is an unused folder for a warehouse that is replaced.
func (app *App) replacedFolder(dir string) string {
	return unusedName(filepath.Join(dir, "data", "replaced-"+app.Now().Format("20060102-150405")))
}

// foldLog writes the log into the warehouse, so that one file holds it all and one rename replaces it. damaged says that it cannot be
// read; then nothing is changed. A missing warehouse is fine.
func foldLog(ctx context.Context, path string) (damaged bool, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	db, err := warehouse.Open(ctx, path, warehouse.Options{Threads: 1, MemoryMB: 500})
	if errors.Is(err, warehouse.ErrCorrupt) {
		return true, nil
	}
	if err != nil {
		return false, hinted(err)
	}
	if err := errors.Join(db.Checkpoint(ctx), db.Close()); err != nil {
		if isDiskFull(err) || ctx.Err() != nil {
			return false, err
		}
		return true, nil
	}
	return false, nil
}

// linkAside gives the files of a warehouse a second name in a folder; where links cannot be made they are copied.
func linkAside(path, aside string) (string, error) {
	kept := ""
	for _, old := range []string{path, path + ".wal"} {
		if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.MkdirAll(aside, 0o755); err != nil {
			return kept, err
		}
		kept = aside
		to := filepath.Join(aside, filepath.Base(old))
		if os.Link(old, to) == nil {
			continue
		}
		if err := copySynced(old, to); err != nil {
			return kept, fmt.Errorf("keep the old warehouse: %w", err)
		}
	}
	return kept, nil
}

// syncFolder forces the names in a folder to disk; systems that cannot do so are let be.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return nil
	}
	_ = folder.Sync()
	return folder.Close()
}
