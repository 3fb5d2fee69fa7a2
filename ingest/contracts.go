package ingest

import (
	"embed"
	"io/fs"
)

//go:embed contracts/*.yaml
var shipped embed.FS

// Contracts are the shipped contracts, one YAML file per dataset, at the root of the file system.
func Contracts() fs.FS {
	sub, err := fs.Sub(shipped, "contracts")
	if err != nil {
		panic(err) // the path is a constant of this file
	}
	return sub
}
