package cli

import (
	"errors"
	"os"

	"tongbao/internal/inuse"
)

// replaceFile gives a file its new content at once: it is written beside, forced to disk and renamed, so that a reader sees the old
// content or the new one, and what a kill leaves beside is written over the next time.
func replaceFile(path string, content []byte) error {
	side := path + ".new"
	file, err := os.OpenFile(side, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = inuse.Rename(side, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(side))
	}
	return nil
}
