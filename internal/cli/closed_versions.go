package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tongbao/analysis"
)

// Closed is the folder of signed-off periods, one file each; it outlives published versions.
func (p Project) Closed() string { return filepath.Join(p.Data(), "closed") }

func (p Project) closedFile(period string) string { return filepath.Join(p.Closed(), period+".json") }

// closedPeriods reads every signed-off period, in order.
func (p Project) closedPeriods() ([]analysis.Closed, error) {
	files, err := filepath.Glob(filepath.Join(p.Closed(), "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []analysis.Closed
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var closed analysis.Closed
		if err := json.Unmarshal(content, &closed); err != nil {
			return nil, withHint(fmt.Errorf("%s: %w", file, err), "restore the file from a backup, or reopen the period: `tongbao reopen %s --by NAME --reason WHY`", strings.TrimSuffix(filepath.Base(file), ".json"))
		}
		all = append(all, closed)
	}
	return all, nil
}

// closedVersions names the versions that signed-off periods rest on; they are never pruned.
func (p Project) closedVersions() (map[string]bool, error) {
	closed, err := p.closedPeriods()
	if err != nil {
		return nil, err
	}
	pinned := map[string]bool{}
	for _, c := range closed {
		pinned[c.Version] = true
	}
	return pinned, nil
}

// closedHash is the part of a version's identity that the signed-off periods make; empty without any.
func (p Project) closedHash() (string, error) {
	closed, err := p.closedPeriods()
	if err != nil || len(closed) == 0 {
		return "", err
	}
	content, err := json.Marshal(closed)
	return hashOf(content), err
}

// writeClosed writes a signed-off period beside and moves it into place.
func (p Project) writeClosed(closed analysis.Closed) error {
	if err := os.MkdirAll(p.Closed(), 0o755); err != nil {
		return err
	}
	content, err := json.MarshalIndent(closed, "", " ")
	if err != nil {
		return err
	}
	return replaceFile(p.closedFile(closed.Period), append(content, '\n'))
}
