package inuse

import (
	"errors"
	"syscall"
)

// These have no names in package syscall.
const (
	sharingViolation = syscall.Errno(32)
	lockViolation    = syscall.Errno(33)
)

// Is says that a file was refused because another program has it open, or that its owner refuses it: Windows often cannot tell.
func Is(err error) bool {
	return errors.Is(err, syscall.ERROR_ACCESS_DENIED) || errors.Is(err, sharingViolation) || errors.Is(err, lockViolation)
}
