package cli

import (
	"errors"
	"fmt"
)

// Exit codes, as documented in docs/cli.md.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitWarnings = 3 // done, but rows were rejected or checks warned
)

// usageError is a mistake in the arguments or in tongbao.yaml.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// errWarnings says that the work is done but something was rejected; commands return it last.
var errWarnings = errors.New("done with warnings")

// hintError carries the next step for the person at the terminal.
type hintError struct {
	err  error
	hint string
}

func (e hintError) Error() string { return e.err.Error() }
func (e hintError) Unwrap() error { return e.err }

// withHint adds a next step to an error; Run prints it on a line of its own.
func withHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return hintError{err, fmt.Sprintf(format, args...)}
}

// isWarning says that the work was done, with something to look at.
func isWarning(err error) bool { return errors.Is(err, errWarnings) }
