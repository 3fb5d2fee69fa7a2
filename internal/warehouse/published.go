package warehouse

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"tongbao/internal/inuse"
)

// Store is the folder of published versions: one folder each, and current, which names the one everybody reads.
// A version's folder is never changed after it is published. Readers take no lock; writers hold the project's.
type Store struct{ Dir string }

// Published is one version in the store.
type Published struct {
	Manifest
	Dir         string
	PublishedAt time.Time
	Bytes       int64
	IsCurrent   bool
}

const (
	pointer  = "current"
	building = ".building-"
	replaced = building + "replaced-"
)

// ErrNothingPublished says that there is no current version yet.
var ErrNothingPublished = errors.New("nothing is published yet")

// Database is the path of a version's database.
func (s Store) Database(version string) string { return filepath.Join(s.Dir, version, DatabaseName) }

// Current names the version that readers see.
func (s Store) Current() (string, error) {
	path := filepath.Join(s.Dir, pointer)
	if target, err := os.Readlink(path); err == nil {
		return filepath.Base(target), nil
	}
	text, err := inuse.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNothingPublished
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}

// Get returns one version; an error that is fs.ErrNotExist when there is none of that name.
func (s Store) Get(version string) (Published, error) {
	if version == "" || strings.ContainsAny(version, `/\`) || strings.HasPrefix(version, ".") {
		return Published{}, fmt.Errorf("%q is no version: %w", version, fs.ErrNotExist)
	}
	dir := filepath.Join(s.Dir, version)
	manifest, err := LoadManifest(dir)
	if err != nil {
		return Published{}, err
	}
	noted, err := os.Stat(filepath.Join(dir, ManifestName))
	if err != nil {
		return Published{}, err
	}
	file, err := os.Stat(filepath.Join(dir, DatabaseName))
	if err != nil {
		return Published{}, err
	}
	current, err := s.Current()
	if err != nil && !errors.Is(err, ErrNothingPublished) {
		return Published{}, err
	}
	return Published{Manifest: manifest, Dir: dir, PublishedAt: noted.ModTime(), Bytes: file.Size(), IsCurrent: current == version}, nil
}

// List returns every whole version, the last published first. Folders that are no version are skipped.
func (s Store) List() ([]Published, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Published
	for _, entry := range entries {
		if !entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		version, err := s.Get(entry.Name())
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, version)
	}
	slices.SortFunc(all, func(a, b Published) int {
		if c := b.PublishedAt.Compare(a.PublishedAt); c != 0 {
			return c
		}
		return strings.Compare(b.Version, a.Version)
	})
	return all, nil
}

// Begin makes an empty folder to build in, after removing what killed builds left.
func (s Store) Begin(version string) (dir string, err error) {
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return "", err
	}
	if err := s.Sweep(); err != nil {
		return "", err
	}
	dir = filepath.Join(s.Dir, building+version)
	return dir, os.Mkdir(dir, 0o755)
}

// Sweep removes what killed builds and pointers left behind; a version that was put aside for one that never came goes back.
func (s Store) Sweep() error {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if version, aside := strings.CutPrefix(entry.Name(), replaced); aside {
			if _, err := s.Get(version); errors.Is(err, fs.ErrNotExist) {
				if err := inuse.Rename(filepath.Join(s.Dir, entry.Name()), filepath.Join(s.Dir, version)); err != nil {
					return err
				}
				continue
			}
		}
		if strings.HasPrefix(entry.Name(), building) || strings.HasPrefix(entry.Name(), "."+pointer) {
			if err := os.RemoveAll(filepath.Join(s.Dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Publish forces the folder of Begin to disk, gives it its name and, last of all, points current at it.
func (s Store) Publish(dir string, manifest Manifest) error {
	if err := s.settle(dir, manifest); err != nil {
		return err
	}
	if err := inuse.Rename(dir, filepath.Join(s.Dir, manifest.Version)); err != nil {
		return err
	}
	if err := syncFolder(s.Dir); err != nil {
		return err
	}
	return s.Point(manifest.Version)
}

// Replace publishes a version that may be there already: the two folders change places in one step, or, where that cannot be done, the old
// one steps aside first.
func (s Store) Replace(dir string, manifest Manifest) error {
	old, err := s.Get(manifest.Version)
	if errors.Is(err, fs.ErrNotExist) {
		return s.Publish(dir, manifest)
	}
	if err != nil {
		return err
	}
	if err := s.settle(dir, manifest); err != nil {
		return err
	}
	if inuse.Exchange(dir, old.Dir) == nil {
		return errors.Join(syncFolder(s.Dir), s.Point(manifest.Version), os.RemoveAll(dir))
	}
	aside := filepath.Join(s.Dir, replaced+manifest.Version)
	if err := inuse.Rename(old.Dir, aside); err != nil {
		return err
	}
	if err := s.Publish(dir, manifest); err != nil {
		return err
	}
	return os.RemoveAll(aside)
}

// settle forces the folder of a new version to disk.
func (s Store) settle(dir string, manifest Manifest) error {
	if err := manifest.Save(dir); err != nil {
		return err
	}
	if err := syncFile(filepath.Join(dir, DatabaseName)); err != nil {
		return err
	}
	return syncFolder(dir)
}

// Point makes a version the current one, in one step: readers see the old or the new.
func (s Store) Point(version string) error {
	if _, err := s.Get(version); err != nil {
		return err
	}
	fresh := filepath.Join(s.Dir, "."+pointer)
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	// Windows wants a right of its own for links and cannot put one in the place of another: there a file with the name does.
	if runtime.GOOS == "windows" || os.Symlink(version, fresh) != nil {
		if err := writeSynced(fresh, []byte(version+"\n")); err != nil {
			return err
		}
	}
	if err := inuse.Rename(fresh, filepath.Join(s.Dir, pointer)); err != nil {
		return err
	}
	return syncFolder(s.Dir)
}

// Prune removes the oldest versions beyond keep, and as many more as the limit in bytes asks for (0: none); never the current one
// and never one that pinned names. On Windows one that somebody has open is left for the next time. It returns what it removed, and
// whether the limit still does not hold.
func (s Store) Prune(keep int, limit int64, pinned func(version string) bool) (removed []string, over bool, err error) {
	all, err := s.List()
	if err != nil {
		return nil, false, err
	}
	var total int64
	for _, v := range all {
		total += v.Bytes
	}
	open := 0
	for _, v := range all {
		if !pinned(v.Version) {
			open++
		}
	}
	for _, v := range slices.Backward(all) {
		if v.IsCurrent || pinned(v.Version) || open <= keep && (limit == 0 || total <= limit) {
			continue
		}
		err := s.remove(v)
		if inuse.Is(err) {
			continue // somebody reads it; the next build finds it again
		}
		if err != nil {
			return removed, false, err
		}
		removed = append(removed, v.Version)
		open--
		total -= v.Bytes
	}
	return removed, limit > 0 && total > limit, nil
}

// remove takes the name away first, so that a kill in between leaves no half version.
func (s Store) remove(v Published) error {
	gone := filepath.Join(s.Dir, building+"removed-"+v.Version)
	if err := inuse.Rename(v.Dir, gone); err != nil {
		return err
	}
	return os.RemoveAll(gone)
}

func writeSynced(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFile forces a file to disk. It opens it for writing: Windows flushes no other.
func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// syncFolder forces the names in a folder to disk; Windows cannot and need not.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
