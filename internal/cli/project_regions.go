package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"tongbao/internal/region"
)

// Regions is the tree of regions: the project's own file, or the shipped one.
func (p Project) Regions() (*region.Tree, error) {
	if p.Config.Regions == "" {
		return region.China()
	}
	path := p.Config.Regions
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Dir, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, withHint(usageError{fmt.Errorf("regions: %w", err)}, "correct the key `regions` in tongbao.yaml or put the file there")
	}
	tree, err := region.Load(path, text)
	if err != nil {
		return nil, withHint(usageError{err}, "correct the file; `tongbao init --province CODE` shows its form")
	}
	return tree, nil
}
