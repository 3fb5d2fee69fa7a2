//go:build !linux

package inuse

import "errors"

// Exchange is not to be had here; two renames do.
func Exchange(_, _ string) error { return errors.ErrUnsupported }
