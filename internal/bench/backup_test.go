//go:build bench

package bench

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// benchBackup: a backup, verified, and a restore, verified, against copying the same bytes to the same disk and forcing them onto it.
func benchBackup(t *testing.T, dir string) {
	data := filepath.Join(dir, "data")
	var copies, backups, restores []float64
	for range 5 {
		folder := t.TempDir()
		began := time.Now()
		for _, part := range []string{"warehouse.duckdb", "originals"} {
			if err := copySynced(filepath.Join(data, part), filepath.Join(folder, part)); err != nil {
				t.Fatal(err)
			}
		}
		copies = append(copies, time.Since(began).Seconds())
		file := filepath.Join(folder, "b.tongbao")
		backups = append(backups, tongbao(t, "backup", file, "--project", dir).wall.Seconds())
		restores = append(restores, tongbao(t, "restore", file, "--project", filepath.Join(folder, "restored")).wall.Seconds())
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
	median := func(times []float64) float64 { slices.Sort(times); return times[len(times)/2] }
	plain := median(copies)
	detail := fmt.Sprintf("%.0f MB, copied in %.2f s; median of 5", size(t, filepath.Join(data, "warehouse.duckdb"), filepath.Join(data, "originals")), plain)
	report(t, "backup / plain copy", median(backups)/plain, "×", 2, detail)
	report(t, "restore / plain copy", median(restores)/plain, "×", 2, detail)
}

// copySynced copies a file or folder and forces every file to disk.
func copySynced(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		out, err := os.Create(target)
		if err != nil {
			return errors.Join(err, in.Close())
		}
		_, err = io.Copy(out, in)
		return errors.Join(err, out.Sync(), out.Close(), in.Close())
	})
}
