package cli

import (
	"errors"
	"strings"
	"syscall"

	"tongbao/ingest"
	"tongbao/internal/inuse"
)

// isDiskFull says that a write failed for the disk's sake, whichever layer or library met it: the next one will fail too.
func isDiskFull(err error) bool {
	text := strings.ToLower(err.Error())
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EROFS) || strings.Contains(text, "no space left") ||
		strings.Contains(text, "not enough space on the disk") || strings.Contains(text, "read-only file system")
}

// isOwnFault says that a file could not be taken for the machine's or the project's sake, not its own: no notice may be made without it.
func isOwnFault(err error) bool {
	return isDiskFull(err) || errors.Is(err, ingest.ErrNotKept) || strings.Contains(err.Error(), "database has been invalidated")
}

// diskHint is the next step after an error whose cause is the disk, whichever layer or library met it; "" for any other.
func diskHint(err error) string {
	text := strings.ToLower(err.Error())
	switch {
	case errors.Is(err, syscall.ENOSPC), strings.Contains(text, "no space left"), strings.Contains(text, "not enough space on the disk"):
		return "the disk is full: make room and run it again; what was published before is untouched"
	case errors.Is(err, syscall.EROFS), strings.Contains(text, "read-only file system"):
		return "the disk cannot be written: remount it writable or move the project, and run it again; what was published before is untouched"
	case errors.Is(err, syscall.EACCES), strings.Contains(text, "permission denied"):
		return "the project belongs to another user: run it as that user, or give yourself the right to write"
	case inuse.Is(err):
		return "another program has a file of it open, such as Word, Excel or a database tool, or the project belongs to another user: close it and run the same command again"
	}
	return ""
}
