package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inboxNow lists the files of the inbox that were not taken in as they are now.
func (p Project) inboxNow(files []knownFile) (inboxStatus, error) {
	known := knownShapes(files)
	var inbox inboxStatus
	budget := int64(hashedAtMost)
	err := filepath.WalkDir(p.Inbox(), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(p.Dir, path)
		if err != nil {
			return err
		}
		seen, err := known.has(path, filepath.ToSlash(inside), info.Size(), &budget)
		if err != nil || seen {
			return err
		}
		inbox.Waiting++
		inbox.Bytes += info.Size()
		if inbox.Oldest.IsZero() || info.ModTime().Before(inbox.Oldest) {
			inbox.Oldest = info.ModTime()
		}
		inbox.Names = append(inbox.Names, strings.TrimPrefix(filepath.ToSlash(inside), "inbox/"))
		return nil
	})
	if err != nil {
		return inbox, fmt.Errorf("inbox: %w", err)
	}
	slices.Sort(inbox.Names)
	inbox.Names = inbox.Names[:min(len(inbox.Names), 10)]
	return inbox, nil
}

// hashedAtMost bounds what status reads of files that have a new name and the size of a known one.
const hashedAtMost = 32 << 20

// shapes are the files taken in: by place and size, by the archive they lay in, by content.
type shapes struct {
	places   map[string]int64
	archives map[string]bool
	hashes   map[int64][]string // by size
}

func knownShapes(files []knownFile) shapes {
	s := shapes{map[string]int64{}, map[string]bool{}, map[int64][]string{}}
	for _, file := range files {
		if file.Path != nil {
			s.places[*file.Path] = file.Bytes
			if archive, _, isInside := strings.Cut(*file.Path, "!"); isInside {
				s.archives[archive] = true
			}
		}
		if file.Hash != nil {
			s.hashes[file.Bytes] = append(s.hashes[file.Bytes], *file.Hash)
		}
	}
	return s
}

// has says whether a file was taken in. A copy under another name is known by its content, as long as the budget of bytes to read lasts.
func (s shapes) has(path, inside string, size int64, budget *int64) (bool, error) {
	if bytes, ok := s.places[inside]; ok && bytes == size || s.archives[inside] {
		return true, nil
	}
	if len(s.hashes[size]) == 0 || size > *budget {
		return false, nil
	}
	*budget -= size
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	if err := errors.Join(err, file.Close()); err != nil {
		return false, err
	}
	return slices.Contains(s.hashes[size], hex.EncodeToString(sum.Sum(nil))), nil
}
