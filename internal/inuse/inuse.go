// Package inuse handles files that another program may have open. Windows refuses to rename, replace or remove such a file, if only
// for the moment that a reader or a virus scanner takes; other systems do not mind.
package inuse

import (
	"os"
	"time"
)

// Rename gives a file or folder another name, over what has that name already.
func Rename(from, to string) error {
	return patiently(Is, func() error { return os.Rename(from, to) })
}

// Remove removes one file.
func Remove(path string) error {
	return patiently(Is, func() error { return os.Remove(path) })
}

// Read reads a file that may be replaced meanwhile.
func Read(path string) (content []byte, err error) {
	err = patiently(Is, func() error {
		content, err = os.ReadFile(path)
		return err
	})
	return content, err
}

// patiently tries again, for two seconds in all, what was refused because somebody looks at the file.
func patiently(refused func(error) bool, do func() error) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := do()
		if err == nil || !refused(err) || wait > time.Second {
			return err
		}
		time.Sleep(wait)
	}
}
