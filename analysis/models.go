package analysis

import (
	"embed"
	"io/fs"

	"tongbao/internal/sqlmodel"
)

//go:embed models metrics
var shipped embed.FS

// Models are the shipped mart models, mart/<table>.sql.
func Models() fs.FS { return folder("models") }

// Metrics are the shipped metrics, <id>_<name>.sql.
func Metrics() fs.FS { return folder("metrics") }

func folder(name string) fs.FS {
	sub, err := fs.Sub(shipped, name)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// LoadModels parses the shipped mart models and those of a project's layers over them; their files for core are left to transform.
func LoadModels(project ...sqlmodel.Layer) ([]*sqlmodel.Model, error) {
	layers := []sqlmodel.Layer{{Title: "analysis/models", FS: Models()}}
	layers = append(layers, project...)
	all, err := sqlmodel.Load(layers, sqlmodel.Grammar{})
	if err != nil {
		return nil, err
	}
	var mart []*sqlmodel.Model
	for _, m := range all {
		if m.Schema == "mart" {
			mart = append(mart, m)
		}
	}
	return mart, nil
}
