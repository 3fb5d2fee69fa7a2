package warehouse

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with a database file; Open returns one of these inside an OpenError.
var (
	ErrLocked  = errors.New("another process has the database open for writing")
	ErrCorrupt = errors.New("the database file is damaged")
	ErrNewer   = errors.New("the database was written by a newer program")
	ErrMissing = errors.New("there is no such database")
)

// OpenError says which file could not be opened and why; errors.Is finds the kind.
type OpenError struct {
	Path string
	Kind error
	Err  error // as the engine said it
}

// Error names the file and the kind of failure.
func (e *OpenError) Error() string { return fmt.Sprintf("open %s: %v", e.Path, e.Kind) }

// Unwrap gives the kind (ErrLocked, ErrCorrupt …) and the driver's own error.
func (e *OpenError) Unwrap() []error {
	return []error{e.Kind, e.Err}
}

// Hint is the next step for the person at the terminal.
func (e *OpenError) Hint() string {
	switch e.Kind {
	case ErrLocked:
		return "is another tongbao running on this project? Wait for it or end it, then run this again"
	case ErrCorrupt:
		return "nothing is lost: the received files are kept; run `tongbao restore FILE` or `tongbao rebuild`"
	case ErrNewer:
		return "use the release of tongbao that wrote it, or a later one"
	case ErrMissing:
		return "run `tongbao ingest` and `tongbao build` first"
	}
	return ""
}

// openError recognises the engine's messages, here and nowhere else.
func openError(path string, err error) error {
	var known *OpenError
	if errors.As(err, &known) {
		return err
	}
	for _, sign := range signs() {
		if strings.Contains(err.Error(), sign.part) {
			return &OpenError{Path: path, Kind: sign.kind, Err: err}
		}
	}
	return fmt.Errorf("open %s: %w", path, err)
}

// sign is a part of the engine's messages that tells what is wrong.
type sign struct {
	part string
	kind error
}

func signs() []sign {
	return []sign{
		{"Could not set lock on file", ErrLocked},
		{"being used by another process", ErrLocked},
		{"with version number", ErrNewer},
		{"newer version of DuckDB", ErrNewer},
		{"not a valid DuckDB database file", ErrCorrupt},
		{"Corrupt database file", ErrCorrupt},
		{"replaying WAL", ErrCorrupt},
		{"Checksum", ErrCorrupt},
		{"checksum", ErrCorrupt},
		{"could not read enough bytes", ErrCorrupt},
		{"Could not read enough bytes", ErrCorrupt},
		{"Failed to load metadata pointer", ErrCorrupt},
		{"INTERNAL Error", ErrCorrupt},
		{"Failed to deserialize", ErrCorrupt},
	}
}

// IsDamage says whether an error of any query comes from bytes on disk that are not what was written.
func IsDamage(err error) bool {
	if errors.Is(err, ErrCorrupt) {
		return true
	}
	for _, sign := range signs() {
		if sign.kind == ErrCorrupt && sign.part != "INTERNAL Error" && strings.Contains(err.Error(), sign.part) {
			return true
		}
	}
	return false
}
