package sqlmodel

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Layer is a folder of models: <schema>/<table>.sql. Title is put before file names in errors ("shipped models", "models").
type Layer struct {
	Title string
	FS    fs.FS
}

// Load parses every model of the layers; a later layer's file replaces an earlier one's of the same schema and table.
// The result is sorted by name.
func Load(layers []Layer, grammar Grammar) ([]*Model, error) {
	byName := map[string]*Model{}
	for _, layer := range layers {
		files, err := glob(layer.FS)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", layer.Title, err)
		}
		here := map[string]string{}
		for _, file := range files {
			text, err := fs.ReadFile(layer.FS, file)
			if err != nil {
				return nil, err
			}
			shown := path.Join(layer.Title, file)
			schema, table, err := nameOf(file)
			if err != nil {
				return nil, &FileError{shown, 0, err.Error()}
			}
			m, err := Parse(shown, schema, table, string(text), grammar)
			if err != nil {
				return nil, err
			}
			if first, twice := here[m.Name]; twice {
				return nil, &FileError{shown, 0, fmt.Sprintf("%s is also made by %s", m.Name, first)}
			}
			here[m.Name], byName[m.Name] = shown, m
		}
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b *Model) int { return strings.Compare(a.Name, b.Name) }), nil
}

// glob lists the .sql files of a layer, sorted; a missing folder is an empty layer.
func glob(root fs.FS) ([]string, error) {
	var files []string
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() && strings.EqualFold(path.Ext(file), ".sql") {
			files = append(files, file)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	slices.Sort(files)
	return files, err
}

// nameOf reads schema and table from <schema>/<table>.sql.
func nameOf(file string) (schema, table string, err error) {
	schema, table = path.Base(path.Dir(file)), strings.TrimSuffix(path.Base(file), path.Ext(file))
	if strings.Count(file, "/") != 1 {
		return "", "", errors.New("a model lies in <schema>/<table>.sql")
	}
	for _, name := range []string{schema, table} {
		for i, r := range name {
			if r != '_' && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
				return "", "", fmt.Errorf("%q is no name for a schema or table: lower case letters, digits and _", name)
			}
		}
	}
	if table == "" {
		return "", "", errors.New("the file has no name")
	}
	return schema, table, nil
}
