package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tongbao/internal/sqlmodel"
)

// Queries holds the saved queries of the project.
func (p Project) Queries() string { return filepath.Join(p.Dir, "queries") }

// savedQueries reads queries/*.sql, by name. Their header is prose: what the query answers.
func (p Project) savedQueries() ([]*sqlmodel.Model, error) {
	files, err := filepath.Glob(filepath.Join(p.Queries(), "*.sql"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []*sqlmodel.Model
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		query, err := sqlmodel.Parse("queries/"+filepath.Base(file), "", name, string(text), sqlmodel.Grammar{})
		if err != nil {
			return nil, usageError{err}
		}
		all = append(all, query)
	}
	return all, nil
}

func (p Project) savedQuery(name string) (*sqlmodel.Model, error) {
	all, err := p.savedQueries()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, query := range all {
		if query.Table == strings.TrimSuffix(name, ".sql") {
			return query, nil
		}
		names = append(names, query.Table)
	}
	if len(names) == 0 {
		return nil, withHint(usageError{errors.New("the project has no saved queries")}, "put one into %s", filepath.Join(p.Queries(), name+".sql"))
	}
	return nil, withHint(usageError{fmt.Errorf("there is no saved query %s", name)}, "there are: %s", strings.Join(names, ", "))
}

func (app *App) listQueries(p Project) error {
	all, err := p.savedQueries()
	if err != nil {
		return err
	}
	var lines [][]string
	for _, query := range all {
		if app.json {
			if err := app.printJSON(map[string]string{"name": query.Table, "about": query.Doc}); err != nil {
				return err
			}
			continue
		}
		lines = append(lines, []string{"@" + query.Table, query.Doc})
	}
	if app.json {
		return nil
	}
	return printTable(app.Stdout, []string{"query", "what it answers"}, lines)
}
