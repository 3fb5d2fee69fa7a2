package transform

import (
	"embed"
	"io/fs"

	"tongbao/internal/sqlmodel"
)

//go:embed models
var shipped embed.FS

// Models are the shipped SQL files, <schema>/<table>.sql.
func Models() fs.FS {
	models, err := fs.Sub(shipped, "models")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return models
}

// Load parses the shipped core models and those of the layers over them (a project's models/ folder); files for mart are
// left to analysis.
func Load(layers ...sqlmodel.Layer) ([]*sqlmodel.Model, error) {
	all, err := sqlmodel.Load(append([]sqlmodel.Layer{{Title: "transform/models", FS: Models()}}, layers...), sqlmodel.Grammar{})
	if err != nil {
		return nil, err
	}
	var core []*sqlmodel.Model
	for _, m := range all {
		if m.Schema != "mart" {
			core = append(core, m)
		}
	}
	return core, nil
}
