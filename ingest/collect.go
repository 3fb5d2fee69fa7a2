package ingest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tongbao/ingest/sheet"
)

// Collect lists the files under the given paths, in order of path: folders are walked, files named are taken whatever they are called.
// Left out inside folders are hidden files, the locks of office programs, and what downloads and copies are called before they are done.
func Collect(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case file != path && Unfinished(entry.Name()):
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			case entry.Type().IsRegular():
				files = append(files, file)
			case entry.Type()&fs.ModeSymlink != 0:
				if target, err := os.Stat(file); err == nil && target.Mode().IsRegular() {
					files = append(files, file)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// Unfinished says whether a name is one that nobody drops as an export.
func Unfinished(name string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || lower == "thumbs.db" || lower == "desktop.ini" || name == "__MACOSX" {
		return true
	}
	for _, suffix := range []string{".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", "~"} {
		if strings.HasSuffix(lower, suffix) {
			return true
		}
	}
	return false
}

// OpenFile makes an input of a file; shown is the path people see. The caller closes it with done.
func OpenFile(path, shown string) (in sheet.Input, done func() error, err error) {
	file, err := os.Open(path)
	if err != nil {
		return sheet.Input{}, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", path)
	}
	if err != nil {
		_ = file.Close()
		return sheet.Input{}, nil, err
	}
	name := strings.ToValidUTF8(filepath.Base(path), "�")
	return sheet.Input{ReaderAt: file, Name: name, Path: strings.ToValidUTF8(filepath.ToSlash(shown), "�"), Size: info.Size()}, file.Close, nil
}
