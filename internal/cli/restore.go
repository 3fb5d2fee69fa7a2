package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"tongbao/ingest"
	"tongbao/internal/config"
	"tongbao/internal/inuse"
	"tongbao/internal/warehouse"
)

// restoreResult says what a restore put where.
type restoreResult struct {
	Project  string   `json:"project"`
	Files    int      `json:"files"`
	Placed   int      `json:"placed"`   // put in place
	Kept     int      `json:"kept"`     // already there and left alone
	Replaced string   `json:"replaced"` // where the old warehouse went; empty when there was none
	Differ   []string `json:"differ,omitempty"`
}

func newRestoreCommand(app *App) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup back, verified before anything is touched",
		Long: `Checks every byte of the backup first. Then the warehouse is replaced by the backup's in one step (the old one is kept in
data/replaced-<time>/), received files and signed-off versions that are missing are put back, and everything else that is there already
stays as it is: settings, contracts and logs are only filled in where they are missing, or all taken from the backup with --all. With
--project DIR an empty or new folder becomes the project of the backup.`,
		Example: "  tongbao restore data/backups/20200706-180000.tongbao\n  tongbao --project /srv/new restore /mnt/nas/tongbao-2020Q2.tongbao",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := app.restoreDir()
			if err != nil {
				return err
			}
			result, err := app.restore(cmd.Context(), dir, args[0], all)
			if err != nil {
				return err
			}
			if app.json {
				return app.printJSON(result)
			}
			for _, name := range result.Differ {
				fmt.Fprintf(app.Stderr, "kept as it is, though the backup has another: %s\n", name)
			}
			fmt.Fprintf(app.Stdout, "Restored %s: %d files verified, %d put in place, %d there already.\n", result.Project, result.Files, result.Placed, result.Kept)
			fmt.Fprintln(app.Stderr, "Next: `tongbao build` makes the same published version again.")
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "take settings, contracts, models and logs from the backup too")
	return cmd
}

// restoreDir is the project, or the folder named by --project that is to become one.
func (app *App) restoreDir() (string, error) {
	p, err := app.project()
	if err == nil {
		return p.Dir, nil
	}
	if app.projectDir == "" {
		return "", err
	}
	dir := app.projectDir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(app.Dir, dir)
	}
	if _, statErr := os.Stat(filepath.Join(dir, config.FileName)); statErr == nil {
		return "", err // it is a project, but its settings are broken
	}
	return dir, os.MkdirAll(dir, 0o755)
}

func (app *App) restore(ctx context.Context, dir, file string, all bool) (result restoreResult, err error) {
	if !filepath.IsAbs(file) {
		file = filepath.Join(app.Dir, file)
	}
	fresh := filepath.Join(dir, "data", "restoring.tmp")
	if err := os.RemoveAll(fresh); err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(fresh)) }()
	head, contents, err := unpackBackup(file, dir, fresh, all)
	if err != nil {
		return result, withHint(fmt.Errorf("%s: %w", file, err), "nothing was changed; take another backup, or run `tongbao rebuild` from the received files")
	}
	app.note("made", head.Made.Format("2006-01-02 15:04:05"))
	result.Project, result.Files = dir, len(contents)
	if err := checkWarehouse(ctx, filepath.Join(fresh, "data", "warehouse.duckdb")); err != nil {
		return result, fmt.Errorf("the warehouse of the backup: %w", err)
	}
	for _, f := range contents {
		from, to := filepath.Join(fresh, filepath.FromSlash(f.Path)), filepath.Join(dir, filepath.FromSlash(f.Path))
		switch f.Path {
		case "data/warehouse.duckdb":
			result.Replaced, err = app.replaceWarehouse(ctx, Project{Dir: dir}, from, app.replacedFolder(dir))
			result.Placed++
		default:
			err = result.fill(from, to, f.Path, all)
		}
		if err != nil {
			return result, fmt.Errorf("restore %s: %w", f.Path, err)
		}
	}
	return result, nil
}

