package dashboards

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// output writes files below one folder and counts them. It may be used from several goroutines.
type output struct {
	dir   string
	held  map[string][]byte // kept in memory instead, for a pack
	mu    sync.Mutex
	pages int
	files int
	bytes int64
	page  int64
	made  map[string]bool
}

// write puts one file at a slash path below the folder.
func (o *output) write(name string, content []byte) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%q leads out of the folder", name)
	}
	target := filepath.Join(o.dir, filepath.FromSlash(name))
	o.mu.Lock()
	folder := path.Dir(name)
	if o.held != nil {
		if _, twice := o.held[name]; twice {
			o.mu.Unlock()
			return fmt.Errorf("%s is written twice", name)
		}
		o.held[name] = append([]byte(nil), content...)
	} else if !o.made[folder] {
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			o.mu.Unlock()
			return fmt.Errorf("making %s: %w", filepath.Dir(target), err)
		}
		if o.made == nil {
			o.made = map[string]bool{}
		}
		o.made[folder] = true
	}
	o.files++
	o.bytes += int64(len(content))
	if strings.HasSuffix(name, ".html") {
		o.pages++
		o.page = max(o.page, int64(len(content)))
	}
	o.mu.Unlock()
	if o.held != nil {
		return nil
	}
	if err := os.WriteFile(target, content, 0o644); err != nil {
		return fmt.Errorf("writing %s: %w", target, err)
	}
	return nil
}

func (o *output) counts() (pages, files int, bytes, largest int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pages, o.files, o.bytes, o.page
}
