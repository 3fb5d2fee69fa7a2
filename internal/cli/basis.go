package cli

import (
	"strings"

	"tongbao/internal/config"
)

// cited is the basis of a metric as this office cites it. Shipped metrics rest on the document that the shipped office orders its notice by;
// another office's outputs name its own in that place, or none.
func (p Project) cited(basis string) string {
	shipped, own := config.Default().Office.Basis, p.Config.Office.Basis
	if own == "" {
		basis = strings.ReplaceAll(basis, "（"+shipped+"）", "")
	}
	return strings.ReplaceAll(basis, shipped, own)
}
