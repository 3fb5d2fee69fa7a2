//go:build !linux

package cli

import "errors"

// exchange is not to be had here; two renames do.
func exchange(_, _ string) error { return errors.ErrUnsupported }
