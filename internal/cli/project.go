package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tongbao/internal/config"
)

// Project is a folder with a tongbao.yaml and what lies in it.
type Project struct {
	Dir    string
	Config config.Config
}

// The paths of a project folder, as docs/cli.md draws it.

// Inbox holds the exports as dropped; it is only read.
func (p Project) Inbox() string { return filepath.Join(p.Dir, "inbox") }

// Contracts holds the own contracts of the province.
func (p Project) Contracts() string { return filepath.Join(p.Dir, "contracts") }

// Models holds models the project adds.
func (p Project) Models() string { return filepath.Join(p.Dir, "models") }

// Metrics holds metrics the project adds.
func (p Project) Metrics() string { return filepath.Join(p.Dir, "metrics") }

// Templates holds the own notice template of the office.
func (p Project) Templates() string { return filepath.Join(p.Dir, "templates") }

// Data is the state of the project: warehouse, originals, published versions, ledgers.
func (p Project) Data() string { return filepath.Join(p.Dir, "data") }

// Warehouse is the database of raw rows and the ledger.
func (p Project) Warehouse() string { return filepath.Join(p.Dir, "data", "warehouse.duckdb") }

// Originals holds every ingested file as it came, by content.
func (p Project) Originals() string { return filepath.Join(p.Dir, "data", "originals") }

// Published holds one folder per published version and the pointer to the current one.
func (p Project) Published() string { return filepath.Join(p.Dir, "data", "published") }

// Out holds the outputs, one folder per period.
func (p Project) Out() string { return filepath.Join(p.Dir, "out") }

// project finds the project folder: --project, or the working directory and upward.
func (app *App) project() (Project, error) {
	if app.projectDir != "" {
		dir := app.projectDir
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(app.Dir, dir)
		}
		return openProject(dir)
	}
	for dir := app.Dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, config.FileName)); err == nil {
			return openProject(dir)
		}
		if dir == filepath.Dir(dir) {
			return Project{}, withHint(
				usageError{fmt.Errorf("no %s in %s or above it", config.FileName, app.Dir)},
				"make a project with `tongbao init DIR`, or name one with --project DIR")
		}
	}
}

func openProject(dir string) (Project, error) {
	cfg, err := config.Load(dir)
	if errors.Is(err, os.ErrNotExist) {
		return Project{}, withHint(usageError{fmt.Errorf("%s is not a project: it has no %s", dir, config.FileName)},
			"make one with `tongbao init %s`", dir)
	}
	if err != nil {
		return Project{}, withHint(usageError{err}, "correct the key; `tongbao init` shows every key with its default")
	}
	return Project{Dir: dir, Config: cfg}, nil
}
