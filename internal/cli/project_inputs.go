package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/sqlmodel"
)

// ContractSet is the shipped contracts with the project's own over them.
func (p Project) ContractSet() (*contract.Set, error) {
	var own fs.FS
	if info, err := os.Stat(p.Contracts()); err == nil && info.IsDir() {
		own = os.DirFS(p.Contracts())
	}
	set, err := contract.Load(ingest.Contracts(), own)
	if err != nil {
		return nil, withHint(usageError{err}, "correct that file; `tongbao contract try FILE` shows what a contract makes of an export")
	}
	return set, nil
}

// modelLayers are the project's own models, metricLayers its own metrics; both may be empty.
func (p Project) modelLayers() []sqlmodel.Layer  { return layersOf("models", p.Models()) }
func (p Project) metricLayers() []sqlmodel.Layer { return layersOf("metrics", p.Metrics()) }

func layersOf(title, dir string) []sqlmodel.Layer {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil
	}
	return []sqlmodel.Layer{{Title: title, FS: os.DirFS(dir)}}
}

// ownFile reads a file named by a key of tongbao.yaml; text is nil when the key is empty.
func (p Project) ownFile(name string) (text []byte, path string, err error) {
	if name == "" {
		return nil, "", nil
	}
	path = name
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Dir, name)
	}
	text, err = os.ReadFile(path)
	return text, path, err
}

// localTime reads a day or a moment of the project's wall clock; a bare day means its end. The result carries no zone of its own
// (it is the wall clock written as UTC), as every time in the warehouse.
func localTime(given string) (time.Time, error) {
	if day, err := time.Parse("2006-01-02", given); err == nil {
		return endOfDay(day), nil
	}
	for _, shape := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if moment, err := time.Parse(shape, given); err == nil {
			return moment, nil
		}
	}
	return time.Time{}, errors.New(given + " is no time; write it like 2020-07-06 or 2020-07-06T18:00:00")
}

// wallClock is a moment as the project's clock on the wall shows it.
func (p Project) wallClock(moment time.Time) (time.Time, error) {
	zone, err := p.Zone()
	if err != nil {
		return time.Time{}, err
	}
	l := moment.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), l.Nanosecond()/1000*1000, time.UTC), nil
}

func endOfDay(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 999_999_000, time.UTC)
}
