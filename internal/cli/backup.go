package cli

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tongbao/internal/inuse"
	"tongbao/internal/warehouse"
)

// backupResult is the line of a backup or of its verification.
type backupResult struct {
	File    string  `json:"file"`
	Files   int     `json:"files"`
	Bytes   int64   `json:"bytes"`
	Program string  `json:"program,omitempty"`
	Seconds float64 `json:"seconds"`
}

func newBackupCommand(app *App) *cobra.Command {
	var verify string
	cmd := &cobra.Command{
		Use:   "backup [FILE]",
		Short: "Write raw rows, originals, ledgers and settings to one verified file",
		Long: `Writes the warehouse, every received file, the ledgers and logs, the signed-off versions and the project's own settings, contracts, models,
metrics, queries and templates to one file (default: data/backups/<time>.tongbao), and reads it back to check every byte. Other published
versions and outputs are left out: tongbao build and render make the same again.`,
		Example: "  tongbao backup\n  tongbao backup /mnt/nas/tongbao-2020Q2.tongbao\n  tongbao backup --verify /mnt/nas/tongbao-2020Q2.tongbao",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if verify != "" {
				result, err := app.verifyBackup(verify)
				if err != nil {
					return err
				}
				return app.showBackup("Verified", result)
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			result, err := app.backup(cmd.Context(), p, file)
			if err != nil {
				return err
			}
			return app.showBackup("Wrote and verified", result)
		},
	}
	cmd.Flags().StringVar(&verify, "verify", "", "check this backup instead of making one")
	return cmd
}

func (app *App) showBackup(what string, r backupResult) error {
	if app.json {
		return app.printJSON(r)
	}
	_, err := fmt.Fprintf(app.Stdout, "%s %s: %d files, %.1f MB, %.1f s.\n", what, r.File, r.Files, float64(r.Bytes)/1e6, r.Seconds)
	return err
}

// backup writes beside, verifies, and only then gives the file its name.
func (app *App) backup(ctx context.Context, p Project, file string) (result backupResult, err error) {
	began := app.Now()
	if file == "" {
		zone, err := p.Zone()
		if err != nil {
			return result, err
		}
		file = filepath.Join(p.Data(), "backups", began.In(zone).Format("20060102-150405")+".tongbao")
	} else if !filepath.IsAbs(file) {
		file = filepath.Join(app.Dir, file)
	}
	if _, err := os.Stat(file); err == nil {
		return result, usageError{fmt.Errorf("%s is there already", file)}
	}
	if err := settleWarehouse(ctx, p); err != nil {
		return result, err
	}
	files, err := p.backupFiles()
	if err != nil {
		return result, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return result, err
	}
	partial := file + ".partial"
	out, err := os.Create(partial)
	if err != nil {
		return result, withHint(err, "check the folder's rights and free space")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeIfThere(partial))
		}
	}()
	written := crcWriter{to: out}
	contents, err := writeArchive(&written, p.Dir, files, archiveHead{Format: archiveVersion, Program: Version, Made: began})
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return result, withHint(fmt.Errorf("write the backup: %w", err), "check the folder's free space")
	}
	if err := written.compare(partial); err != nil {
		return result, withHint(err, "the disk does not keep what is written to it: take the backup to another one")
	}
	if err := inuse.Rename(partial, file); err != nil {
		return result, err
	}
	syncFolder(filepath.Dir(file))
	result = backupResult{File: file, Files: len(contents), Bytes: written.size, Program: Version, Seconds: app.Now().Sub(began).Seconds()}
	app.note("files", result.Files)
	app.note("bytes", result.Bytes)
	return result, nil
}

// crcWriter passes bytes on and remembers their sum, to hold against what the disk has. Every file's own SHA-256 is in the archive.
type crcWriter struct {
	to   io.Writer
	sum  uint32
	size int64
}

func (w *crcWriter) Write(text []byte) (int, error) {
	n, err := w.to.Write(text)
	w.sum = crc32.Update(w.sum, crc32.MakeTable(crc32.Castagnoli), text[:n])
	w.size += int64(n)
	return n, err
}

// compare reads the file back, every byte.
func (w *crcWriter) compare(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	read := crcWriter{to: io.Discard}
	_, err = io.CopyBuffer(&read, struct{ io.Reader }{file}, make([]byte, 1<<20))
	if err = errors.Join(err, file.Close()); err == nil && (read.sum != w.sum || read.size != w.size) {
		err = fmt.Errorf("%s: %w: it does not read as it was written", path, errBackupDamaged)
	}
	return err
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// settleWarehouse writes the log into the warehouse, so that one file holds it all; a missing warehouse is fine.
func settleWarehouse(ctx context.Context, p Project) error {
	if _, err := os.Stat(p.Warehouse()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := warehouse.Open(ctx, p.Warehouse(), warehouse.Options{Threads: 1, MemoryMB: 500})
	if err != nil {
		return hinted(err)
	}
	return errors.Join(db.Checkpoint(ctx), db.Close())
}

// backupFiles lists what goes in, relative to the project, slash-separated and sorted.
func (p Project) backupFiles() ([]string, error) {
	pinned, err := p.closedVersions()
	if err != nil {
		return nil, err
	}
	var files []string
	for _, top := range []string{"tongbao.yaml", "contracts", "models", "metrics", "queries", "templates", "data"} {
		err := filepath.WalkDir(filepath.Join(p.Dir, top), func(file string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(p.Dir, file)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			if entry.IsDir() && skipFolder(rel, pinned) {
				return fs.SkipDir
			}
			if entry.Type().IsRegular() && !skipFile(rel) {
				files = append(files, rel)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, own := range []string{p.Config.Regions, p.Config.Holidays} {
		if own != "" && !filepath.IsAbs(own) && inside(filepath.ToSlash(filepath.Clean(own))) && !slices.Contains(files, filepath.ToSlash(filepath.Clean(own))) {
			files = append(files, filepath.ToSlash(filepath.Clean(own)))
		}
	}
	slices.Sort(files)
	return files, nil
}

// skipFolder leaves out what can be made again: backups themselves, and published versions that nothing signed-off rests on.
func skipFolder(rel string, pinned map[string]bool) bool {
	if rel == "data/backups" || strings.HasPrefix(rel, "data/replaced-") || strings.HasSuffix(rel, ".tmp") {
		return true
	}
	version, ok := strings.CutPrefix(rel, "data/published/")
	return ok && !strings.Contains(version, "/") && !pinned[version]
}

// skipFile leaves out locks, logs of the moment and half-written files.
func skipFile(rel string) bool {
	for _, suffix := range []string{".lock", ".lock.json", ".partial", ".part", ".new", ".tmp", "/heartbeat.json", "/sql_history", "/warehouse.rebuild.duckdb", "/warehouse.rebuild.duckdb.wal"} {
		if strings.HasSuffix(rel, suffix) {
			return true
		}
	}
	return rel == "data/published/current"
}

// verifyBackup reads a backup from end to end.
func (app *App) verifyBackup(file string) (backupResult, error) {
	began := app.Now()
	in, err := os.Open(file)
	if err != nil {
		return backupResult{}, err
	}
	head, contents, err := readArchive(in, nil)
	info, statErr := in.Stat()
	if err = errors.Join(err, statErr, in.Close()); err != nil {
		return backupResult{}, withHint(fmt.Errorf("%s: %w", file, err), "take another backup; this one cannot be trusted")
	}
	return backupResult{File: file, Files: len(contents), Bytes: info.Size(), Program: head.Program, Seconds: app.Now().Sub(began).Seconds()}, nil
}
