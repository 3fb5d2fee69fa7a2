package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"tongbao/internal/warehouse"
)

// Store is the project's folder of published versions.
func (p Project) Store() warehouse.Store { return warehouse.Store{Dir: p.Published()} }

// engine are the project's limits on threads and memory.
func (p Project) engine() warehouse.Options {
	return warehouse.Options{Threads: p.Config.Engine.Threads, MemoryMB: p.Config.Engine.MemoryMB}
}

// findVersion returns a published version, the current one for an empty name.
func (p Project) findVersion(version string) (warehouse.Published, error) {
	store := p.Store()
	if version == "" {
		current, err := store.Current()
		if err != nil && !errors.Is(err, warehouse.ErrNothingPublished) {
			return warehouse.Published{}, err
		}
		found, getErr := store.Get(current)
		if !errors.Is(getErr, fs.ErrNotExist) {
			return found, getErr
		}
		if err := p.pointsNowhere(current); err != nil {
			return warehouse.Published{}, err
		}
		return warehouse.Published{}, withHint(warehouse.ErrNothingPublished, "run `tongbao ingest` and `tongbao build` first")
	}
	found, err := store.Get(version)
	if errors.Is(err, fs.ErrNotExist) {
		return found, withHint(usageError{fmt.Errorf("there is no version %s: %w", version, err)}, "`tongbao versions` lists them")
	}
	return found, err
}

var errNowhere = errors.New("data/published/current names none of them")

// pointsNowhere is the error of a project with published versions none of which is current: nil when there are none.
func (p Project) pointsNowhere(current string) error {
	all, err := p.Store().List()
	if err != nil || len(all) == 0 {
		return err
	}
	what := "it is missing"
	if current != "" {
		what = "it says " + current
	}
	return withHint(fmt.Errorf("%d versions are published, but %w: %s", len(all), errNowhere, what),
		"`tongbao build` publishes what the data say now; `tongbao rollback %s --by NAME --reason TEXT` goes to the version published last", all[0].Version)
}

// openPublished opens a published version for reading, the current one for an empty name: no lock, no files, no settings. A version
// that is pruned between looking and opening is looked up again.
func (p Project) openPublished(ctx context.Context, version string) (*warehouse.DB, warehouse.Published, error) {
	for tries := 1; ; tries++ {
		pruned := func(err error) bool {
			return version == "" && tries < 4 && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNowhere) || errors.Is(err, warehouse.ErrMissing))
		}
		found, err := p.findVersion(version)
		if pruned(err) {
			continue
		}
		if err != nil {
			return nil, found, err
		}
		options := p.engine()
		options.Closed = true
		db, err := warehouse.OpenReadOnly(ctx, p.Store().Database(found.Version), options)
		if pruned(err) {
			continue
		}
		if errors.Is(err, warehouse.ErrCorrupt) {
			return nil, found, withHint(err, "%s", damagedPublished)
		}
		if err != nil {
			return nil, found, hinted(err)
		}
		return db, found, nil
	}
}

// hinted gives an error of the warehouse the next step it knows.
func hinted(err error) error {
	var open *warehouse.OpenError
	if errors.As(err, &open) && open.Hint() != "" {
		return withHint(err, "%s", open.Hint())
	}
	return err
}

// damagedPublished is the way out of a version that cannot be read.
const damagedPublished = "nothing is lost: `tongbao build --force` makes it again; until then `tongbao rollback --by NAME --reason TEXT` goes to the version before"