// unpackBackup checks a backup and writes into fresh what the project in dir does not have. Files that never change once they are there,
// those received and those of signed-off versions, are compared instead; one received that is damaged is written too.
func unpackBackup(file, dir, fresh string, all bool) (head archiveHead, contents []archivedFile, err error) {
	in, err := os.Open(file)
	if err != nil {
		return head, nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	var disk syncPool
	var differ []string
	head, contents, err = readArchive(in, func(name string) (io.WriteCloser, error) {
		there := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Lstat(there); err != nil || all || !neverChanges(name) {
			return disk.createBelow(fresh, name)
		}
		file, err := os.Open(there)
		if err != nil { // damaged too
			differ = append(differ, name)
			return nil, nil
		}
		return &comparison{file: file, same: true, differ: func() { differ = append(differ, name) }}, nil
	})
	if err = errors.Join(err, disk.wait()); err != nil {
		return head, nil, err
	}
	damaged := slices.DeleteFunc(differ, func(name string) bool { return !isDamagedOriginal(dir, name) })
	if len(damaged) == 0 {
		return head, contents, nil
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return head, nil, err
	}
	_, _, err = readArchive(in, func(name string) (io.WriteCloser, error) {
		if !slices.Contains(damaged, name) {
			return nil, nil
		}
		return disk.createBelow(fresh, name)
	})
	return head, contents, errors.Join(err, disk.wait())
}

func neverChanges(name string) bool {
	return strings.HasPrefix(name, "data/originals/") || strings.HasPrefix(name, "data/published/")
}

// isDamagedOriginal looks at a file whose bytes are not those of the backup: another compression of the same bytes is none.
func isDamagedOriginal(dir, name string) bool {
	hash, packed := strings.CutSuffix(path.Base(name), ".sz")
	return packed && strings.HasPrefix(name, "data/originals/") && ingest.CheckOriginal(Project{Dir: dir}.Originals(), hash) != nil
}

// comparison holds what is written to it against a file.
type comparison struct {
	file   *os.File
	there  []byte
	same   bool
	differ func()
}

func (c *comparison) Write(text []byte) (int, error) {
	if !c.same {
		return len(text), nil
	}
	if len(c.there) < len(text) {
		c.there = make([]byte, len(text))
	}
	n, err := io.ReadFull(c.file, c.there[:len(text)])
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		c.same = false // it cannot be read: damaged
		return len(text), nil
	}
	c.same = bytes.Equal(c.there[:n], text)
	return len(text), nil
}

func (c *comparison) Close() error {
	if n, _ := c.file.Read(make([]byte, 1)); n > 0 || !c.same {
		c.differ()
	}
	return c.file.Close()
}

// fill puts a file in place where it is missing, or with all over what is there.
func (r *restoreResult) fill(from, to, name string, all bool) error {
	_, err := os.Stat(to)
	if err == nil && !all && neverChanges(name) {
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			r.Kept++
			return nil
		}
		r.Placed++ // over a damaged one
		return inuse.Rename(from, to)
	}
	if err == nil && !all {
		r.Kept++
		same, err := sameBytes(from, to)
		if !same {
			r.Differ = append(r.Differ, name)
		}
		return err
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	r.Placed++
	return inuse.Rename(from, to)
}

// checkWarehouse opens a restored warehouse and counts its ledger; a backup without one is fine.
func checkWarehouse(ctx context.Context, path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := warehouse.OpenReadOnly(ctx, path, warehouse.Options{Threads: 1, MemoryMB: 500})
	if err != nil {
		return err
	}
	wrong, err := warehouse.One[int](ctx, db, "select count(*) from raw.file where rows_read <> rows_loaded + rows_rejected + rows_duplicate + rows_ignored")
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%d files of its ledger do not add up", wrong)
	}
	if err == nil {
		err = checkSchema(ctx, db)
	}
	return errors.Join(err, db.Close())
}

// syncPool forces written files to disk, several at a time: one after the other, thousands of small ones would take minutes.
type syncPool struct {
	slots  chan struct{}
	mu     sync.Mutex
	failed error
	busy   sync.WaitGroup
}

const syncsAtOnce = 16

// createBelow makes a file below a folder; closing it hands it to the pool.
func (s *syncPool) createBelow(root, name string) (io.WriteCloser, error) {
	if s.slots == nil {
		s.slots = make(chan struct{}, syncsAtOnce)
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return pooledFile{file, s}, nil
}

// wait ends when every file is on disk, and returns what went wrong.
func (s *syncPool) wait() error {
	s.busy.Wait()
	return s.failed
}

type pooledFile struct {
	*os.File
	pool *syncPool
}

func (f pooledFile) Close() error {
	s := f.pool
	s.slots <- struct{}{}
	s.busy.Go(func() {
		err := errors.Join(f.Sync(), f.File.Close())
		<-s.slots
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = errors.Join(s.failed, err)
	})
	return nil
}

// sameBytes compares two small files: settings, contracts and logs.
func sameBytes(a, b string) (bool, error) {
	first, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	second, err := os.ReadFile(b)
	return bytes.Equal(first, second), err
}

// unusedName is path, or path with a number behind it.
func unusedName(path string) string {
	for n, name := 2, path; ; n++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, n)
	}
}
