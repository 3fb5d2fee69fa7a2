package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tongbao/internal/inuse"
)

// prepareStage makes an empty folder beside a period's outputs and clears what a killed run left. It also puts back outputs that
// such a run had moved away and not yet replaced.
func prepareStage(out, period string) (string, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", err
	}
	target, stage, old := filepath.Join(out, period), stagePath(out, period, "next"), stagePath(out, period, "old")
	if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
		if err := inuse.Rename(old, target); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	for _, left := range []string{stage, old} {
		if err := os.RemoveAll(left); err != nil {
			return "", err
		}
	}
	return stage, os.Mkdir(stage, 0o755)
}

func stagePath(out, period, what string) string { return filepath.Join(out, "."+period+"."+what) }

// swapFolder puts stage in the place of target. Where the system can exchange two folders in one step, a reader never sees none.
func swapFolder(stage, target string) error {
	if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
		return inuse.Rename(stage, target)
	}
	if inuse.Exchange(stage, target) == nil {
		return os.RemoveAll(stage)
	}
	old := strings.TrimSuffix(stage, ".next") + ".old"
	if err := inuse.Rename(target, old); err != nil {
		return fmt.Errorf("replace %s: %w", target, err)
	}
	if err := inuse.Rename(stage, target); err != nil {
		return errors.Join(err, inuse.Rename(old, target))
	}
	return os.RemoveAll(old)
}

// keepOthers links (or copies) into stage every file of target that this run does not make; isMade says which those are, by their
// path in the folder: a folder that is made anew keeps nothing of the old one.
func keepOthers(target, stage string, isMade func(path string) bool) error {
	err := filepath.WalkDir(target, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(target, path)
		if err != nil {
			return err
		}
		to := filepath.Join(stage, relative)
		switch {
		case relative != "." && isMade(filepath.ToSlash(relative)):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(to, 0o755)
		case !entry.Type().IsRegular() || os.Link(path, to) == nil:
			return nil
		}
		return copyFile(path, to)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, source)
	return errors.Join(err, file.Close())
}
