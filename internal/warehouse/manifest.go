package warehouse

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// ManifestName and DatabaseName are the files of a published version.
const (
	ManifestName = "manifest.json"
	DatabaseName = "tongbao.duckdb"
)

// Manifest says what a published version was made of. It holds no time of day of its making: the same inputs give the same bytes.
type Manifest struct {
	Version    string            `json:"version"`    // cut-off day and the beginning of the hash over Inputs
	Program    string            `json:"program"`    // version of tongbao
	Schema     int               `json:"schema"`     // shape of the published database
	CutOff     string            `json:"cut_off"`    // local time
	FirstYear  int               `json:"first_year"` // first year with figures
	Province   string            `json:"province"`
	Inputs     map[string]string `json:"inputs"`     // name → hash: raw, contracts, models, parameters, calendar, regions, …
	Parameters map[string]string `json:"parameters"` // name → value, for people
	Files      int               `json:"files"`      // files received by the cut-off
	Periods    []string          `json:"periods"`
	Tables     []TableRows       `json:"tables"`
	Figures    int64             `json:"figures"`
	FigureHash string            `json:"figure_hash"` // over every figure, in order
	Warnings   []string          `json:"warnings,omitempty"`
}

// TableRows is one table of a version.
type TableRows struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

// VersionOf names a version: the cut-off's day and the hash of everything it is made of.
func VersionOf(day string, inputs map[string]string) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		fmt.Fprintf(sum, "%s=%s\n", name, inputs[name])
	}
	return day + "-" + hex.EncodeToString(sum.Sum(nil))[:10]
}

// Save writes the manifest into the folder of a version.
func (m Manifest) Save(dir string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeSynced(filepath.Join(dir, ManifestName), append(text, '\n'))
}

// LoadManifest reads the manifest of the version in dir.
func LoadManifest(dir string) (Manifest, error) {
	var m Manifest
	path := filepath.Join(dir, ManifestName)
	text, err := os.ReadFile(path)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
