package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// diskUse is what a project takes from its disk, in bytes.
type diskUse struct {
	Free      int64 `json:"free_bytes"` // on the file system of data/
	Total     int64 `json:"total_bytes"`
	Warehouse int64 `json:"warehouse_bytes"`
	Originals int64 `json:"originals_bytes"`
	Published int64 `json:"published_bytes"`
	Backups   int64 `json:"backups_bytes"`
	Out       int64 `json:"out_bytes"`
}

func (p Project) diskUse() (diskUse, error) {
	var use diskUse
	for _, part := range []struct {
		path string
		into *int64
	}{
		{p.Warehouse(), &use.Warehouse}, {p.Warehouse() + ".wal", &use.Warehouse}, {p.Originals(), &use.Originals},
		{p.Published(), &use.Published}, {filepath.Join(p.Data(), "backups"), &use.Backups}, {p.Out(), &use.Out},
	} {
		size, err := sizeBelow(part.path)
		if err != nil {
			return use, err
		}
		*part.into += size
	}
	var err error
	use.Free, use.Total, err = freeSpace(p.Dir)
	return use, err
}

// sizeBelow adds up the files below a path; what does not exist, or goes away meanwhile, is nothing.
func sizeBelow(path string) (int64, error) {
	var size int64
	err := filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		size += info.Size()
		return nil
	})
	return size, err
}

// megabytes prints a size for people.
func megabytes(bytes int64) string {
	switch {
	case bytes >= 10<<30:
		return strconv.FormatFloat(float64(bytes)/(1<<30), 'f', 1, 64) + " GB"
	case bytes >= 1<<20:
		return strconv.FormatInt(bytes>>20, 10) + " MB"
	case bytes > 0:
		return strconv.FormatInt((bytes+1023)>>10, 10) + " KB"
	}
	return "0"
}
